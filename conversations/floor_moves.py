"""Every move on the floor: what a conversation becomes of it. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from conversations.agents import Agent
from conversations.answer_clocks import AnswerClocks
from conversations.floor import Change, Floor, Note, Outcome, Reason, Spell, Step
from conversations.floor_rules import (
    alerting,
    closed_as,
    ended,
    owned,
    queued,
    unmoved,
    with_people,
)
from conversations.handover_errors import AlreadyClaimed, ClosingIncomplete
from conversations.lines import CALLBACK, CLOSED, GIVEN_BACK, RESUMED, Lines
from conversations.model import Controller
from conversations.ports import NewMessage
from conversations.rating_buttons import question
from conversations.ratings import OPEN_FOR, PAUSE, SPELL, Rating

ASKED_AGAIN = "asked_again"
"""Why a message waits that the assistant may have been asked about before."""

RATED_OUTCOMES = frozenset({Outcome.RESOLVED, Outcome.CASE})
SILENT_OUTCOMES = frozenset({Outcome.SPAM})


@dataclass(frozen=True, slots=True)
class Escalation:
    """A wish for people, and for which department, if that is known."""

    reason: Reason
    department: str | None = None

    @classmethod
    def from_facts(cls, facts: object) -> Escalation | None:
        """Read what an action says; None when it says nothing of the kind.

        An unknown reason counts as asked for: the wish itself is never dropped.
        """
        if not isinstance(facts, Mapping):
            return None
        department = facts.get("department")
        try:
            reason = Reason(str(facts.get("reason")))
        except ValueError:
            reason = Reason.ASKED
        return cls(reason, str(department)[:32] if department else None)


class Moves:
    """Each returns the change, None when there is nothing to change, or raises why not."""

    def __init__(self, clocks: AnswerClocks, lines: Lines, *, new_id: Callable[[], str]) -> None:
        self._clocks = clocks
        self._lines = lines
        self._new_id = new_id

    def escalate(
        self,
        floor: Floor,
        escalation: Escalation,
        *,
        actor: str,
        at: datetime,
        lines: tuple[NewMessage, ...] = (),
    ) -> Change | None:
        """Put a conversation into the queue; one that people have stays as it is."""
        if floor.spell is not None:
            return None
        spell = self._clocks.started(self._opened(floor, escalation, at), at)
        return Change(
            what="escalated", actor=actor, spell=spell, controller=Controller.QUEUE, lines=lines
        )

    def claim(self, floor: Floor, agent: Agent, *, at: datetime) -> Change | None:
        """Make a waiting conversation the agent's; theirs already stays theirs."""
        spell = with_people(floor)
        if spell.owner_id == agent.id:
            return None
        if spell.owner_id is not None:
            raise AlreadyClaimed(by=spell.owner_id)
        return self._owned_by(floor, spell, agent, what="claimed", at=at)

    def take_over(self, floor: Floor, agent: Agent, *, at: datetime) -> Change | None:
        """Make a conversation the agent's, whoever has it."""
        spell = floor.spell or self._opened(floor, Escalation(Reason.STEPPED_IN), at)
        if spell.owner_id == agent.id:
            return None
        return self._owned_by(floor, spell, agent, what="taken_over", at=at)

    def release(
        self, floor: Floor, agent: Agent, *, at: datetime, note: Note | None = None
    ) -> Change:
        """Put a conversation back into the queue."""
        spell = alerting(owned(floor, agent))
        spell = replace(spell, owner_id=None, claimed_at=None)
        return queued(spell, "released", agent.actor, note)

    def transfer(
        self,
        floor: Floor,
        agent: Agent,
        *,
        to: Agent | None,
        department: str | None,
        note: Note | None,
        at: datetime,
    ) -> Change:
        """Hand a conversation to a colleague, or to a department's queue."""
        spell = alerting(owned(floor, agent, or_free=True))
        if to is None:
            spell = replace(spell, owner_id=None, claimed_at=None, department=department)
            return queued(spell, "transferred", agent.actor, note)
        department = department or spell.department
        spell = replace(spell, owner_id=to.id, claimed_at=at, department=department)
        return Change(
            what="transferred",
            actor=agent.actor,
            spell=self._clocks.restarted(spell, at),
            controller=Controller.AGENT,
            flush=True,
            note=note,
        )

    def give_back(self, floor: Floor, agent: Agent, *, at: datetime) -> Change:
        """Return a conversation to the assistant and tell the person once."""
        spell = owned(floor, agent)
        line = self._lines.line(GIVEN_BACK, floor.conversation.language, at)
        closed = closed_as(spell, Outcome.GIVEN_BACK, by=agent.actor, at=at)
        return ended(closed, "given_back", agent.actor, (line,))

    def close(
        self,
        floor: Floor,
        agent: Agent,
        closing: Mapping[str, Any],
        *,
        at: datetime,
        may_ask: bool = True,
    ) -> Change:
        """End a conversation with people; the assistant answers what comes next.

        Args:
            may_ask: the person can be asked for a rating, and is unless they were lately.
        """
        spell = owned(floor, agent)
        missing = self._clocks.missing(closing)
        outcomes = {one.value for one in Outcome}
        if closing.get("outcome") not in outcomes and "outcome" not in missing:
            missing = ("outcome", *missing)
        if missing:
            raise ClosingIncomplete(missing=",".join(missing))
        outcome = Outcome(closing["outcome"])
        told = {name: value for name, value in closing.items() if name != "outcome"}
        closed = replace(closed_as(spell, outcome, by=agent.actor, at=at), closing=told)
        line = self._lines.line(CLOSED, floor.conversation.language, at)
        lines = () if outcome in SILENT_OUTCOMES else (line,)
        change = ended(closed, "closed", agent.actor, lines)
        lately = floor.asked_to_rate_at is not None and floor.asked_to_rate_at > at - PAUSE
        if not may_ask or floor.opted_out or lately or outcome not in RATED_OUTCOMES:
            return change
        return self._asking_to_rate(floor, change, spell, at)

    def call_back(
        self, floor: Floor, spell_id: str, *, number: str, when: str, actor: str, at: datetime
    ) -> Change | None:
        """End a spell that nobody can serve today: a case and a time stand for it."""
        spell = _free(floor, spell_id)
        if spell is None:
            return None
        language = floor.conversation.language
        line = self._lines.line(CALLBACK, language, at, number=number, when=when)
        closed = closed_as(spell, Outcome.CALLBACK, by=actor, at=at)
        return ended(replace(closed, closing={"case": number}), "called_back", actor, (line,))

    def let_go(self, floor: Floor, spell_id: str, *, actor: str, at: datetime) -> Change | None:
        """Return to the assistant what nobody holds and in which nobody waits."""
        spell = _free(floor, spell_id)
        if spell is None or spell.waits_since is not None:
            return None
        line = self._lines.line(GIVEN_BACK, floor.conversation.language, at)
        closed = closed_as(spell, Outcome.GIVEN_BACK, by=actor, at=at)
        return ended(closed, "given_back", actor, (line,))

    def resume(self, floor: Floor, spell_id: str, *, actor: str, at: datetime) -> Change | None:
        """Return to the assistant what it had failed at, if nobody has seen to it."""
        spell = _free(floor, spell_id)
        if spell is None or spell.reason is not Reason.BOT_FAILED or spell.first_answer_at:
            return None
        line = self._lines.line(RESUMED, floor.conversation.language, at)
        closed = closed_as(spell, Outcome.GIVEN_BACK, by=actor, at=at)
        return replace(ended(closed, "resumed", actor, (line,)), resume=ASKED_AGAIN)

    def assign(
        self, floor: Floor, spell_id: str, agent: Agent, *, actor: str, at: datetime
    ) -> Change | None:
        """Give a waiting conversation to an agent, who has yet to acknowledge it."""
        spell = _free(floor, spell_id)
        if spell is None:
            return None
        owned = self._owned_by(floor, spell, agent, what="assigned", at=at)
        return replace(owned, actor=actor, spell=alerting(owned.spell or spell))

    def offer(self, floor: Floor, spell_id: str, agent: Agent, *, actor: str) -> Change | None:
        """Point an agent to a waiting conversation."""
        spell = _free(floor, spell_id)
        if spell is None:
            return None
        change = unmoved(floor, alerting(spell), "offered", actor)
        return replace(change, facts={"offered_to": agent.id})

    def expire(self, floor: Floor, *, actor: str, at: datetime) -> Change | None:
        """Go one step further with a clock or a snooze that is due."""
        spell = floor.spell
        if spell is None:
            return None
        if spell.snoozed_until is not None and spell.snoozed_until <= at:
            awake = replace(alerting(spell), snoozed_at=None, snoozed_until=None)
            if awake.waits_since:
                awake = self._clocks.started(awake, at)
            return unmoved(floor, awake, "woken", actor)
        later = self._clocks.expired(spell, at)
        if later is None:
            return None
        if later.owner_id != spell.owner_id:
            return queued(later, later.step.value, actor, None)
        return unmoved(floor, later, later.step.value, actor)

    def bring_back(self, floor: Floor, owner_id: str, *, actor: str, at: datetime) -> Change | None:
        """Put what an absent owner holds back into the queue."""
        spell = floor.spell
        if spell is None or spell.owner_id != owner_id or spell.waits_since is None:
            return None
        due = self._clocks.hours.add_working_minutes(at, self._clocks.raised_after)
        back = replace(
            alerting(spell),
            owner_id=None,
            claimed_at=None,
            step=Step.RETURNED,
            due_at=due,
        )
        return queued(back, Step.RETURNED.value, actor, None)

    def _asking_to_rate(self, floor: Floor, change: Change, spell: Spell, at: datetime) -> Change:
        rating = Rating(
            id=self._new_id(),
            conversation_id=floor.conversation.id,
            subject_kind=SPELL,
            subject_id=spell.id,
            asked_at=at,
            expires_at=at + OPEN_FOR,
        )
        asked = question(self._lines, rating.id, floor.conversation.language, at)
        return replace(change, lines=(*change.lines, asked), question=rating)

    def _opened(self, floor: Floor, escalation: Escalation, at: datetime) -> Spell:
        return Spell(
            id=self._new_id(),
            conversation_id=floor.conversation.id,
            reason=escalation.reason,
            language=floor.conversation.language,
            department=escalation.department,
            priority=self._clocks.priorities[escalation.reason],
            opened_at=at,
            version=-1,
        )

    def _owned_by(
        self, floor: Floor, spell: Spell, agent: Agent, *, what: str, at: datetime
    ) -> Change:
        owned = replace(
            spell,
            owner_id=agent.id,
            claimed_at=at,
            acknowledged_by=spell.acknowledged_by or agent.id,
            acknowledged_at=spell.acknowledged_at or at,
            snoozed_at=None,
            snoozed_until=None,
        )
        return Change(
            what=what,
            actor=agent.actor,
            spell=self._clocks.restarted(owned, at),
            controller=Controller.AGENT,
            flush=True,
        )


def _free(floor: Floor, spell_id: str) -> Spell | None:
    """Return the spell if it is still the open one and nobody's."""
    spell = floor.spell
    return spell if spell and spell.id == spell_id and spell.owner_id is None else None
