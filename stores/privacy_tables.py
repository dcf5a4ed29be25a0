"""The tables of periods, legal holds and erasures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

# Partial indexes serve a query only when it says the very same words.
STANDS = sa.text("lifted_at IS NULL")


class RetentionRow(Base):
    """How long a kind is kept; no ``days``: for good.

    ``floor`` is of the audit alone: rows before it may be deleted, triggers refuse all others.
    """

    __tablename__ = "retention"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    days: Mapped[int | None] = mapped_column(sa.Integer)
    set_by: Mapped[str] = mapped_column(sa.String(128))
    set_at: Mapped[datetime] = mapped_column(UtcTime)
    floor: Mapped[datetime | None] = mapped_column(UtcTime)


class HoldRow(Base):
    """A legal hold on a person (an id) or a case (a number)."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        sa.Index(
            "ix_legal_hold_standing",
            "kind",
            "subject",
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(128))
    at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    lifted_by: Mapped[str | None] = mapped_column(sa.String(128))


class ErasureRow(Base):
    """Whom we erased, for whom we did it, and what that took away; no words of the person."""

    __tablename__ = "erasure"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(sa.String(64), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(128))
    at: Mapped[datetime] = mapped_column(UtcTime)
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    conversations: Mapped[list[Any]] = mapped_column(sa.JSON)
    tracker_done: Mapped[datetime | None] = mapped_column(UtcTime)
