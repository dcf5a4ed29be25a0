"""The event log of SQLite or PostgreSQL as other processes follow it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import OutboundMessage
from conversations.ports import Event
from stores.attachment_rows import work_with_files
from stores.conversation_rows import (
    EVENTS,
    IDENTITIES,
    MESSAGES,
    WORK_WITH_ADDRESS,
    events_from,
)
from stores.conversation_writes import NEWS
from stores.database import reading

LISTEN_AGAIN_S = 5.0

log = logging.getLogger(__name__)


class SqlEventLog:
    """Reads on from a cursor."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def last_cursor(self) -> int:
        """Return the cursor of the newest event; 0 when there is none."""
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(sa.select(sa.func.max(EVENTS.c.cursor))) or 0)

    async def events_after(self, cursor: int, *, limit: int = 500) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""
        return await events_from(self._engine, cursor, limit)

    async def messages_on(
        self, channel: str, message_ids: Sequence[str]
    ) -> Sequence[OutboundMessage]:
        """Return those of the messages that belong to a channel, with their addresses, in order."""
        wanted = WORK_WITH_ADDRESS.where(
            MESSAGES.c.id.in_(message_ids), IDENTITIES.c.channel == channel
        ).order_by(MESSAGES.c.stored_at, MESSAGES.c.seq)
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
            found = await work_with_files(connection, rows)
        return [OutboundMessage(conversation.address, message) for conversation, message in found]

    def listening(self, heard: Callable[[], None]) -> Callable[[], Awaitable[None]] | None:
        """Return what listens for news until cancelled; None where the database tells none.

        PostgreSQL tells every process (LISTEN, NOTIFY); who follows SQLite looks by itself.
        A broken connection is made anew; what was told meanwhile, a look finds.
        """
        if self._engine.dialect.name != "postgresql":
            return None

        async def listen() -> None:
            while True:
                try:
                    await _listen_once(self._engine, heard)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("not told of events for now: %s", type(error).__name__)
                await asyncio.sleep(LISTEN_AGAIN_S)

        return listen


async def _listen_once(engine: AsyncEngine, heard: Callable[[], None]) -> None:
    async with engine.connect() as connection:
        driver = cast(Any, (await connection.get_raw_connection()).driver_connection)

        gone = asyncio.Event()

        def told(*_: object) -> None:
            heard()

        def ended(*_: object) -> None:
            gone.set()

        await driver.add_listener(NEWS, told)
        driver.add_termination_listener(ended)
        try:
            await gone.wait()
        finally:
            driver.remove_termination_listener(ended)
            if not driver.is_closed():
                await driver.remove_listener(NEWS, told)
