"""The table of what persons and owners of cases are to be told."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

UNSETTLED = sa.text("state IN ('due', 'knocked')")
SAID = sa.text("state = 'said'")


class CaseNoticeRow(Base):
    """One change of a case that somebody is told of, made in the transaction of the change."""

    __tablename__ = "case_notice"
    __table_args__ = (
        sa.Index(None, "case_number", "version"),
        sa.Index(
            "ix_case_notice_unsettled", "at", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED
        ),
        sa.Index("ix_case_notice_said", "settled_at", sqlite_where=SAID, postgresql_where=SAID),
    )

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.ForeignKey("cases.number"))
    version: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[str] = mapped_column(sa.String(24))
    at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(sa.String(16))
    conversation_id: Mapped[str | None] = mapped_column(sa.String(64))
    message_id: Mapped[str | None] = mapped_column(sa.String(36))
    reason: Mapped[str | None] = mapped_column(sa.String(64))
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
