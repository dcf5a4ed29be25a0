"""Moves that no agent makes by hand: what is due, what is given out, what ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from conversations.agents import Agent
from conversations.floor import Changed
from conversations.handover import Handover
from conversations.handover_ports import HandoverStore

TIMEKEEPER = "system:timekeeper"


class Unattended:
    """Each looks again inside its transaction; what is no longer so changes nothing.

    Args:
        assign: a freed agent is given the next conversation instead of being pointed to it.
    """

    def __init__(
        self,
        handover: Handover,
        store: HandoverStore,
        *,
        now: Callable[[], datetime],
        assign: bool = False,
    ) -> None:
        self._handover = handover
        self._store = store
        self._now = now
        self.assigns = assign
        self._moves = handover.moves
        self._words = handover.words

    async def send_held(self, conversation_id: str, *, author_id: str) -> Changed | None:
        """Send an agent's lines whose time on hold is over."""
        at, actor = self._now(), f"agent:{author_id}"
        return await self._handover.apply(
            conversation_id, lambda floor: self._words.send(floor, actor=actor, at=at), at
        )

    async def expire(self, conversation_id: str) -> Changed | None:
        """Go one step further with a clock or a snooze, if it is due."""
        at = self._now()
        return await self._handover.apply(
            conversation_id, lambda floor: self._moves.expire(floor, actor=TIMEKEEPER, at=at), at
        )

    async def bring_back(self, conversation_id: str, owner_id: str) -> Changed | None:
        """Put what an absent owner holds back into the queue, if it is still theirs."""
        at = self._now()
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.bring_back(floor, owner_id, actor=TIMEKEEPER, at=at),
            at,
        )

    async def assign(self, conversation_id: str, spell_id: str, agent: Agent) -> Changed | None:
        """Give a conversation to an agent, if it still waits."""
        at = self._now()
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.assign(floor, spell_id, agent, actor=TIMEKEEPER, at=at),
            at,
        )

    async def offer(self, conversation_id: str, spell_id: str, agent: Agent) -> Changed | None:
        """Point an agent to a conversation that still waits, by an event."""
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.offer(floor, spell_id, agent, actor=TIMEKEEPER),
            self._now(),
        )

    async def call_back(
        self, conversation_id: str, spell_id: str, *, number: str, when: str
    ) -> Changed | None:
        """End a spell that nobody can take: tell the person the case and the time."""
        at = self._now()
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.call_back(
                floor, spell_id, number=number, when=when, actor=TIMEKEEPER, at=at
            ),
            at,
        )

    async def let_go(self, conversation_id: str, spell_id: str) -> Changed | None:
        """Return to the assistant what nobody holds and in which nobody waits."""
        at = self._now()
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.let_go(floor, spell_id, actor=TIMEKEEPER, at=at),
            at,
        )

    async def resume(self, conversation_id: str, spell_id: str, *, actor: str) -> Changed | None:
        """Return to the assistant what it had failed at, if nobody has seen to it."""
        at = self._now()
        return await self._handover.apply(
            conversation_id,
            lambda floor: self._moves.resume(floor, spell_id, actor=actor, at=at),
            at,
        )

    async def next_for(self, agent: Agent) -> Changed | None:
        """Offer or give an agent the conversation they serve that is next in turn."""
        for spell, conversation in await self._store.waiting():
            if agent.serves(spell.language, spell.department):
                move = self.assign if self.assigns else self.offer
                changed = await move(conversation.id, spell.id, agent)
                if changed is not None:
                    return changed
        return None
