"""What an error of the Graph API means for the message, and for the channel.

Decided on ``code`` and ``error_data.details``, never on titles or the HTTP status alone.
Source of the codes: W/support/error-codes; the grouping is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.errors import ChannelStopped, DeliveryFailed, WindowClosed
from channels.whatsapp.accounts import NAME

RE_ENGAGE = 131047
PAIR_RATE = 131056
DAY_S, HOUR_S = 86_400.0, 3_600.0

LATER = {
    1: None,
    2: None,
    4: 60.0,
    80007: 60.0,
    130429: 1.0,
    131000: None,
    131016: None,
    PAIR_RATE: 6.0,
    131057: 60.0,
    133004: 60.0,
    131049: DAY_S,
    132069: HOUR_S,
}
"""Codes of what may be taken later, with the seconds to wait at least, where that is known."""

STOPPED = frozenset(
    {0, 3, 10, 190, 368, 131005, 131031, 131042, 131045, 131048, 131064, 133010, *range(200, 300)}
)
"""Codes that say that nothing of ours will be taken until somebody did something."""

Told = Mapping[str, Any]


def failure_for(status: int, body: object, *, retry_after_s: float | None = None) -> DeliveryFailed:
    """Return the error for an answer of the Graph API that is not a success."""
    error = body.get("error") if isinstance(body, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    if isinstance(code, int) and not isinstance(code, bool):
        details = error.get("error_data") if isinstance(error, Mapping) else None
        return failure_of_code(code, details=_details(details), retry_after_s=retry_after_s)
    known = f"http_{status}"
    if status >= 500 or status == 429:
        return DeliveryFailed(
            retryable=True, retry_after_s=retry_after_s, provider_code=known, channel=NAME
        )
    if status in (401, 403):
        return ChannelStopped(provider_code=known, channel=NAME)
    return DeliveryFailed(retryable=False, provider_code=known, channel=NAME)


def failure_of_code(
    code: int, *, details: str = "", retry_after_s: float | None = None
) -> DeliveryFailed:
    """Return the error for a code, as answers and statuses carry it."""
    known = str(code)
    if code == RE_ENGAGE:
        return WindowClosed(provider_code=known, channel=NAME)
    if code in LATER:
        wait = max(filter(None, (LATER[code], retry_after_s)), default=None)
        return DeliveryFailed(retryable=True, retry_after_s=wait, provider_code=known, channel=NAME)
    if code in STOPPED and not _about_one_person(code, details):
        return ChannelStopped(provider_code=known, channel=NAME)
    return DeliveryFailed(retryable=False, provider_code=known, channel=NAME)


def _about_one_person(code: int, details: str) -> bool:
    """Tell a refusal of one receiver from one of our whole account.

    (#10) is also answered for a receiver who is not in the list of a test number.
    """
    return code == 10 and "recipient" in details.lower()


def _details(given: object) -> str:
    told = given.get("details") if isinstance(given, Mapping) else None
    return told if isinstance(told, str) else ""
