"""The table of what can be searched. The index on its words is the migration's work.

PostgreSQL has a GIN index on ``folded`` as an array of words; SQLite has an FTS5 table,
``search_fts``, which triggers keep equal to ``folded``. Triggers on the tables that hold
people's words add an entry for each row, empty it when the words change, and delete it with
the row: nobody who writes there needs to think of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

UNREAD = sa.text("folded IS NULL")


class SearchEntryRow(Base):
    """Where words are found: the row ``ref`` of a kind. ``folded`` is empty until it is read."""

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "ref"),
        sa.Index("ix_search_entry_unread", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    ref: Mapped[str] = mapped_column(sa.String(64))
    folded: Mapped[str | None] = mapped_column(sa.Text)


class PersonNoteRow(Base):
    """What a colleague should know of a person. It is never sent anywhere."""

    __tablename__ = "person_note"
    __table_args__ = (sa.Index(None, "person_id", "at"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    author_id: Mapped[str] = mapped_column(sa.String(36))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


PERSON_NOTES = cast(sa.Table, PersonNoteRow.__table__)
