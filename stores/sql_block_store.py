"""Blocks in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.blocks import Block, BlockKind, BlockNotFound
from stores.audit_tables import record
from stores.block_tables import BlockRow
from stores.database import reading

BLOCKS = cast(sa.Table, BlockRow.__table__)


class SqlBlockStore:
    """One transaction per change, its audit row in it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(
        self,
        kind: BlockKind,
        value: str,
        *,
        reason: str,
        by: str,
        at: datetime,
        until: datetime,
    ) -> Block:
        """Block somebody; a block of the same that is in force gets the new reason and end."""
        told = {"reason": reason, "by": by, "until": until}
        async with self._engine.begin() as connection:
            same = (BLOCKS.c.kind == kind.value, BLOCKS.c.value == value, BLOCKS.c.until > at)
            block_id = await connection.scalar(
                sa.update(BLOCKS).where(*same).values(**told).returning(BLOCKS.c.id)
            )
            if block_id is None:
                block_id = await connection.scalar(
                    sa.insert(BLOCKS)
                    .values(kind=kind.value, value=value, at=at, **told)
                    .returning(BLOCKS.c.id)
                )
            after = {"kind": kind.value, "value": value, "until": until.isoformat()}
            await _record(connection, "block", int(block_id or 0), by, at, after)
            return await _block(connection, int(block_id or 0))

    async def lift(self, block_id: int, *, by: str, at: datetime) -> Block:
        """End a block now; raises BlockNotFound."""
        async with self._engine.begin() as connection:
            lifted = await connection.execute(
                sa.update(BLOCKS)
                .where(BLOCKS.c.id == block_id, BLOCKS.c.until > at)
                .values(until=at)
            )
            if lifted.rowcount != 1:
                raise BlockNotFound(block_id=block_id)
            await _record(connection, "unblock", block_id, by, at, {"until": at.isoformat()})
            return await _block(connection, block_id)

    async def in_force(self, now: datetime) -> Sequence[Block]:
        """Return the blocks in force, the newest first."""
        wanted = sa.select(BLOCKS).where(BLOCKS.c.until > now).order_by(BLOCKS.c.id.desc())
        async with reading(self._engine, snapshot=False) as connection:
            return [_from(row) for row in (await connection.execute(wanted)).mappings()]


async def _record(
    connection: AsyncConnection,
    action: str,
    block_id: int,
    by: str,
    at: datetime,
    after: dict[str, str],
) -> None:
    await record(
        connection,
        at=at,
        actor=by,
        action=action,
        subject_kind="block",
        subject_id=str(block_id),
        before={},
        after=after,
    )


async def _block(connection: AsyncConnection, block_id: int) -> Block:
    rows = await connection.execute(sa.select(BLOCKS).where(BLOCKS.c.id == block_id))
    return _from(rows.mappings().one())


def _from(row: sa.RowMapping) -> Block:
    return Block(
        id=row["id"],
        kind=BlockKind(row["kind"]),
        value=row["value"],
        reason=row["reason"],
        by=row["by"],
        at=row["at"],
        until=row["until"],
    )
