"""What sending keeps between attempts: pauses by error, stopped channels, break-offs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from conversations.model import MessageState, OutboundMessage
from conversations.ports import ConversationStore, Lease

MOST_BREAKS = 5
"""So often may the handling of one message break off before it is put aside."""

USUAL_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
PAUSES_S: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        # too many messages to one person: 4^n seconds (WhatsApp Cloud API, error codes)
        "131056": (4.0, 16.0, 64.0, 256.0),
        # too many messages from our number
        "130429": (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0),
        # too many calls of the application in an hour
        "4": (60.0, 120.0, 300.0, 600.0, 1200.0),
        "80007": (60.0, 120.0, 300.0, 600.0, 1200.0),
    }
)
"""By the service's own code: how long to wait before the next attempt."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """When to try again what may be tried again."""

    usual_s: tuple[float, ...] = USUAL_PAUSES_S
    by_code_s: Mapping[str, tuple[float, ...]] = PAUSES_S

    def pause(
        self, attempts: int, code: str | None, at_least_s: float | None = None
    ) -> timedelta | None:
        """Return how long to wait after the ``attempts``-th failure; None: give it up."""
        pauses_s = self.by_code_s.get(code or "", self.usual_s)
        if attempts > len(pauses_s):
            return None
        return timedelta(seconds=max(pauses_s[attempts - 1], at_least_s or 0.0))


@dataclass(frozen=True, slots=True)
class ChannelStop:
    """A channel to which nothing is sent; at ``check_at`` one message tries it out."""

    channel: str
    since: datetime
    code: str | None
    check_at: datetime | None


class SendingStore(ConversationStore, Protocol):
    """What the outbox needs beside leases and messages."""

    async def count_break(self, lease: Lease, *, most: int, at: datetime) -> bool:
        """Count that the oldest piece of work broke off; put it aside the ``most``-th time.

        Returns:
            Whether the message was quarantined.
        """

    async def begin(self, lease: Lease, message_id: str) -> bool:
        """Keep that a message is about to be sent; False when the lease is not ours any more."""

    async def postpone(
        self, lease: Lease, outbound: OutboundMessage, *, until: datetime, reason: str, at: datetime
    ) -> None:
        """Keep that a sending failed and when it is tried again."""

    async def stop_channel(
        self, channel: str, *, code: str | None, check_at: datetime | None, at: datetime
    ) -> None:
        """Send nothing to a channel until it is resumed; ``check_at``: try one then."""

    async def resume_channel(self, channel: str, *, by: str, at: datetime) -> bool:
        """Let a channel go on; False when it was not stopped."""

    async def stopped_channels(self) -> Sequence[ChannelStop]:
        """Return the channels to which nothing is sent."""

    async def state_of_ours(self, conversation_id: str, message_id: str) -> MessageState | None:
        """Return the state of a message to the person; None when there is none of this id."""

    async def retry(self, message_id: str, *, by: str, at: datetime) -> bool:
        """Let a message that failed, is unknown or quarantined be handled once more.

        It may then be said twice: only a person decides that.

        Returns:
            False when there is no such message.
        """
