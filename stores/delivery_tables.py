"""The tables of the delivery ledger, and of channels that take nothing for now."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, BigId, UtcTime


class DeliveryRow(Base):
    """One status of one message. A status that came before we knew which message it is
    about has no ``message_id`` until the message learns its ``provider_id``."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "status"),
        sa.UniqueConstraint("channel", "provider_id", "status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    message_id: Mapped[str | None] = mapped_column(sa.ForeignKey("message.id"))
    channel: Mapped[str] = mapped_column(sa.String(32))
    provider_id: Mapped[str | None] = mapped_column(sa.String(255))
    status: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[datetime] = mapped_column(UtcTime)
    noted_at: Mapped[datetime] = mapped_column(UtcTime)
    code: Mapped[str | None] = mapped_column(sa.String(64))


class ChannelStopRow(Base):
    """A channel to which nothing is sent until a person, or a check, lets it go on."""

    __tablename__ = "channel_stop"

    channel: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcTime)
    code: Mapped[str | None] = mapped_column(sa.String(64))
    check_at: Mapped[datetime | None] = mapped_column(UtcTime)
