"""The table of files that a service still keeps for us."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

# A partial index serves a query only when it says the very same words.
WAITING_MEDIA = sa.text("state = 'waiting'")


class WantedMediaRow(Base):
    """One file of one message; ``state``: waiting, fetched, failed (with a ``reason``)."""

    __tablename__ = "wanted_media"
    __table_args__ = (
        sa.Index(
            "ix_wanted_media_waiting",
            "channel",
            "next_try_at",
            sqlite_where=WAITING_MEDIA,
            postgresql_where=WAITING_MEDIA,
        ),
    )

    message_id: Mapped[str] = mapped_column(sa.ForeignKey("message.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.String(36))
    channel: Mapped[str] = mapped_column(sa.String(32))
    media_id: Mapped[str] = mapped_column(sa.String(255))
    file_name: Mapped[str | None] = mapped_column(sa.String(255))
    state: Mapped[str] = mapped_column(sa.String(16))
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str | None] = mapped_column(sa.String(64))
