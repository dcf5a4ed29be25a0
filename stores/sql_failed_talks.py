"""What waits for people because the assistant failed, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.floor import Reason, Spell
from stores.database import reading
from stores.floor_rows import SPELLS, spell_from
from stores.floor_tables import OPEN


class SqlFailedTalks:
    """Reads spells; whoever gives one back looks again inside the transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def failed(self, *, by: str, since: datetime, limit: int) -> Sequence[Spell]:
        """Return open spells that began with a failure and that nobody touched, oldest first."""
        before = SPELLS.alias("before")
        again = (
            sa.select(sa.literal(1))
            .where(
                before.c.conversation_id == SPELLS.c.conversation_id,
                before.c.closed_by == by,
                before.c.closed_at > since,
            )
            .exists()
        )
        wanted = (
            sa.select(SPELLS)
            .where(
                OPEN,
                SPELLS.c.reason == Reason.BOT_FAILED.value,
                SPELLS.c.owner_id.is_(None),
                SPELLS.c.first_answer_at.is_(None),
                SPELLS.c.snoozed_at.is_(None),
                ~again,
            )
            .order_by(SPELLS.c.opened_at)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted)
            return [spell_from(row) for row in rows.mappings()]
