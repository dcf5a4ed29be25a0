"""The tables of who may speak: agents, spells with people, notes, lines not sent yet, looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

# Partial indexes serve a query only when it says the very same words.
OPEN = sa.text("closed_at IS NULL")
DUE = sa.text("closed_at IS NULL AND due_at IS NOT NULL")
SNOOZED = sa.text("closed_at IS NULL AND snoozed_until IS NOT NULL")


class AgentRow(Base):
    """Somebody who works at the desk; ``id`` is the account's. ``beat_at``: last sign of life."""

    __tablename__ = "agent"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    name_ar: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    languages: Mapped[list[Any]] = mapped_column(sa.JSON)
    departments: Mapped[list[Any]] = mapped_column(sa.JSON)
    capacity: Mapped[int] = mapped_column(sa.Integer)
    supervises: Mapped[bool] = mapped_column(sa.Boolean)
    active: Mapped[bool] = mapped_column(sa.Boolean)
    available: Mapped[bool] = mapped_column(sa.Boolean)
    beat_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SpellRow(Base):
    """One spell of a conversation with people; at most one is open. Agents are named by id
    only and without a foreign key: what they did outlives them."""

    __tablename__ = "spell"
    __table_args__ = (
        sa.Index(
            "uq_spell_open",
            "conversation_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        sa.Index("ix_spell_owner", "owner_id", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index(
            "ix_spell_queue", "priority", "opened_at", sqlite_where=OPEN, postgresql_where=OPEN
        ),
        sa.Index("ix_spell_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        sa.Index(
            "ix_spell_snoozed", "snoozed_until", sqlite_where=SNOOZED, postgresql_where=SNOOZED
        ),
        sa.Index("ix_spell_conversation_id", "conversation_id"),
        sa.Index("ix_spell_closed_at", "closed_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    reason: Mapped[str] = mapped_column(sa.String(16))
    department: Mapped[str | None] = mapped_column(sa.String(32))
    language: Mapped[str] = mapped_column(sa.String(2))
    priority: Mapped[int] = mapped_column(sa.Integer)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    owner_id: Mapped[str | None] = mapped_column(sa.String(36))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_answer_at: Mapped[datetime | None] = mapped_column(UtcTime)
    waits_since: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    step: Mapped[str] = mapped_column(sa.String(8))
    raised_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_by: Mapped[str | None] = mapped_column(sa.String(36))
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    snoozed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_by: Mapped[str | None] = mapped_column(sa.String(128))
    outcome: Mapped[str | None] = mapped_column(sa.String(32))
    closing: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    version: Mapped[int] = mapped_column(sa.Integer)


class InternalNoteRow(Base):
    """A note among colleagues. It is no message, so that no channel can ever send it."""

    __tablename__ = "internal_note"
    __table_args__ = (sa.Index(None, "conversation_id", "after_seq"), sa.Index(None, "at"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    after_seq: Mapped[int] = mapped_column(sa.Integer)
    author_id: Mapped[str] = mapped_column(sa.String(36))
    text: Mapped[str] = mapped_column(sa.Text)
    mentions: Mapped[list[Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcTime)


class UnsentLineRow(Base):
    """An agent's line that can still be taken back; at ``send_at`` it becomes a message."""

    __tablename__ = "unsent_line"
    __table_args__ = (sa.Index(None, "send_at"), sa.Index(None, "conversation_id"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    author_id: Mapped[str] = mapped_column(sa.String(36))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcTime)
    send_at: Mapped[datetime] = mapped_column(UtcTime)


class LookRow(Base):
    """Who looks at a conversation, and whether they type; forgotten after ``until``."""

    __tablename__ = "look"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    typing: Mapped[bool] = mapped_column(sa.Boolean)
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)


class SeenRow(Base):
    """Up to which place an agent has seen a conversation."""

    __tablename__ = "seen"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.Integer)
