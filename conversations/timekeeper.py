"""Act on what is due: lines on hold, clocks, snoozes, owners who left, the end of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from conversations.agents import Agent, Attendance
from conversations.duty import Hours, Roster
from conversations.floor import Spell
from conversations.handover_ports import HandoverStore
from conversations.model import Conversation
from conversations.rounds import Rounds
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup

POLL_S = 0.5
SWEEP_S = 5.0


@dataclass(frozen=True, slots=True)
class Appointment:
    """A case that stands for a talk that could not be had, and when we will be in touch."""

    number: str
    when: str


class Appointments(Protocol):
    """Makes a case of a conversation that nobody can take."""

    async def make(self, spell: Spell, conversation: Conversation) -> Appointment:
        """Open the case, or return the one that this spell has already."""


class Timekeeper(Rounds):
    """Each act looks again inside its transaction, so that several processes may keep time.

    Args:
        sweep_s: how often it looks for what has no moment of its own.
    """

    def __init__(
        self,
        moves: Unattended,
        store: HandoverStore,
        roster: Roster,
        appointments: Appointments,
        *,
        hours: Hours,
        now: Callable[[], datetime],
        wakeup: Wakeup,
        poll_s: float = POLL_S,
        sweep_s: float = SWEEP_S,
    ) -> None:
        super().__init__("timekeeper", self._round, every_s=poll_s, wakeup=wakeup)
        self._moves = moves
        self._store = store
        self._roster = roster
        self._appointments = appointments
        self._hours = hours
        self._now = now
        self._sweep = timedelta(seconds=sweep_s)
        self._swept_at: datetime | None = None

    async def keep(self) -> None:
        """Do all that is due at this moment."""
        now = self._now()
        for line in await self._store.to_send(now):
            await self._moves.send_held(line.conversation_id, author_id=line.author_id)
        for spell in await self._store.due(now):
            await self._moves.expire(spell.conversation_id)
        if self._swept_at is None or now - self._swept_at >= self._sweep:
            self._swept_at = now
            await self._sweep_up(now)

    async def _sweep_up(self, now: datetime) -> None:
        present = await self._roster.present()
        is_open = self._hours.is_open(now)
        if not is_open:
            there = [one.agent.id for one in present]
            for spell in await self._store.held_by_absent(there):
                await self._moves.bring_back(spell.conversation_id, str(spell.owner_id))
        for spell, conversation in await self._store.waiting():
            fitting = _fitting(present, spell)
            if not fitting and (not is_open or spell.raised_at is not None):
                await self._call_back(spell, conversation)
            elif self._moves.assigns and is_open:
                present = await self._given(spell, fitting, present)

    async def _call_back(self, spell: Spell, conversation: Conversation) -> None:
        if spell.waits_since is None:
            await self._moves.let_go(conversation.id, spell.id)
            return
        made = await self._appointments.make(spell, conversation)
        await self._moves.call_back(conversation.id, spell.id, number=made.number, when=made.when)

    async def _given(
        self, spell: Spell, fitting: list[Attendance], present: Sequence[Attendance]
    ) -> Sequence[Attendance]:
        """Give a conversation to whoever holds least; return who is there after that."""
        agent = _freest(fitting)
        if agent is None:
            return present
        await self._moves.assign(spell.conversation_id, spell.id, agent)
        return await self._roster.present()

    async def _round(self) -> bool:
        await self.keep()
        return False


def _fitting(present: Sequence[Attendance], spell: Spell) -> list[Attendance]:
    return [one for one in present if one.agent.serves(spell.language, spell.department)]


def _freest(fitting: list[Attendance]) -> Agent | None:
    free = [one for one in fitting if one.has_room]
    return min(free, key=lambda one: one.holds).agent if free else None
