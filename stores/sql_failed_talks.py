"""What waits for people because the assistant failed, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.floor import Reason, Spell
from stores.floor_rows import SPELLS, spell_from
from stores.floor_tables import OPEN
from stores.prepared import Prepared

_BEFORE = SPELLS.alias("before")
_AGAIN = (
    sa.select(sa.literal(1))
    .where(
        _BEFORE.c.conversation_id == SPELLS.c.conversation_id,
        _BEFORE.c.closed_by == sa.bindparam("by"),
        _BEFORE.c.closed_at > sa.bindparam("since"),
    )
    .exists()
)
_FAILED = Prepared(
    sa.select(SPELLS)
    .where(
        OPEN,
        SPELLS.c.reason == Reason.BOT_FAILED.value,
        SPELLS.c.owner_id.is_(None),
        SPELLS.c.first_answer_at.is_(None),
        SPELLS.c.snoozed_at.is_(None),
        ~_AGAIN,
    )
    .order_by(SPELLS.c.opened_at)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class SqlFailedTalks:
    """Reads spells; whoever gives one back looks again inside the transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def failed(self, *, by: str, since: datetime, limit: int) -> Sequence[Spell]:
        """Return open spells that began with a failure and that nobody touched, oldest first."""
        rows = await _FAILED.read(self._engine, {"by": by, "since": since, "most": limit})
        return [spell_from(row) for row in rows]
