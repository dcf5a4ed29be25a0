"""The tables of people, conversations, messages, leases, and the event log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

# Partial indexes serve a query only when it says the very same words.
WAITING = sa.text("state = 'waiting'")
PENDING = sa.text("state = 'pending'")
ACCEPTED = sa.text("sender = 'citizen' AND state <> 'refused'")
UNPLACED = sa.text("reason = 'original_unknown'")
SLOWED = sa.text("sender = 'system' AND reason = 'too_fast'")
RETRYING = sa.text("state = 'pending' AND next_try_at IS NOT NULL")
NEEDING = sa.text("state IN ('failed', 'unknown', 'quarantined') AND cleared_at IS NULL")
ANSWERS = sa.text("answer_to IS NOT NULL")


class PersonRow(Base):
    """Somebody who wrote to us; who it is, only the identities tell."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class IdentityRow(Base):
    """One way in which a person is known. People are never merged automatically."""

    __tablename__ = "identity"
    __table_args__ = (sa.UniqueConstraint("channel", "kind", "value"), sa.Index(None, "person_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(sa.String(32))
    kind: Mapped[str] = mapped_column(sa.String(32))
    value: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class ConversationRow(Base):
    """A person's thread on a channel. Whoever writes a message takes ``last_seq`` up first:
    that locks the row, so that messages are numbered without a gap or a double.

    ``assistant_stale``: people spoke since the assistant did, so that what it remembers
    is put aside before it is asked again. ``last_heard_at``: the provider's time of the
    person's last message, where a service has a window; empty for channels without one.
    """

    __tablename__ = "conversation"
    __table_args__ = (sa.Index(None, "identity_id"), sa.Index(None, "person_id"))

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    identity_id: Mapped[int] = mapped_column(sa.ForeignKey("identity.id"))
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    language_pinned: Mapped[bool] = mapped_column(sa.Boolean)
    controller: Mapped[str] = mapped_column(sa.String(8))
    control_version: Mapped[int] = mapped_column(sa.Integer)
    last_seq: Mapped[int] = mapped_column(sa.Integer)
    assistant_stale: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    last_heard_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


NAMED = sa.text("topic IS NOT NULL")


class MessageRow(Base):
    """One message, masked. ``channel`` stands here for the sake of ``provider_id``.

    ``moved_at``: when the state changed last. ``attempts``: sendings of one of ours that
    failed, or break-offs while it was handled. ``cleared_at``: somebody saw to a failure.
    ``topic``: the question that an answer of the assistant is for.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("channel", "provider_id"),
        sa.Index("ix_message_waiting", "stored_at", sqlite_where=WAITING, postgresql_where=WAITING),
        sa.Index("ix_message_pending", "stored_at", sqlite_where=PENDING, postgresql_where=PENDING),
        sa.Index(
            "ix_message_accepted",
            "conversation_id",
            "stored_at",
            sqlite_where=ACCEPTED,
            postgresql_where=ACCEPTED,
        ),
        sa.Index(
            "ix_message_came",
            "channel",
            "stored_at",
            sqlite_where=ACCEPTED,
            postgresql_where=ACCEPTED,
        ),
        sa.Index(
            "ix_message_slowed",
            "conversation_id",
            "stored_at",
            sqlite_where=SLOWED,
            postgresql_where=SLOWED,
        ),
        sa.Index(
            "ix_message_retrying", "next_try_at", sqlite_where=RETRYING, postgresql_where=RETRYING
        ),
        sa.Index("ix_message_needing", "stored_at", sqlite_where=NEEDING, postgresql_where=NEEDING),
        sa.Index(
            "ix_message_answer_to", "answer_to", sqlite_where=ANSWERS, postgresql_where=ANSWERS
        ),
        sa.Index(
            "ix_message_topic", "topic", "stored_at", sqlite_where=NAMED, postgresql_where=NAMED
        ),
        sa.Index(
            "ix_message_unplaced",
            "conversation_id",
            sqlite_where=UNPLACED,
            postgresql_where=UNPLACED,
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    seq: Mapped[int] = mapped_column(sa.Integer)
    sender: Mapped[str] = mapped_column(sa.String(8))
    text: Mapped[str] = mapped_column(sa.Text)
    payload: Mapped[str | None] = mapped_column(sa.Text)
    buttons: Mapped[list[Any]] = mapped_column(sa.JSON)
    language: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.String(64))
    channel: Mapped[str] = mapped_column(sa.String(32))
    provider_id: Mapped[str | None] = mapped_column(sa.String(255))
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    kind: Mapped[str] = mapped_column(sa.String(16), server_default="text")
    moved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answer_to: Mapped[str | None] = mapped_column(sa.String(36))
    topic: Mapped[str | None] = mapped_column(sa.String(60))
    next_try_at: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    cleared_at: Mapped[datetime | None] = mapped_column(UtcTime)


class OfferedButtonRow(Base):
    """A button that was shown in a conversation: only these may be pressed."""

    __tablename__ = "offered_button"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"), primary_key=True)
    payload: Mapped[str] = mapped_column(sa.String(500), primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)


class LeaseRow(Base):
    """Which worker does what for a conversation, and until when nobody else may.

    ``begun``: the message whose sending was begun and perhaps not noted.
    """

    __tablename__ = "lease"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"), primary_key=True)
    task: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(64))
    until: Mapped[datetime] = mapped_column(UtcTime)
    begun: Mapped[str | None] = mapped_column(sa.String(36))


class EventRow(Base):
    """What happened, in the order of commits. ``data`` never holds people's words."""

    __tablename__ = "event"
    __table_args__ = ({"sqlite_autoincrement": True},)

    cursor: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    kind: Mapped[str] = mapped_column(sa.String(32))
    conversation_id: Mapped[str] = mapped_column(sa.String(36))
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
