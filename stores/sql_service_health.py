"""How the service does, read from SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from stores.attachment_tables import UNSCANNED, AttachmentRow
from stores.conversation_rows import MESSAGES
from stores.conversation_tables import ACCEPTED, NEEDING, PENDING, WAITING
from stores.database import reading
from stores.delivery_tables import ChannelStopRow
from stores.floor_rows import SPELLS
from stores.floor_tables import OPEN
from watch.model import ChannelHealth, ServiceHealth, Waiting

STOPS = cast(sa.Table, ChannelStopRow.__table__)
ATTACHMENTS = cast(sa.Table, AttachmentRow.__table__)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
WEEKS = 4


class SqlServiceHealth:
    """A handful of small queries, each on an index of its own.

    Args:
        channels: those that are set up; others are shown once something is known of them.
    """

    def __init__(self, engine: AsyncEngine, channels: Sequence[str]) -> None:
        self._engine = engine
        self._channels = channels

    async def read(self, now: datetime) -> ServiceHealth:
        """Return it as it is now."""
        async with reading(self._engine) as connection:
            stops = {
                row["channel"]: row
                for row in (await connection.execute(sa.select(STOPS))).mappings()
            }
            ours = MESSAGES.c.sender != "citizen"
            failed = await _by_channel(connection, NEEDING, ours)
            pending = await _by_channel(connection, PENDING, ours)
            names = dict.fromkeys([*self._channels, *stops, *failed, *pending])
            channels = []
            for name in names:
                stop = stops.get(name)
                channels.append(
                    ChannelHealth(
                        name=name,
                        last_inbound=await _last(connection, name),
                        lately=await _came(connection, name, now - HOUR, now),
                        usual=await _usual(connection, name, now),
                        stopped_since=stop["since"] if stop else None,
                        stop_code=stop["code"] if stop else None,
                        tried_at=stop["check_at"] if stop else None,
                        failed=failed.get(name, Waiting()).count,
                        pending=pending.get(name, Waiting()).count,
                        oldest_pending=pending.get(name, Waiting()).oldest,
                    )
                )
            unanswered = await connection.execute(
                sa.select(sa.func.count(), sa.func.min(MESSAGES.c.stored_at)).where(WAITING)
            )
            queues = await connection.execute(
                sa.select(
                    sa.func.coalesce(SPELLS.c.department, ""),
                    sa.func.count(),
                    sa.func.min(SPELLS.c.waits_since),
                )
                .where(
                    OPEN,
                    SPELLS.c.owner_id.is_(None),
                    SPELLS.c.snoozed_at.is_(None),
                    SPELLS.c.waits_since.is_not(None),
                )
                .group_by(SPELLS.c.department)
            )
            unscanned = await connection.execute(
                sa.select(sa.func.count(), sa.func.min(ATTACHMENTS.c.stored_at)).where(UNSCANNED)
            )
            return ServiceHealth(
                channels=channels,
                unanswered=Waiting(*unanswered.one()),
                queues={name: Waiting(count, oldest) for name, count, oldest in queues},
                unscanned=Waiting(*unscanned.one()),
            )


async def _by_channel(
    connection: AsyncConnection, *which: sa.ColumnElement[bool] | sa.TextClause
) -> dict[str, Waiting]:
    rows = await connection.execute(
        sa.select(MESSAGES.c.channel, sa.func.count(), sa.func.min(MESSAGES.c.stored_at))
        .where(*which)
        .group_by(MESSAGES.c.channel)
    )
    return {channel: Waiting(count, oldest) for channel, count, oldest in rows}


async def _last(connection: AsyncConnection, channel: str) -> datetime | None:
    found: datetime | None = await connection.scalar(
        sa.select(MESSAGES.c.stored_at)
        .where(ACCEPTED, MESSAGES.c.channel == channel)
        .order_by(MESSAGES.c.stored_at.desc())
        .limit(1)
    )
    return found


async def _came(connection: AsyncConnection, channel: str, since: datetime, until: datetime) -> int:
    found = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(MESSAGES)
        .where(
            ACCEPTED,
            MESSAGES.c.channel == channel,
            MESSAGES.c.stored_at > since,
            MESSAGES.c.stored_at <= until,
        )
    )
    return int(found or 0)


async def _usual(connection: AsyncConnection, channel: str, now: datetime) -> float:
    """Return the mean of this hour of the week over the last weeks."""
    total = 0
    for back in range(1, WEEKS + 1):
        until = now - back * WEEK
        total += await _came(connection, channel, until - HOUR, until)
    return total / WEEKS
