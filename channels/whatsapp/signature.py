"""Who calls the webhook: Meta proves itself by a signature over the raw bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from channels.errors import SignatureRejected

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="

MISSING, WRONG = "missing", "wrong"


def verify_signature(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> None:
    """Accept a body signed with one of the app secrets; raises SignatureRejected.

    Several secrets are in use while one is replaced by the next. Meta signs the bytes it
    sends (with ``\\u0645`` for Arabic), so nothing may touch them before.
    Source: W/webhooks/create-webhook-endpoint (docs/channels/whatsapp.md has the pages).
    """
    given = headers.get(HEADER, "")
    if not given.startswith(_PREFIX):
        raise SignatureRejected(channel="whatsapp", problem=MISSING)
    told = given.removeprefix(_PREFIX).lower().encode("ascii", "replace")
    right = False
    for secret in secrets:  # all of them, so that the time tells nothing
        right |= hmac.compare_digest(told, signature(body, secret).encode())
    if not right:
        raise SignatureRejected(channel="whatsapp", problem=WRONG)


def signature(body: bytes, secret: str) -> str:
    """Return the hex digits that belong into the header after ``sha256=``."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def may_subscribe(query: Mapping[str, str], verify_token: str) -> str | None:
    """Return the challenge to answer with; None when whoever asks does not know the token."""
    told = query.get("hub.verify_token", "").encode()
    if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(told, verify_token.encode()):
        return None
    return query.get("hub.challenge", "")
