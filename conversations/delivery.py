"""How far each message got: the delivery ledger, and what needs a person's look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from conversations.model import Message, MessageState


class DeliveryStatus(StrEnum):
    """What a service says of one of our messages. The value is what stores keep."""

    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"

    @property
    def rank(self) -> int:
        """Return its place: a message's status only ever goes up.

        ``failed`` stands under ``delivered``: what arrived on one of a person's devices
        arrived.
        """
        return list(DeliveryStatus).index(self)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a message.

    ``what`` is ``written`` (the person's own time), ``received``, ``shown`` (kept, so that
    every screen shows it), the state it came to, or a ``DeliveryStatus``.
    """

    what: str
    at: datetime
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLife:
    """All that is known of one message; ``answers`` are our messages that answer it."""

    message: Message
    channel: str
    attempts: int
    steps: Sequence[Step]
    status: DeliveryStatus | None
    answers: Sequence[MessageLife] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsLook:
    """A message that did not get through, or was put aside, and that nobody saw to yet."""

    message_id: str
    conversation_id: str
    channel: str
    sender: str
    state: MessageState
    reason: str | None
    at: datetime


class DeliveryLedger(Protocol):
    """Keeps the statuses that services tell, whatever their order."""

    async def note(
        self,
        channel: str,
        status: DeliveryStatus,
        *,
        at: datetime,
        noted_at: datetime,
        message_id: str | None = None,
        provider_id: str | None = None,
        code: str | None = None,
    ) -> bool:
        """Keep a status, once, with its time.

        A message may be named by our id, by the service's, or by both. What we do not know
        yet is kept until a message learns this ``provider_id``. A failure makes the message
        failed; any other status makes one sent that was pending or unknown.

        Args:
            at: the service's time.
            code: the service's own code of a failure.

        Returns:
            Whether the message's status went up.
        """

    async def life(self, message_id: str) -> MessageLife:
        """Return all that is known of a message, its answers with it; raises MessageNotFound."""

    async def statuses(self, message_ids: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """Return the highest status of each message of which a service told one."""

    async def find_by_provider(self, channel: str, provider_id: str) -> MessageLife | None:
        """Return the life of the message that a service knows by this id."""

    async def needing_look(self, *, limit: int = 100) -> Sequence[NeedsLook]:
        """Return what failed, is unknown or quarantined, and is not cleared; oldest first."""

    async def clear(self, message_id: str, *, at: datetime, by: str) -> bool:
        """Note that somebody saw to a failed message; False when there was nothing to see to."""
