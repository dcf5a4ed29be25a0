"""The table of releases of the content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime


class ContentReleaseRow(Base):
    """One release. ``facts`` has what nobody searches by: findings, scores, who and why."""

    __tablename__ = "content_release"
    __table_args__ = (sa.Index("ix_content_release_state", "state", "number"),)

    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(200))
    author: Mapped[str] = mapped_column(sa.String(128))
    commit_id: Mapped[str] = mapped_column(sa.String(64))
    base_id: Mapped[str] = mapped_column(sa.String(64))
    model: Mapped[str] = mapped_column(sa.String(200))
    of: Mapped[int | None] = mapped_column(sa.Integer)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    part: Mapped[str] = mapped_column(sa.String(40))
    share: Mapped[float] = mapped_column(sa.Float)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    live_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int] = mapped_column(sa.Integer)
