"""What the inbox asks before it has a message answered: blocked, or one of a loop?"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from conversations.blocks import BlockList
from conversations.loop_guard import LoopGuard
from conversations.model import InboundMessage

TELL_AGAIN = timedelta(hours=1)
MOST_TOLD = 20_000


class Abuse:
    """Blocks stand in the database; loops, and what was told of both, in memory only: after a
    restart a loop shows itself anew, and somebody may be told once more."""

    def __init__(self, blocks: BlockList, guard: LoopGuard) -> None:
        self._blocks = blocks
        self._guard = guard
        self._told: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def blocked(self, inbound: InboundMessage) -> bool:
        """Tell whether its sender, or the network it comes from, is blocked."""
        return await self._blocks.of(inbound.address, inbound.network) is not None

    def loops(self, conversation_id: str, inbound: InboundMessage, now: datetime) -> bool:
        """Tell whether it is one of two machines answering each other."""
        return self._guard.loops(conversation_id, inbound.provider_id, inbound.text, now)

    def tells(self, conversation_id: str, reason: str, now: datetime) -> bool:
        """Tell whether a person is to be told a reason now: once in ``TELL_AGAIN``."""
        key = (conversation_id, reason)
        told = self._told.get(key)
        if told is not None and now - told < TELL_AGAIN:
            return False
        self._told[key] = now
        self._told.move_to_end(key)
        while len(self._told) > MOST_TOLD:
            self._told.popitem(last=False)
        return True
