"""How long a person may wait for people, and what follows when they wait too long."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from conversations.duty import Hours
from conversations.floor import Outcome, Reason, Spell, Step

DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerClocks:
    """Minutes count in working time only. See ``answer_clocks.toml`` for what each means."""

    hours: Hours
    first_answer: int
    next_answer: int
    returned_after: int
    raised_after: int
    priorities: Mapping[Reason, int]
    closing: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, hours: Hours) -> AnswerClocks:
        """Read ``answer_clocks.toml`` beside this module."""
        text = files("conversations").joinpath("answer_clocks.toml").read_text("utf-8")
        return cls.from_data(tomllib.loads(text), hours)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], hours: Hours) -> AnswerClocks:
        """Build clocks from the shape of ``answer_clocks.toml``.

        Raises:
            KeyError, ValueError: a line is missing, or names no reason or outcome.
        """
        outcomes = {one if one == DEFAULT else Outcome(one).value for one in data["closing"]}
        return cls(
            hours=hours,
            first_answer=int(data["first_answer"]),
            next_answer=int(data["next_answer"]),
            returned_after=int(data["returned_after"]),
            raised_after=int(data["raised_after"]),
            priorities={reason: int(data["priority"][reason.value]) for reason in Reason},
            closing={one: tuple(data["closing"][one]) for one in outcomes | {DEFAULT}},
        )

    def started(self, spell: Spell, at: datetime) -> Spell:
        """Return the spell with its clock running from ``at``: the person waits for us."""
        minutes = self.next_answer if spell.first_answer_at else self.first_answer
        due = self.hours.add_working_minutes(at, minutes)
        return replace(spell, waits_since=spell.waits_since or at, due_at=due, step=Step.RUNNING)

    def stopped(self, spell: Spell, at: datetime) -> Spell:
        """Return the spell with its clock stopped: we answered, the person has the word."""
        return replace(
            spell,
            first_answer_at=spell.first_answer_at or at,
            waits_since=None,
            due_at=None,
            step=Step.RUNNING,
            raised_at=None,
        )

    def restarted(self, spell: Spell, at: datetime) -> Spell:
        """Return the spell with time for a new owner, if the clock had run out before."""
        late = spell.waits_since and (spell.due_at is None or spell.step is not Step.RUNNING)
        return self.started(spell, at) if late else spell

    def expired(self, spell: Spell, at: datetime) -> Spell | None:
        """Return the spell one step further; None when nothing is due.

        A reminder first, then back to the queue, then the supervisors. Whoever should
        look must acknowledge anew.
        """
        if spell.due_at is None or spell.due_at > at:
            return None
        alerted = replace(spell, acknowledged_by=None, acknowledged_at=None)
        if spell.step is Step.RUNNING:
            due = self.hours.add_working_minutes(at, self.returned_after)
            return replace(alerted, step=Step.REMINDED, due_at=due)
        if spell.step is Step.REMINDED and spell.owner_id is not None:
            due = self.hours.add_working_minutes(at, self.raised_after)
            return replace(alerted, step=Step.RETURNED, due_at=due, owner_id=None)
        return replace(alerted, step=Step.RAISED, due_at=None, raised_at=at)

    def missing(self, closing: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the fields that this closing lacks."""
        outcome = str(closing.get("outcome") or DEFAULT)
        required = self.closing.get(outcome, self.closing[DEFAULT])
        return tuple(name for name in required if not str(closing.get(name) or "").strip())
