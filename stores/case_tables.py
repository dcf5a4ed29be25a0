"""The tables of cases, their events, and the yearly count that numbers come from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

# Partial indexes serve a query only when it says the very same words. NOT IN, because SQLite
# would look the states of IN up in another index, and then each row in the table.
NOT_CLOSED_ROWS = sa.text("state <> 'closed'")
UNFINISHED_ROWS = sa.text("state NOT IN ('resolved', 'closed')")


def finishing(database: str, row: str = "") -> str:
    """Return what an event fulfils that finishes a case: its state was not finished before.

    One that was merged goes on elsewhere. ``row`` stands before the names of columns.
    """
    state = "{row}{which} ->> 'state'" if database == "postgresql" else _EXTRACTED
    before, after = (state.format(row=row, which=which) for which in ("before", "after"))
    ends = "('resolved', 'closed')"
    return f"{after} IN {ends} AND {before} NOT IN {ends} AND {row}kind <> 'merged'"


_EXTRACTED = "json_extract({row}{which}, '$.state')"


class CaseSequenceRow(Base):
    """How far the numbers of one year have been given out."""

    __tablename__ = "case_sequence"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(sa.Integer)


class CaseEventRow(Base):
    """What brought a case to one of its versions. Triggers refuse all but redacting ``note``.

    No event without its audit row: ``audit_id`` sees to that. A message makes one event
    of a case at most.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        sa.CheckConstraint("actor <> ''", name="actor_named"),
        sa.Index(None, "case_number", "caused_by", unique=True),
        sa.Index(
            "ix_case_event_finishing",
            "at",
            "case_number",
            sqlite_where=sa.text(finishing("sqlite")),
            postgresql_where=sa.text(finishing("postgresql")),
        ),
    )

    case_number: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(sa.String(128))
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    note: Mapped[str | None] = mapped_column(sa.Text)
    caused_by: Mapped[str | None] = mapped_column(sa.String(128))
    audit_id: Mapped[int] = mapped_column(sa.ForeignKey("audit.id"), unique=True)


class CaseRow(Base):
    """A case as it is now. ``ix_cases_board`` has all that the board counts by, in its order.

    No change without its event: (``number``, ``version``) must be in ``case_event``.
    """

    __tablename__ = "cases"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["number", "version"], ["case_event.case_number", "case_event.version"]
        ),
        sa.UniqueConstraint("caused_by", "kind"),
        sa.Index(None, "person_id"),
        sa.Index(None, "opened_at", "number"),
        sa.Index(None, "state", "opened_at"),
        sa.Index(None, "merged_into"),
        sa.Index(None, "next_at"),
        sa.Index(None, "owner", "state"),
        sa.Index(None, "resolve_due_at"),
        sa.Index(None, "resolved_at"),
        sa.Index("ix_cases_came", "opened_at", "department", "confidential"),
        sa.Index(
            "ix_cases_not_closed",
            "opened_at",
            "number",
            sqlite_where=NOT_CLOSED_ROWS,
            postgresql_where=NOT_CLOSED_ROWS,
        ),
        sa.Index(
            "ix_cases_board",
            "resolve_due_at",
            "number",
            "state",
            "department",
            "kind",
            "channel",
            "owner",
            "segment",
            "priority",
            "opened_at",
            "paused_since",
            "confidential",
            "language",
            sqlite_where=UNFINISHED_ROWS,
            postgresql_where=UNFINISHED_ROWS,
        ),
    )

    number: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    state: Mapped[str] = mapped_column(sa.String(24))
    department: Mapped[str] = mapped_column(sa.String(16))
    segment: Mapped[str | None] = mapped_column(sa.String(32))
    priority: Mapped[str] = mapped_column(sa.String(8))
    language: Mapped[str] = mapped_column(sa.String(2))
    channel: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[str] = mapped_column(sa.String(64))
    conversation_id: Mapped[str] = mapped_column(sa.String(64))
    contact: Mapped[str | None] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    reference: Mapped[str | None] = mapped_column(sa.Text)
    amount: Mapped[str | None] = mapped_column(sa.Text)
    confidential: Mapped[bool] = mapped_column(sa.Boolean)
    refer_to: Mapped[str | None] = mapped_column(sa.String(64))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    contact_due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    resolve_due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    caused_by: Mapped[str] = mapped_column(sa.String(128))
    version: Mapped[int] = mapped_column(sa.Integer)
    subject: Mapped[str | None] = mapped_column(sa.Text)
    merged_into: Mapped[str | None] = mapped_column(sa.String(32))
    split_from: Mapped[str | None] = mapped_column(sa.String(32))
    related: Mapped[list[str] | None] = mapped_column(sa.JSON)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    owner: Mapped[str | None] = mapped_column(sa.String(128))
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)
    step: Mapped[int | None] = mapped_column(sa.Integer)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    contacted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    promised_for: Mapped[datetime | None] = mapped_column(UtcTime)
    paused_since: Mapped[datetime | None] = mapped_column(UtcTime)
    bounces: Mapped[int | None] = mapped_column(sa.Integer)
    outcome: Mapped[str | None] = mapped_column(sa.String(32))
    course: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
