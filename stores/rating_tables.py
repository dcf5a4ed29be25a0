"""The table of ratings: what people were asked about our service, and what they said."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime


class RatingRow(Base):
    """One question. ``face`` is empty until it is answered; ``words`` until there is a line.

    ``message_id`` is the message that answered first, ``words_message_id`` the free line.
    """

    __tablename__ = "rating"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id"),
        sa.Index(None, "conversation_id", "asked_at"),
        sa.Index(None, "rated_at"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(16))
    subject_id: Mapped[str] = mapped_column(sa.String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    face: Mapped[str | None] = mapped_column(sa.String(8))
    rated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    message_id: Mapped[str | None] = mapped_column(sa.String(36))
    words_wanted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    words: Mapped[str | None] = mapped_column(sa.Text)
    words_message_id: Mapped[str | None] = mapped_column(sa.String(36))
