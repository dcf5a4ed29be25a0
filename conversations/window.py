"""Until when a service takes a plain message: some close a window after the person's last one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from conversations.model import Conversation, OutboundMessage

TEMPLATE = "template"
"""In the metadata of a message that is a template: it may be sent at any time."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class HeardStore(Protocol):
    """Knows when people were last heard, by the service's clock."""

    async def last_heard_at(self, conversation_id: str) -> datetime | None:
        """Return when the person's last message was sent; None when there is none."""

    async def forget_heard(self, message_id: str, *, until: datetime, heard_at: datetime) -> None:
        """Take what was heard ``until`` then, in the conversation of a message, for that old."""


class ServiceWindow:
    """Computes windows. ``lengths``: how long each channel's is; the others have none."""

    def __init__(self, store: HeardStore, lengths: Mapping[str, timedelta]) -> None:
        self._store = store
        self._lengths = lengths

    async def open_until(self, conversation: Conversation) -> datetime | None:
        """Return until when a plain message may be sent; None: always."""
        return await self._open_until(conversation.address.channel, conversation.id)

    async def takes(self, outbound: OutboundMessage, at: datetime) -> bool:
        """Tell whether a message may be sent now: a template may, a plain one in the window."""
        if outbound.message.metadata.get(TEMPLATE) is not None:
            return True
        until = await self._open_until(outbound.address.channel, outbound.message.conversation_id)
        return until is None or at <= until

    async def refused(self, channel: str, message_id: str, at: datetime) -> None:
        """Note that the service itself says that the window is closed.

        It is the one who decides. The person's next message opens it again.
        """
        length = self._lengths.get(channel)
        if length is not None:
            closed = at - length - timedelta(seconds=1)
            await self._store.forget_heard(message_id, until=at, heard_at=closed)

    async def _open_until(self, channel: str, conversation_id: str) -> datetime | None:
        length = self._lengths.get(channel)
        if length is None:
            return None
        heard_at = await self._store.last_heard_at(conversation_id)
        return NEVER if heard_at is None else heard_at + length
