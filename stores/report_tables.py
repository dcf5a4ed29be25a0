"""The tables of reports: orders, their files, who gets them, and who wants which."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

# A partial index serves a query only when it says the very same words.
WANTED = sa.text("state = 'wanted'")
UNTOLD = sa.text("told_at IS NULL")


class ReportRow(Base):
    """One report; ``key`` sees to it that it is made once. ``scope``: a unit, or ``all``."""

    __tablename__ = "report"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "asked_at"),
        sa.Index("ix_report_wanted", "next_try_at", sqlite_where=WANTED, postgresql_where=WANTED),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(128))
    rhythm: Mapped[str] = mapped_column(sa.String(16))
    period: Mapped[str] = mapped_column(sa.String(16))
    scope: Mapped[str] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(sa.String(2))
    asked_by: Mapped[str] = mapped_column(sa.String(128))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(sa.String(8))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcTime)
    why: Mapped[str | None] = mapped_column(sa.String(400))


class ReportFileRow(Base):
    """One file of a report; in the database, which all processes of a house share."""

    __tablename__ = "report_file"

    report_id: Mapped[str] = mapped_column(sa.ForeignKey("report.id"), primary_key=True)
    format: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.Integer)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ReportRecipientRow(Base):
    """Who gets the report of a period and scope: once, whatever its language."""

    __tablename__ = "report_recipient"
    __table_args__ = (
        sa.Index(None, "report_id"),
        sa.Index(
            "ix_report_recipient_untold",
            "report_id",
            "account_id",
            sqlite_where=UNTOLD,
            postgresql_where=UNTOLD,
        ),
    )

    rhythm: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    scope: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    report_id: Mapped[str] = mapped_column(sa.ForeignKey("report.id"))
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ReportWishRow(Base):
    """What somebody decided to get, or not to get."""

    __tablename__ = "report_wish"

    account_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    rhythm: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    wanted: Mapped[bool] = mapped_column(sa.Boolean)
