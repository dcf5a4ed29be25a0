"""The daily count in SQLite or PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.reconciliation import Reconciliation
from stores.conversation_rows import EVENTS, MESSAGES
from stores.conversation_writes import append_events
from stores.database import reading
from stores.webhook_tables import RawWebhookRow

RAW = cast(sa.Table, RawWebhookRow.__table__)
RECONCILED = "reconciled"
NOWHERE = ""
OPEN = ("waiting", "pending")


class SqlReconciliation:
    """Counts in one reading transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def count(self, since: datetime, until: datetime) -> Reconciliation:
        """Return the counts of a span."""
        came = sa.and_(RAW.c.received_at >= since, RAW.c.received_at < until)
        kept = sa.and_(MESSAGES.c.stored_at >= since, MESSAGES.c.stored_at < until)
        theirs = MESSAGES.c.sender == "citizen"
        # what a webhook brought never had another state, unless a person wrote it
        brought = sa.and_(
            MESSAGES.c.channel.in_(sa.select(RAW.c.channel).distinct()),
            MESSAGES.c.provider_id.is_not(None),
            sa.or_(theirs, MESSAGES.c.moved_at.is_(None)),
        )
        async with reading(self._engine) as connection:
            told = await connection.scalar(sa.select(sa.func.sum(RAW.c.messages)).where(came))
            aside = await connection.scalar(
                sa.select(sa.func.count())
                .select_from(RAW)
                .where(came, RAW.c.state == "quarantined")
            )
            stored = await connection.scalar(
                sa.select(sa.func.count()).select_from(MESSAGES).where(kept, brought)
            )
            states = await connection.execute(
                sa.select(MESSAGES.c.state, sa.func.count())
                .where(kept, theirs)
                .group_by(MESSAGES.c.state)
            )
            unfinished = await connection.scalar(
                sa.select(sa.func.count())
                .select_from(MESSAGES)
                .where(kept, MESSAGES.c.state.in_(OPEN))
            )
            return Reconciliation(
                since=since,
                until=until,
                told=int(told or 0),
                stored=int(stored or 0),
                aside=int(aside or 0),
                states={str(row[0]): int(row[1]) for row in states},
                unfinished=int(unfinished or 0),
            )

    async def last(self) -> datetime | None:
        """Return when the last daily count was kept."""
        async with reading(self._engine, snapshot=False) as connection:
            found: datetime | None = await connection.scalar(
                sa.select(EVENTS.c.at)
                .where(EVENTS.c.kind == RECONCILED)
                .order_by(EVENTS.c.cursor.desc())
                .limit(1)
            )
        return found

    async def note(self, found: Reconciliation, *, at: datetime) -> None:
        """Keep a count as an event."""
        told = {
            "told": found.told,
            "stored": found.stored,
            "missing": found.missing,
            "aside": found.aside,
            "unfinished": found.unfinished,
            "states": dict(found.states),
            "in_order": found.in_order,
        }
        async with self._engine.begin() as connection:
            await append_events(connection, NOWHERE, at, [(RECONCILED, told)])
