"""The table of ready replies."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

IN_USE = sa.text("removed_at IS NULL")


class CannedReplyRow(Base):
    """One reply. What is removed stays, so that what ships is not brought back."""

    __tablename__ = "canned_reply"
    __table_args__ = (
        sa.Index(
            "uq_canned_reply_short",
            "short",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    short: Mapped[str] = mapped_column(sa.String(32))
    department: Mapped[str | None] = mapped_column(sa.String(32))
    title_ar: Mapped[str] = mapped_column(sa.String(80))
    title_en: Mapped[str] = mapped_column(sa.String(80))
    text_ar: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str] = mapped_column(sa.String(128))
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)
