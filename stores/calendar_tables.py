"""The tables of what was announced about working time, above ``cases/calendar.toml``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

# A partial index serves a query only when it says the very same words.
NOT_DONE = sa.text("done_at IS NULL")


class CalendarMonthRow(Base):
    """When a Hijri month really begins."""

    __tablename__ = "calendar_month"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    begins: Mapped[date] = mapped_column(sa.Date)


class CalendarDaysRow(Base):
    """A holiday, a closure, special hours or a working day; kept when withdrawn."""

    __tablename__ = "calendar_days"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    first: Mapped[date] = mapped_column(sa.Date)
    last: Mapped[date] = mapped_column(sa.Date)
    name_ar: Mapped[str] = mapped_column(sa.Text)
    name_en: Mapped[str] = mapped_column(sa.Text)
    spans: Mapped[list[Any]] = mapped_column(sa.JSON)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CalendarWeekRow(Base):
    """The hours of a season from a date on."""

    __tablename__ = "calendar_week"

    season: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    since: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    week: Mapped[list[Any]] = mapped_column(sa.JSON)


class CalendarRecountRow(Base):
    """An order to count deadlines anew, and how far it is; a newer one takes its place."""

    __tablename__ = "calendar_recount"
    __table_args__ = (
        sa.Index(
            "ix_calendar_recount_not_done",
            "id",
            sqlite_where=NOT_DONE,
            postgresql_where=NOT_DONE,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    total: Mapped[int | None] = mapped_column(sa.Integer)
    seen: Mapped[int] = mapped_column(sa.Integer)
    moved: Mapped[int] = mapped_column(sa.Integer)
    last: Mapped[str | None] = mapped_column(sa.String(32))
    passes: Mapped[int] = mapped_column(sa.Integer)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
