"""The table of incidents: what went wrong, from when until when, and who was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime

# A partial index serves a query only when it says the very same words.
GOES_ON = sa.text("ended_at IS NULL")


class IncidentRow(Base):
    """One problem; of a kind and a subject one goes on at most."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.Index(
            "uq_incident_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=GOES_ON,
            postgresql_where=GOES_ON,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    subject: Mapped[str] = mapped_column(sa.String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)
    told_to: Mapped[list[Any]] = mapped_column(sa.JSON)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcTime)
