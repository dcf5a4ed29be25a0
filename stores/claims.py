"""Take one row that waits, while others take other rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from stores.database import reading


async def any_waits(engine: AsyncEngine, oldest: sa.Select[Any]) -> bool:
    """Tell whether there is such a row; locks nobody out."""
    async with reading(engine, snapshot=False) as connection:
        return await connection.scalar(oldest) is not None


async def claimed(
    connection: AsyncConnection, oldest: sa.Select[Any], **values: Any
) -> sa.RowMapping | None:
    """Return the first row of ``oldest`` that nobody else is taking, with ``values`` set.

    Args:
        oldest: selects the key of one table, in order.
    """
    key = oldest.selected_columns[0]
    found = await connection.scalar(oldest.with_for_update(skip_locked=True))
    if found is None:
        return None
    rows = await connection.execute(
        sa.update(key.table).where(key == found).values(**values).returning(key.table)
    )
    row: sa.RowMapping = rows.mappings().one()
    return row
