"""Spells, notes and unsent lines to the values of their rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

import sqlalchemy as sa

from conversations.floor import Note, Outcome, Reason, Spell, Step, UnsentLine
from kernel.language import Language
from stores.floor_tables import (
    AgentRow,
    InternalNoteRow,
    LookRow,
    SeenRow,
    SpellRow,
    UnsentLineRow,
)

AGENTS = cast(sa.Table, AgentRow.__table__)
SPELLS = cast(sa.Table, SpellRow.__table__)
NOTES = cast(sa.Table, InternalNoteRow.__table__)
UNSENT = cast(sa.Table, UnsentLineRow.__table__)
LOOKS = cast(sa.Table, LookRow.__table__)
SEEN = cast(sa.Table, SeenRow.__table__)

SPELL_FIELDS = tuple(one.name for one in fields(Spell))


def spell_values(spell: Spell) -> dict[str, Any]:
    """Return the columns of ``spell``."""
    values = {name: getattr(spell, name) for name in SPELL_FIELDS}
    values["closing"] = dict(spell.closing)
    for name in ("reason", "language", "step", "outcome"):
        values[name] = None if values[name] is None else values[name].value
    return values


def spell_from(row: Mapping[str, Any] | sa.RowMapping, prefix: str = "") -> Spell:
    """Return the spell that a row keeps, its columns beginning with ``prefix``."""
    values = {name: row[prefix + name] for name in SPELL_FIELDS}
    values["reason"] = Reason(values["reason"])
    values["language"] = Language(values["language"])
    values["step"] = Step(values["step"])
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Spell(**values)


def unsent_values(line: UnsentLine) -> dict[str, Any]:
    """Return the columns of ``unsent_line``."""
    return {
        "id": line.id,
        "conversation_id": line.conversation_id,
        "author_id": line.author_id,
        "text": line.text,
        "language": line.language.value,
        "details": dict(line.metadata),
        "at": line.at,
        "send_at": line.send_at,
    }


def unsent_from(row: Mapping[str, Any] | sa.RowMapping) -> UnsentLine:
    """Return the line that a row keeps."""
    return UnsentLine(
        id=row["id"],
        conversation_id=row["conversation_id"],
        author_id=row["author_id"],
        text=row["text"],
        language=Language(row["language"]),
        at=row["at"],
        send_at=row["send_at"],
        metadata=row["details"],
    )


def sent_line_from(row: sa.RowMapping) -> UnsentLine:
    """Return the line that an agent's message was."""
    return UnsentLine(
        id=row["id"],
        conversation_id=row["conversation_id"],
        author_id=str(row["details"].get("agent", "")),
        text=row["text"],
        language=Language(row["language"]),
        at=row["sent_at"],
        send_at=row["stored_at"],
        metadata=row["details"],
    )


def note_values(note: Note) -> dict[str, Any]:
    """Return the columns of ``internal_note``."""
    return {
        "id": note.id,
        "conversation_id": note.conversation_id,
        "after_seq": note.after_seq,
        "author_id": note.author_id,
        "text": note.text,
        "mentions": list(note.mentions),
        "at": note.at,
    }


def note_from(row: sa.RowMapping) -> Note:
    """Return the note that a row keeps."""
    return Note(
        id=row["id"],
        conversation_id=row["conversation_id"],
        after_seq=row["after_seq"],
        author_id=row["author_id"],
        text=row["text"],
        at=row["at"],
        mentions=tuple(row["mentions"]),
    )
