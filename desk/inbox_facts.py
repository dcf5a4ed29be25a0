"""What screens show of conversations beside their own fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.agents import Agent
from conversations.floor import Note, Spell, Step
from conversations.model import Conversation, Message
from conversations.queues import Transcript
from desk.case_facts import masked

SHOWN_OF_ID = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a transcript: a message, or a note among colleagues."""

    message: Message | None = None
    note: Note | None = None


def lines(transcript: Transcript) -> list[Line]:
    """Return messages and notes in the order in which they were written."""
    notes = sorted(transcript.notes, key=lambda note: (note.after_seq, note.at))
    found: list[Line] = []
    for message in transcript.messages:
        while notes and notes[0].after_seq < message.seq:
            found.append(Line(note=notes.pop(0)))
        found.append(Line(message=message))
    return [*found, *(Line(note=note) for note in notes)]


def lamp(spell: Spell | None) -> str:
    """Return the sign of a conversation."""
    if spell is None or spell.closed_at is not None:
        return "done"
    if spell.step in (Step.RETURNED, Step.RAISED):
        return "late"
    if spell.snoozed_at is not None:
        return "ent"
    if spell.owner_id is None:
        return "new"
    return "open" if spell.waits_since is not None else "cit"


def waited(spell: Spell, now: datetime) -> int:
    """Return for how many minutes somebody has waited for us, or the spell has lasted."""
    since = spell.waits_since or spell.claimed_at or spell.opened_at
    return max(0, (now - since) // timedelta(minutes=1))


def mode(spell: Spell | None, agent: Agent) -> str:
    """Return who has the word for this viewer: ``bot``, ``free``, ``mine`` or ``other``."""
    if spell is None:
        return "bot"
    if spell.owner_id is None:
        return "free"
    return "mine" if spell.owner_id == agent.id else "other"


def called(conversation: Conversation) -> str:
    """Return how to name a person of whom only the address is known; empty for a web visitor."""
    address = conversation.address
    return masked(address.value) if address.kind == "phone" else ""


def short(conversation: Conversation) -> str:
    """Return the end of the conversation's id, to tell visitors apart."""
    return conversation.id[-SHOWN_OF_ID:]


def newest(messages: Sequence[Message]) -> int:
    """Return the place of the newest message; 0 when there is none."""
    return messages[-1].seq if messages else 0
