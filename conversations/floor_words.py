"""What people say and note while they have the floor. Nothing is stored here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.agents import Agent
from conversations.answer_clocks import AnswerClocks
from conversations.floor import Change, Floor, Note, Step, UnsentLine
from conversations.floor_moves import Moves
from conversations.floor_rules import owned, unmoved, with_people
from conversations.handover_errors import NothingToUndo, NotYours, StaleView
from conversations.model import Controller, Message, Sender


class Words:
    """Each returns the change, None when there is nothing to change, or raises why not."""

    def __init__(self, clocks: AnswerClocks, moves: Moves) -> None:
        self._clocks = clocks
        self._moves = moves

    def heard(self, floor: Floor, *, actor: str, at: datetime) -> Change | None:
        """Start the clock for a person's message and wake what was snoozed."""
        spell = floor.spell
        if spell is None or (spell.waits_since and spell.snoozed_at is None):
            return None
        awake = replace(spell, snoozed_at=None, snoozed_until=None)
        return unmoved(floor, self._clocks.started(awake, at), "heard", actor)

    def reply(
        self,
        floor: Floor,
        agent: Agent,
        line: UnsentLine,
        *,
        take_over: bool,
        at: datetime,
    ) -> Change:
        """Say something to the person: only the owner, and only who has seen everything.

        What is on hold already goes out first; ``line`` waits for its time, if it has one.
        """
        taken = self._moves.take_over(floor, agent, at=at) if take_over else None
        spell = taken.spell if taken and taken.spell else with_people(floor)
        if spell.owner_id != agent.id:
            raise NotYours(by=spell.owner_id or "")
        if any(one.sender is Sender.CITIZEN or _anothers(one, agent) for one in floor.since):
            raise StaleView(last_seq=floor.last_seq)
        held = line.send_at > at
        spell = self._clocks.stopped(spell, at)
        return Change(
            what="replied_taking_over" if taken else "replied",
            actor=agent.actor,
            spell=replace(spell, snoozed_at=None, snoozed_until=None),
            controller=Controller.AGENT,
            flush=True,
            lines=() if held else (line.as_message(),),
            hold=line if held else None,
        )

    def send(self, floor: Floor, *, actor: str, at: datetime) -> Change | None:
        """Send what is on hold and is due."""
        if floor.spell is None or not any(one.send_at <= at for one in floor.unsent):
            return None
        return unmoved(floor, floor.spell, "sent", actor, flush=True)

    def undo(self, floor: Floor, agent: Agent, line_id: str) -> Change:
        """Take back the last line, while it is on hold."""
        last = floor.unsent[-1] if floor.unsent else None
        if floor.spell is None or last is None or last.id != line_id or last.author_id != agent.id:
            raise NothingToUndo
        spell = floor.spell
        if spell.first_answer_at == last.at:
            spell = replace(spell, first_answer_at=None)
        if spell.waits_since is None:  # else the person wrote again, and the clock runs
            spell = self._clocks.started(spell, last.at)
        return replace(unmoved(floor, spell, "undone", agent.actor), drop=last)

    def write_note(self, floor: Floor, agent: Agent, note: Note) -> Change:
        """Leave word for colleagues; the person never sees it."""
        return Change(
            what="noted",
            actor=agent.actor,
            spell=floor.spell,
            controller=floor.conversation.controller,
            note=note,
        )

    def acknowledge(self, floor: Floor, agent: Agent, *, at: datetime) -> Change | None:
        """Stop the alert; the first who does is kept."""
        spell = with_people(floor)
        if spell.acknowledged_at is not None:
            return None
        seen = replace(spell, acknowledged_by=agent.id, acknowledged_at=at)
        return unmoved(floor, seen, "acknowledged", agent.actor)

    def snooze(self, floor: Floor, agent: Agent, *, until: datetime | None, at: datetime) -> Change:
        """Put a conversation aside until a time, or until the person writes."""
        spell = owned(floor, agent)
        spell = replace(spell, snoozed_at=at, snoozed_until=until, due_at=None, step=Step.RUNNING)
        return unmoved(floor, spell, "snoozed", agent.actor, flush=True)


def _anothers(message: Message, agent: Agent) -> bool:
    return message.sender is Sender.AGENT and message.metadata.get("agent") != agent.id
