"""Leases in SQLite or PostgreSQL: who may work for a conversation, and what to do about
work that breaks off again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.model import Conversation, Message, MessageState
from conversations.ports import Lease, Task
from stores.attachment_rows import work_with_files
from stores.conversation_rows import LEASES, MESSAGES, WORK_WITH_ADDRESS
from stores.conversation_tables import PENDING, RETRYING, WAITING
from stores.conversation_writes import HELD, OF_HOLDER, append_events, of_lease, released
from stores.database import reading
from stores.delivery_tables import ChannelStopRow
from stores.prepared import Prepared
from stores.tables import UtcTime

CANDIDATES = 16
LOOKS = 4
WORK = {Task.RELAY: WAITING, Task.SEND: PENDING}
NOW = sa.bindparam("now", type_=UtcTime)
STOPS = cast(sa.Table, ChannelStopRow.__table__)


class SqlLeases:
    """One holder per conversation and task; what is not given back runs out."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(
        self, task: Task, *, owner: str, now: datetime, until: datetime
    ) -> Lease | None:
        """Take the conversation whose work waits longest and that no other worker holds."""
        for _ in range(LOOKS):  # others may take all that we saw
            rows = await _FREE[task].read(self._engine, {"now": now})
            if not rows:
                return None
            seen = {row["conversation_id"]: bool(row["probe"]) for row in rows}
            for conversation_id, probe in seen.items():
                lease = Lease(conversation_id, task, owner, until, probe=probe)
                taken = await self._taken(lease, now)
                if taken is not None:
                    return taken
        return None

    async def _taken(self, lease: Lease, now: datetime) -> Lease | None:
        """Return the lease as it was got; None when it is somebody else's."""
        async with self._engine.begin() as connection:
            added = await connection.execute(
                _LEASED[connection.dialect.name],
                {
                    "conversation_id": lease.conversation_id,
                    "task": lease.task.value,
                    "owner": lease.owner,
                    "until": lease.until,
                },
            )
            if added.rowcount == 1:
                return lease
            taken = await connection.execute(
                _TAKEN_OVER, of_lease(lease) | {"lease_until": lease.until, "now": now}
            )
            row = taken.one_or_none()
            return None if row is None else replace(lease, taken_over=True, begun=row.begun)

    async def renew(self, owner: str, *, until: datetime) -> None:
        """Hold on to all leases of ``owner``; those that others took stay theirs."""
        mine = sa.or_(LEASES.c.owner == owner, LEASES.c.owner.startswith(f"{owner}:"))
        async with self._engine.begin() as connection:
            await connection.execute(sa.update(LEASES).where(mine).values(until=until))

    async def begin(self, lease: Lease, message_id: str) -> bool:
        """Keep that a message is about to be sent; False when the lease is not ours any more."""
        async with self._engine.begin() as connection:
            begun = await connection.execute(_BEGUN, of_lease(lease) | {"begins": message_id})
        return bool(begun.rowcount == 1)

    async def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing when it is not ours any more."""
        async with self._engine.begin() as connection:
            await released(connection, lease)

    async def abandon(self, lease: Lease, *, at: datetime) -> None:
        """Let others take the lease over from ``at`` on, and know that we broke off."""
        async with self._engine.begin() as connection:
            await connection.execute(_ABANDONED, of_lease(lease) | {"lease_until": at})

    async def count_break(self, lease: Lease, *, most: int, at: datetime) -> bool:
        """Count that the oldest piece of work broke off; put it aside the ``most``-th time.

        Knows of messages only what it must, so that it also works for one that cannot be
        read. Returns whether the message was quarantined.
        """
        oldest = (
            sa.select(MESSAGES.c.id)
            .where(MESSAGES.c.conversation_id == lease.conversation_id, WORK[lease.task])
            .order_by(MESSAGES.c.seq)
            .limit(1)
            .scalar_subquery()
        )
        async with self._engine.begin() as connection:
            counted = await connection.execute(
                sa.update(MESSAGES)
                .where(MESSAGES.c.id == oldest, HELD)
                .values(attempts=MESSAGES.c.attempts + 1)
                .returning(MESSAGES.c.id, MESSAGES.c.seq, MESSAGES.c.attempts),
                of_lease(lease),
            )
            row = counted.one_or_none()
            if row is None or row.attempts < most:
                return False
            reason = f"broke_off_{lease.task.value}"
            await connection.execute(
                sa.update(MESSAGES)
                .where(MESSAGES.c.id == row.id)
                .values(state=MessageState.QUARANTINED.value, reason=reason, moved_at=at)
            )
            told = {"id": row.id, "seq": row.seq, "state": MessageState.QUARANTINED.value}
            event = ("message_state", told | {"reason": reason})
            await append_events(connection, lease.conversation_id, at, [event])
            return True

    async def _work(self, lease: Lease, *, limit: int) -> list[tuple[Conversation, Message]]:
        async with reading(self._engine, snapshot=False) as connection:
            rows = await work_of(connection, lease, limit)
            return await work_with_files(connection, rows)


async def work_of(connection: AsyncConnection, lease: Lease, limit: int) -> Sequence[sa.RowMapping]:
    """Return the pieces of work that a lease is for, in order."""
    given = {"of": lease.conversation_id, "most": limit}
    return (await connection.execute(_WORK[lease.task], given)).mappings().all()


_WORK = {
    task: WORK_WITH_ADDRESS.where(MESSAGES.c.conversation_id == sa.bindparam("of"), which)
    .order_by(MESSAGES.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
    for task, which in WORK.items()
}


def _free(task: Task) -> sa.Select[str, bool]:
    """Select conversations with work that nobody holds, the oldest work first.

    In the order of an index, so that a long backlog costs no more than a short one. A
    message that waits for its next try holds back the ones behind it in its conversation.
    """
    taken = sa.select(sa.literal(1)).where(
        LEASES.c.conversation_id == MESSAGES.c.conversation_id,
        LEASES.c.task == task.value,
        LEASES.c.until > NOW,
    )
    probe: sa.ColumnElement[bool] = sa.literal(value=False)
    free: list[sa.ColumnElement[bool]] = [sa.and_(WORK[task]), ~taken.exists()]
    if task is Task.SEND:
        held_back = sa.select(MESSAGES.c.conversation_id).where(
            RETRYING, MESSAGES.c.next_try_at > NOW
        )
        stopped = sa.select(STOPS.c.channel).where(
            sa.or_(STOPS.c.check_at.is_(None), STOPS.c.check_at > NOW)
        )
        free += [
            MESSAGES.c.conversation_id.not_in(held_back),
            MESSAGES.c.channel.not_in(stopped),
        ]
        probe = sa.select(sa.literal(1)).where(STOPS.c.channel == MESSAGES.c.channel).exists()
    return (
        sa.select(MESSAGES.c.conversation_id, probe.label("probe"))
        .where(*free)
        .order_by(MESSAGES.c.stored_at)
        .limit(CANDIDATES)
    )


_FREE = {task: Prepared(_free(task)) for task in Task}
"""Asked after each wake-up, and twice a second."""

_LEASED = {
    "postgresql": postgresql.insert(LEASES).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(LEASES).on_conflict_do_nothing(),
}
_TAKEN_OVER = (
    sa.update(LEASES)
    .where(
        LEASES.c.conversation_id == sa.bindparam("lease_of"),
        LEASES.c.task == sa.bindparam("lease_task"),
        LEASES.c.until <= NOW,
    )
    .values(owner=sa.bindparam("lease_owner"), until=sa.bindparam("lease_until"))
    .returning(LEASES.c.begun)
)
_BEGUN = sa.update(LEASES).where(*OF_HOLDER).values(begun=sa.bindparam("begins"))
_ABANDONED = sa.update(LEASES).where(*OF_HOLDER).values(until=sa.bindparam("lease_until"))
