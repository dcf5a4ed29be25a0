"""How long what services sent us is kept, in SQLite or PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.sql_webhook_store import KEPT, QUARANTINED
from stores.webhook_tables import RawWebhookRow


class SqlRawWebhooks:
    """Forgets bodies only: their messages are in tables of their own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def forget(self, *, kept_before: datetime, aside_before: datetime, limit: int) -> int:
        """Delete old bodies, the oldest first, and return how many."""
        age = RawWebhookRow.received_at
        old = sa.or_(
            sa.and_(RawWebhookRow.state == KEPT, age < kept_before),
            sa.and_(RawWebhookRow.state == QUARANTINED, age < aside_before),
        )
        # the first condition is for the index
        oldest = sa.select(RawWebhookRow.id).where(age < max(kept_before, aside_before), old)
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                sa.delete(RawWebhookRow).where(
                    RawWebhookRow.id.in_(oldest.order_by(age).limit(limit))
                )
            )
        return int(gone.rowcount)
