"""The table of answers from cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

HELD = sa.text("state = 'held'")


class CaseReplyRow(Base):
    """An answer to the person of a case: said in a conversation, or told by somebody."""

    __tablename__ = "case_reply"
    __table_args__ = (
        sa.Index(None, "case_number", "at"),
        sa.Index("ix_case_reply_due", "send_at", sqlite_where=HELD, postgresql_where=HELD),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.ForeignKey("cases.number"))
    author_id: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    at: Mapped[datetime] = mapped_column(UtcTime)
    send_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(sa.String(16))
    conversation_id: Mapped[str | None] = mapped_column(sa.String(64))
    move_to: Mapped[str | None] = mapped_column(sa.String(24))
    outcome: Mapped[str | None] = mapped_column(sa.String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    reason: Mapped[str | None] = mapped_column(sa.String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by: Mapped[str | None] = mapped_column(sa.String(128))
