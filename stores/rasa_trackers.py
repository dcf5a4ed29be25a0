"""Rasa's own table of events, where erasing must reach it: Rasa has no call that deletes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from stores.database import engine_for

EVENTS = sa.table("events", sa.column("sender_id", sa.String))


class RasaTrackers:
    """Deletes rows. Rasa looks at the newest row before it trusts its memory, so it forgets too.

    Args:
        url: the database of Rasa's tracker store; empty where trackers live in memory only.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    async def forget(self, conversation_ids: Sequence[str]) -> None:
        """Delete what is remembered of conversations."""
        if not self._url:
            return
        engine = engine_for(self._url)
        try:
            async with engine.begin() as connection:
                there = await connection.run_sync(lambda sync: sa.inspect(sync).has_table("events"))
                if there:
                    await connection.execute(
                        sa.delete(EVENTS).where(EVENTS.c.sender_id.in_(conversation_ids))
                    )
        finally:
            await engine.dispose()
