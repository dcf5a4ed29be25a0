"""The tables of other case systems: how far each is, and who speaks to it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime


class CaseSystemRow(Base):
    """A system: whose turn it is to speak to it, and until when its changes are known."""

    __tablename__ = "case_system"

    system: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(128))
    until: Mapped[datetime] = mapped_column(UtcTime)
    seen_until: Mapped[datetime | None] = mapped_column(UtcTime)
    resting_until: Mapped[datetime | None] = mapped_column(UtcTime)
    failures: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    problem: Mapped[str | None] = mapped_column(sa.Text)


class CaseMirrorRow(Base):
    """A case in a system. ``version`` is what it has of ours, -1 for nothing yet."""

    __tablename__ = "case_mirror"

    system: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.ForeignKey("cases.number"), primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer)
    remote_id: Mapped[str | None] = mapped_column(sa.String(128))
    remote_state: Mapped[str] = mapped_column(sa.String(64), default="")
    remote_department: Mapped[str] = mapped_column(sa.String(128), default="")
    unsure: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    failures: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    again_at: Mapped[datetime | None] = mapped_column(UtcTime)
    problem: Mapped[str | None] = mapped_column(sa.Text)
