"""The rows of the improvement inbox, and taking them away with their messages."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from stores.conversation_rows import MESSAGES
from stores.improvement_tables import ImprovementRow

IMPROVEMENTS = cast(sa.Table, ImprovementRow.__table__)


async def forget(connection: AsyncConnection, *which: sa.ColumnElement[bool]) -> None:
    """Take away what was gathered from messages that are being emptied."""
    messages = sa.select(MESSAGES.c.id).where(*which)
    await connection.execute(sa.delete(IMPROVEMENTS).where(IMPROVEMENTS.c.message_id.in_(messages)))
