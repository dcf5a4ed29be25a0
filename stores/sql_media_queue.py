"""Files to be fetched, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.media import WantedMedia
from stores.claims import any_waits, claimed
from stores.conversation_rows import MESSAGES
from stores.conversation_writes import append_events
from stores.media_tables import WAITING_MEDIA, WantedMediaRow

WANTED = cast(sa.Table, WantedMediaRow.__table__)
_LONGEST = 255


async def want_media(
    connection: AsyncConnection, channel: str, rows: Iterable[Mapping[str, Any]], at: datetime
) -> None:
    """Note the files of new messages; ``rows`` are those of the table of messages."""
    wanted = []
    for row in rows:
        media = row["details"].get("media")
        media_id = media.get("media_id") if isinstance(media, Mapping) else None
        if not isinstance(media_id, str) or not 0 < len(media_id) <= _LONGEST:
            continue
        name = media.get("file_name")
        wanted.append(
            {
                "message_id": row["id"],
                "conversation_id": row["conversation_id"],
                "channel": channel,
                "media_id": media_id,
                "file_name": name[:_LONGEST] if isinstance(name, str) else None,
                "state": "waiting",
                "next_try_at": at,
                "attempts": 0,
            }
        )
    if wanted:
        await connection.execute(sa.insert(WANTED), wanted)


class SqlMediaQueue:
    """One file at a time; who dies with it loses the right to it when ``until`` has come."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def next_wanted(
        self, channel: str, *, now: datetime, until: datetime
    ) -> WantedMedia | None:
        """Take the file that waits longest; nobody else gets it before ``until``."""
        oldest = (
            sa.select(WANTED.c.message_id)
            .where(WAITING_MEDIA, WANTED.c.channel == channel, WANTED.c.next_try_at <= now)
            .order_by(WANTED.c.next_try_at)
            .limit(1)
        )
        if not await any_waits(self._engine, oldest):
            return None
        async with self._engine.begin() as connection:
            attempts = WANTED.c.attempts + 1
            row = await claimed(connection, oldest, next_try_at=until, attempts=attempts)
        if row is None:
            return None
        return WantedMedia(
            row["message_id"],
            row["conversation_id"],
            row["media_id"],
            row["file_name"],
            row["attempts"] - 1,
        )

    async def fetched(self, message_id: str) -> None:
        """Note that the file is ours now."""
        await self._set(message_id, state="fetched", reason=None)

    async def postpone(self, message_id: str, *, until: datetime, reason: str) -> None:
        """Try again later."""
        await self._set(message_id, next_try_at=until, reason=reason[:64])

    async def give_up(self, message_id: str, *, reason: str, at: datetime) -> None:
        """Note for good that the file did not come; its message says so."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(WANTED)
                .where(WANTED.c.message_id == message_id)
                .values(state="failed", reason=reason[:64])
            )
            found = await connection.execute(
                sa.select(MESSAGES.c.conversation_id, MESSAGES.c.seq, MESSAGES.c.details)
                .where(MESSAGES.c.id == message_id)
                .with_for_update()
            )
            row = found.one()
            media = {**(row.details.get("media") or {}), "problem": reason}
            await connection.execute(
                sa.update(MESSAGES)
                .where(MESSAGES.c.id == message_id)
                .values(details={**row.details, "media": media})
            )
            told = {"id": message_id, "seq": row.seq, "kind": "media", "reason": reason}
            await append_events(connection, row.conversation_id, at, [("message_facts", told)])

    async def _set(self, message_id: str, **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(WANTED).where(WANTED.c.message_id == message_id).values(values)
            )
