"""Notes that name a colleague, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.mentions import Mention
from stores.database import reading
from stores.floor_rows import LOOKS
from stores.floor_tables import InternalNoteRow

NOTES = cast(sa.Table, InternalNoteRow.__table__)
SHOWN = ("id", "conversation_id", "author_id", "at")
LOOK_LASTS = timedelta(seconds=30)
"""How long a look counts after its last sign; what was written after that sign is unseen."""


class SqlMentions:
    """Implements ``MentionReader``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def unseen(self, agent_id: str, *, since: datetime, limit: int = 20) -> Sequence[Mention]:
        """Return the notes that name somebody who has not looked there since, newest first."""
        named = sa.cast(NOTES.c.mentions, sa.Text).contains(f'"{agent_id}"', autoescape=True)
        wanted = (
            sa.select(*(NOTES.c[name] for name in SHOWN), LOOKS.c.until)
            .outerjoin(
                LOOKS,
                sa.and_(
                    LOOKS.c.conversation_id == NOTES.c.conversation_id,
                    LOOKS.c.agent_id == agent_id,
                ),
            )
            .where(NOTES.c.at >= since, named)
            .order_by(NOTES.c.at.desc())
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).all()
        return [
            Mention(row.id, row.conversation_id, row.author_id, row.at)
            for row in rows
            if row.until is None or row.at > row.until - LOOK_LASTS
        ]
