"""The table of what services sent us, masked, as it came."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

QUARANTINED = sa.text("state = 'quarantined'")


class RawWebhookRow(Base):
    """One body, or one part of a body that could not be read (``part_of`` names the body).

    ``state``: kept (all of it is in the tables of messages) or quarantined, with a
    ``reason``. ``messages`` counts the messages in it, new and known before.
    """

    __tablename__ = "raw_webhook"
    __table_args__ = (
        sa.UniqueConstraint("channel", "digest"),
        sa.Index(None, "received_at"),
        sa.Index(
            "ix_raw_webhook_quarantined",
            "received_at",
            sqlite_where=QUARANTINED,
            postgresql_where=QUARANTINED,
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(32))
    digest: Mapped[str] = mapped_column(sa.String(64))
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    size: Mapped[int] = mapped_column(sa.Integer)
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.String(64))
    messages: Mapped[int] = mapped_column(sa.Integer)
    part_of: Mapped[str | None] = mapped_column(sa.String(36))
    provider_id: Mapped[str | None] = mapped_column(sa.String(255))
