"""What moves on the floor have in common: who may, and how a change is put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.agents import Agent
from conversations.floor import Change, Floor, Note, Outcome, Spell
from conversations.handover_errors import NotWithPeople, NotYours
from conversations.model import Controller
from conversations.ports import NewMessage


def with_people(floor: Floor) -> Spell:
    """Return the open spell; raises NotWithPeople."""
    if floor.spell is None:
        raise NotWithPeople(conversation_id=floor.conversation.id)
    return floor.spell


def owned(floor: Floor, agent: Agent, *, or_free: bool = False) -> Spell:
    """Return the open spell if the agent owns it, or supervises.

    Args:
        or_free: one that nobody owns will do as well.

    Raises:
        NotWithPeople, NotYours: see there.
    """
    spell = with_people(floor)
    free = or_free and spell.owner_id is None
    if spell.owner_id != agent.id and not free and not agent.supervises:
        raise NotYours(by=spell.owner_id or "")
    return spell


def alerting(spell: Spell) -> Spell:
    """Return the spell as one that somebody must acknowledge anew."""
    return replace(spell, acknowledged_by=None, acknowledged_at=None)


def closed_as(spell: Spell, outcome: Outcome, *, by: str, at: datetime) -> Spell:
    """Return the spell at its end."""
    return replace(
        spell,
        outcome=outcome,
        closed_at=at,
        closed_by=by,
        due_at=None,
        snoozed_at=None,
        snoozed_until=None,
    )


def ended(spell: Spell, what: str, actor: str, lines: tuple[NewMessage, ...]) -> Change:
    """Return the change that gives a conversation to the assistant, with what is said last."""
    return Change(
        what=what,
        actor=actor,
        spell=spell,
        controller=Controller.BOT,
        flush=True,
        lines=lines,
    )


def queued(spell: Spell, what: str, actor: str, note: Note | None = None) -> Change:
    """Return the change that makes a conversation wait for somebody."""
    return Change(
        what=what,
        actor=actor,
        spell=replace(spell, snoozed_at=None, snoozed_until=None),
        controller=Controller.QUEUE,
        flush=True,
        note=note,
    )


def unmoved(floor: Floor, spell: Spell, what: str, actor: str, *, flush: bool = False) -> Change:
    """Return a change that leaves the word with whoever has it."""
    return Change(
        what=what,
        actor=actor,
        spell=spell,
        controller=floor.conversation.controller,
        flush=flush,
    )
