"""The table of what the assistant did not serve well, and how far it was gathered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

NEW = sa.text("state = 'new'")


class ImprovementRow(Base):
    """A message for editors, veiled; it goes when the message itself is emptied."""

    __tablename__ = "improvement"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "cause"),
        sa.Index("ix_improvement_new", "at", sqlite_where=NEW, postgresql_where=NEW),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    message_id: Mapped[str] = mapped_column(sa.String(36))
    conversation_id: Mapped[str] = mapped_column(sa.String(36))
    seq: Mapped[int] = mapped_column(sa.Integer)
    cause: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str | None] = mapped_column(sa.String(128))
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    meaning: Mapped[str | None] = mapped_column(sa.String(80))


class ImprovementCursorRow(Base):
    """Up to where the event log was read; one row."""

    __tablename__ = "improvement_cursor"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    cursor: Mapped[int] = mapped_column(sa.BigInteger)
