"""The webhook: verified, read, kept in the database, and only then thanked for.

Meta repeats for seven days whatever is not answered with 200. So 200 means stored; 401 and
403 mean that it was not Meta; 503 means: keep it for us. A signed body that cannot be
read is kept for people and thanked for, since no repetition would mend it.
Source: W/webhooks/create-webhook-endpoint, W/webhooks/overview.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from channels.errors import PayloadNotUnderstood, SignatureRejected
from channels.whatsapp.accounts import NAME
from channels.whatsapp.envelope import Envelope, read_envelope
from channels.whatsapp.signature import MISSING, may_subscribe, verify_signature
from channels.whatsapp.statuses import Statuses
from conversations.arrivals import RawWebhook, WebhookReception
from kernel.masking import mask

PATH = "/channels/whatsapp"
LARGEST_BODY = 4 * 1024 * 1024
"""In bytes; Meta sends 3 MB at most, aiohttp by itself takes 1 MiB."""

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PIECE = 4_000

log = logging.getLogger(__name__)


class WhatsappReceiver:
    """Answers Meta's requests.

    Args:
        app_secrets: the one in use first, older ones after it.
        heard: told how many messages came, since they count as traffic of our number.
    """

    def __init__(
        self,
        reception: WebhookReception,
        *,
        phone_number_id: str,
        app_secrets: Sequence[str],
        verify_token: str,
        statuses: Statuses,
        heard: Callable[[int], None] = lambda _messages: None,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._reception = reception
        self._phone_number_id = phone_number_id
        self._app_secrets = tuple(app_secrets)
        self._verify_token = verify_token
        self._statuses = statuses
        self._heard = heard
        self._now = now
        self._new_id = new_id

    def attach(self, app: web.Application) -> None:
        """Answer at ``PATH``."""
        app.router.add_get(PATH, self.subscribe)
        app.router.add_post(PATH, self.receive)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Prove to Meta that this address is ours."""
        challenge = may_subscribe(request.query, self._verify_token)
        if challenge is None:
            return web.Response(status=403)
        return web.Response(text=challenge)

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one body."""
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            verify_signature(request.headers, body, self._app_secrets)
        except SignatureRejected as error:
            log.warning("a webhook was not Meta's: %s", error.facts["problem"])
            return web.Response(status=401 if error.facts["problem"] == MISSING else 403)
        try:
            await self.keep(body)
        except Exception:  # whatever it is, Meta keeps the body and comes again
            log.exception("a webhook could not be stored")
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response(text="ok")

    async def keep(self, body: bytes) -> None:
        """Store a body that is known to be Meta's; raises when that failed."""
        at = self._now()
        try:
            envelope = read_envelope(body, phone_number_id=self._phone_number_id, received_at=at)
        except PayloadNotUnderstood as error:
            reason = str(error.facts["problem"])
            log.warning("a webhook of %d bytes cannot be read: %s", len(body), reason)
            await self._reception.quarantine(self._raw(body, _masked(body), at), reason)
            return
        await self._keep(body, envelope, at)

    async def _keep(self, body: bytes, envelope: Envelope, at: datetime) -> None:
        raw = self._raw(body, envelope.masked_body, at)
        if envelope.statuses and not envelope.brings_more_than_statuses:
            await self._statuses.follow_up(envelope.statuses)
            await self._reception.receive_statuses(raw, self._statuses.notes(envelope.statuses))
            return
        await self._statuses.note(envelope.statuses)
        kept = await self._reception.receive_webhook(
            raw,
            envelope.arrivals,
            renames=envelope.renames,
            unreadable=envelope.unreadable,
        )
        if kept.stored:
            self._heard(kept.stored)
        if envelope.fields or kept.quarantined:
            log.info("a webhook brought also %s; put aside: %d", envelope.fields, kept.quarantined)

    def _raw(self, body: bytes, masked: str, at: datetime) -> RawWebhook:
        digest = hashlib.sha256(body).hexdigest()
        return RawWebhook(self._new_id(), NAME, digest, masked, len(body), at)


async def _body(request: web.Request) -> bytes | None:
    """Return the bytes of a request; None for more than ``LARGEST_BODY``."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _masked(body: bytes) -> str:
    """Return what cannot be read, with its escaped letters plain, so that masking sees them."""
    plain = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), body.decode("utf-8", "replace"))
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")
    return "".join(
        mask(plain[start : start + _PIECE]).text for start in range(0, len(plain), _PIECE)
    )
