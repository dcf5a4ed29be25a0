"""Who may speak in a conversation: a spell with people, and the state of its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.attachments import Attachment
from conversations.model import (
    NOTHING,
    Controller,
    Conversation,
    Message,
    MessageKind,
    MessageState,
    Sender,
)
from conversations.ports import NewMessage
from conversations.ratings import Rating
from kernel.language import Language

FILES = "files"
"""In the metadata of a line on hold: the files that go with it."""


class Reason(StrEnum):
    """Why people are wanted. The value is what stores keep."""

    ASKED = "asked"
    UNSURE_TWICE = "unsure_twice"
    ANGRY = "angry"
    SENSITIVE = "sensitive"
    BOT_FAILED = "bot_failed"
    OUT_OF_HOURS = "out_of_hours"
    STEPPED_IN = "stepped_in"  # an employee took over unasked


class Step(StrEnum):
    """How far a clock is: running, reminded its owner, back in the queue, with a supervisor."""

    RUNNING = "running"
    REMINDED = "reminded"
    RETURNED = "returned"
    RAISED = "raised"


class Outcome(StrEnum):
    """How a spell with people ended."""

    RESOLVED = "resolved"
    CASE = "case"
    CALLBACK = "callback"
    NO_REPLY = "no_reply"
    SPAM = "spam"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One spell of a conversation with people, from escalation to closing. Times in UTC.

    ``waits_since``: since when the person waits for an answer of ours; None while we wait
    for the person. ``due_at``: when the next ``step`` of the clock is due. ``snoozed_until``
    is None while snoozed until the person writes. ``closing``: what was asked at closing.
    """

    id: str
    conversation_id: str
    reason: Reason
    language: Language
    opened_at: datetime
    department: str | None = None
    priority: int = 2
    owner_id: str | None = None
    claimed_at: datetime | None = None
    first_answer_at: datetime | None = None
    waits_since: datetime | None = None
    due_at: datetime | None = None
    step: Step = Step.RUNNING
    raised_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: Outcome | None = None
    closing: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentLine:
    """An agent's line that can be taken back until ``send_at``."""

    id: str
    conversation_id: str
    author_id: str
    text: str
    language: Language
    at: datetime
    send_at: datetime
    metadata: Mapping[str, Any] = NOTHING

    def as_message(self) -> NewMessage:
        """Return the message that it becomes."""
        details = dict(self.metadata)
        files = tuple(Attachment.from_facts(one) for one in details.pop(FILES, ()))
        return NewMessage(
            id=self.id,
            sender=Sender.AGENT,
            text=self.text,
            language=self.language,
            state=MessageState.PENDING,
            at=self.send_at,
            sent_at=self.at,
            metadata=details,
            kind=MessageKind(files[0].kind.value) if files else MessageKind.TEXT,
            attachments=files,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note among colleagues, standing after the message ``after_seq``; ``mentions`` are ids."""

    id: str
    conversation_id: str
    after_seq: int
    author_id: str
    text: str
    at: datetime
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A conversation as a transaction sees it: locked, so that nothing changes meanwhile.

    ``spell`` is the open one. ``unsent`` are lines on hold, oldest first. ``since`` are
    messages of people (not of the assistant) after a place that was asked about.
    ``asked_to_rate_at``: when the person was last asked for a rating here; ``opted_out``: they
    want to be asked no more.
    """

    conversation: Conversation
    last_seq: int
    spell: Spell | None = None
    unsent: tuple[UnsentLine, ...] = ()
    since: tuple[Message, ...] = ()
    asked_to_rate_at: datetime | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a move makes of a floor. All of it is kept in one transaction, or nothing.

    Args:
        what: the name for event and audit, such as ``claimed``.
        actor: ``person:<id>``, ``agent:<id>`` or ``system:<name>``.
        spell: as it shall be, None if there is none; ``version`` is the one that was read.
        controller: who speaks from now on.
        lines: messages to the person, after the unsent ones if ``flush``.
        flush: send what is on hold first.
        hold: a line to be put on hold.
        drop: a line on hold to be forgotten.
        note: a note among colleagues.
        question: a rating that the person is asked for.
        facts: more for event and audit; never people's words.
        resume: the assistant goes on where it was: it keeps what it remembers, and what
            people were to answer since ``spell`` began waits for it again, for this reason.
    """

    what: str
    actor: str
    spell: Spell | None
    controller: Controller
    lines: tuple[NewMessage, ...] = ()
    flush: bool = False
    hold: UnsentLine | None = None
    drop: UnsentLine | None = None
    note: Note | None = None
    question: Rating | None = None
    facts: Mapping[str, Any] = NOTHING
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a move: the spell as kept, and the messages with their places."""

    spell: Spell | None
    messages: tuple[Message, ...] = ()
