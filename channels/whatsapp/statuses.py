"""What Meta says of our messages, into the delivery ledger.

Source: W/webhooks/reference/messages/status.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from channels.errors import WindowClosed
from channels.whatsapp.accounts import NAME
from channels.whatsapp.envelope import StatusTold
from channels.whatsapp.failures import failure_of_code
from conversations.delivery import DeliveryLedger, DeliveryStatus
from conversations.window import ServiceWindow

log = logging.getLogger(__name__)


class Statuses:
    """Notes statuses, named by our id where Meta gives it back, and by its own."""

    def __init__(
        self, ledger: DeliveryLedger, window: ServiceWindow, *, now: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._window = window
        self._now = now

    async def note(self, told: Sequence[StatusTold]) -> None:
        """Keep them all; a status that we do not know is for the log only."""
        for one in told:
            if one.status not in DeliveryStatus:
                log.info("a message has an unknown status: %s", one.status[:32])
                continue
            if one.code is not None:
                log.warning("message %s: %s (%s)", one.our_id, one.status, one.code)
            await self._ledger.note(
                NAME,
                DeliveryStatus(one.status),
                at=one.at,
                noted_at=self._now(),
                message_id=one.our_id,
                provider_id=one.provider_id,
                code=one.code,
            )
            if one.our_id is not None and closes_window(one):
                await self._window.refused(NAME, one.our_id, one.at)


def closes_window(told: StatusTold) -> bool:
    """Tell whether a failure means that only a template may be sent now."""
    if told.code is None or not told.code.isdecimal():
        return False
    return isinstance(failure_of_code(int(told.code)), WindowClosed)
