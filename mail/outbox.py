"""Take mails in, and send them until they are sent or refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mail.errors import MailDelayed, MailRefused
from mail.mime import message_of
from mail.model import Mail, MailHealth, Sending, is_address
from mail.ports import MailCarrier, MailStore

HELD_FOR = timedelta(minutes=3)
"""Longer than a mail server may take: a process that died gives the mail back after that."""

PAUSES: Sequence[timedelta] = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""Between attempts; the last one again and again."""

TRIED_FOR = timedelta(days=3)
"""Source: RFC 5321, 4.5.4.1 asks for four to five days; for staff, three are enough."""

HEALTH_OF = timedelta(days=1)

log = logging.getLogger(__name__)


class MailOutbox:
    """Mails to staff. Each recipient has a try of their own: one that fails stops no other.

    Args:
        carrier: None where no mail server is set up: nothing is taken in then.
        sender: our own address.
        added: called when a mail was taken in, so that it can go at once.
    """

    def __init__(
        self,
        store: MailStore,
        carrier: MailCarrier | None,
        *,
        sender: str,
        sender_name: str,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        added: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._sender = sender
        self._sender_name = sender_name
        self._now = now
        self._new_id = new_id
        self._added = added

    @property
    def set_up(self) -> bool:
        """Tell whether there is a mail server."""
        return self._carrier is not None

    async def add(self, mail: Mail) -> bool:
        """Keep a mail to be sent; False when there is no mail server, or its key is known.

        Raises:
            ValueError: a recipient is no address. Nothing is kept then.
        """
        if wrong := [one for one in mail.to if not is_address(one)]:
            raise ValueError(f"{len(wrong)} of {len(mail.to)} recipients are no addresses")
        if self._carrier is None or not mail.to:
            log.warning("a mail is not sent (%s): no mail server, or no recipient", mail.key)
            return False
        added = await self._store.add(mail, mail_id=self._new_id(), at=self._now())
        self._added()
        return added

    async def send_due(self) -> int:
        """Send what is due; return how many attempts that were.

        What is broken off is tried again by whoever comes next.
        """
        attempts = 0
        while self._carrier is not None:
            now = self._now()
            sending = await self._store.claim(now=now, until=now + HELD_FOR)
            if sending is None:
                break
            attempts += 1
            await self._try(self._carrier, sending)
        return attempts

    async def health(self) -> MailHealth:
        """Return how it does; failures of the last day."""
        return await self._store.health(since=self._now() - HEALTH_OF)

    async def _try(self, carrier: MailCarrier, sending: Sending) -> None:
        message = message_of(
            sending.mail,
            mail_id=sending.mail_id,
            recipient=sending.recipient,
            sender=self._sender,
            sender_name=self._sender_name,
            at=sending.queued_at,
        )
        try:
            await carrier.carry(message, sending.recipient)
        except MailRefused as error:
            await self._give_up(sending, str(error.facts["why"]))
        except MailDelayed as error:
            now, why = self._now(), str(error.facts["why"])
            if now - sending.queued_at >= TRIED_FOR:
                await self._give_up(sending, why)
                return
            pause = PAUSES[min(sending.attempts, len(PAUSES)) - 1]
            log.warning("mail %s did not go, try %d: %s", sending.mail_id, sending.attempts, why)
            await self._store.later(sending.id, at=now + pause, why=why)
        else:
            await self._store.sent(sending.id, at=self._now())

    async def _give_up(self, sending: Sending, why: str) -> None:
        log.error("mail %s is not sent: %s", sending.mail_id, why)
        await self._store.failed(sending.id, at=self._now(), why=why)
