"""What mails need from elsewhere: something that keeps them, and something that carries them."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from mail.model import Mail, MailHealth, Sending


class MailStore(Protocol):
    """Keeps mails until they are sent, and what became of them."""

    async def add(self, mail: Mail, *, mail_id: str, at: datetime) -> bool:
        """Keep a mail, due now; False when its key is known."""

    async def claim(self, *, now: datetime, until: datetime) -> Sending | None:
        """Take the sending that is due longest, and hold it until ``until``."""

    async def sent(self, sending_id: int, *, at: datetime) -> None:
        """Note that the server took it."""

    async def later(self, sending_id: int, *, at: datetime, why: str) -> None:
        """Note why it did not go now, and when to try again."""

    async def failed(self, sending_id: int, *, at: datetime, why: str) -> None:
        """Note why it goes never."""

    async def health(self, *, since: datetime) -> MailHealth:
        """Return how the outbox does; failures count since ``since``."""


class MailCarrier(Protocol):
    """Hands mails over to where they are sent on."""

    async def carry(self, message: EmailMessage, recipient: str) -> None:
        """Hand one over.

        Raises:
            MailDelayed: not now.
            MailRefused: never.
        """
