"""The table of attachments; the files themselves lie in the data folder."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

UNSCANNED = sa.text("state = 'pending'")
UNSENT = sa.text("message_id IS NULL")


class AttachmentRow(Base):
    """One file. ``message_id`` is empty until the message it belongs to is stored.

    ``finding`` is what the scanner called it; ``scan_at`` when to ask the scanner (again).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.Index(None, "conversation_id", "stored_at"),
        sa.Index(None, "message_id"),
        sa.Index(None, "case_number"),
        sa.Index(
            "ix_attachment_unscanned", "scan_at", sqlite_where=UNSCANNED, postgresql_where=UNSCANNED
        ),
        sa.Index("ix_attachment_unsent", "stored_at", sqlite_where=UNSENT, postgresql_where=UNSENT),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversation.id"))
    message_id: Mapped[str | None] = mapped_column(sa.ForeignKey("message.id"))
    case_number: Mapped[str | None] = mapped_column(sa.String(32))
    from_citizen: Mapped[bool] = mapped_column(sa.Boolean)
    kind: Mapped[str] = mapped_column(sa.String(16))
    media_type: Mapped[str] = mapped_column(sa.String(127))
    file_name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(16))
    finding: Mapped[str | None] = mapped_column(sa.String(255))
    scan_attempts: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    scan_at: Mapped[datetime | None] = mapped_column(UtcTime)
    scanned_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
