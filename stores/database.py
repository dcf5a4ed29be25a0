"""Engines for SQLite and PostgreSQL that behave alike under concurrent writers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from stores.turns import Turns

SQLITE_BUSY_TIMEOUT_MS = 30_000
POSTGRES_CONNECT_TIMEOUT_S = 10
POSTGRES_STATEMENT_TIMEOUT_S = 60

_READING = "baddala_reading"
_URGENT = "baddala_urgent"
_TURN = "baddala_turn"
_SNAPSHOT = "baddala_snapshot"


def engine_for(url: str, *, foreign_keys: bool = True) -> AsyncEngine:
    """Return an engine; nothing is connected yet. People's words stay out of its errors.

    On SQLite every transaction begins with ``BEGIN IMMEDIATE``: a second writer waits
    for its turn, and for other processes up to ``SQLITE_BUSY_TIMEOUT_MS``. So write in
    ``engine.begin()``, and use ``reading`` for what only reads: it waits for nobody.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://...``.
        foreign_keys: False only for migrations, which rebuild tables on SQLite.

    Raises:
        ValueError: another database or driver.
    """
    driver = make_url(url).drivername
    to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    if driver == "sqlite+aiosqlite":
        engine = create_async_engine(
            url, json_serializer=to_json, hide_parameters=True, pool_size=10, max_overflow=20
        )
        _prepare_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    if driver == "postgresql+asyncpg":
        return create_async_engine(
            url,
            json_serializer=to_json,
            hide_parameters=True,
            pool_size=10,
            max_overflow=10,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={
                "timeout": POSTGRES_CONNECT_TIMEOUT_S,
                "server_settings": {
                    "application_name": "baddala",
                    "statement_timeout": f"{POSTGRES_STATEMENT_TIMEOUT_S}s",
                    "idle_in_transaction_session_timeout": f"{POSTGRES_STATEMENT_TIMEOUT_S}s",
                },
            },
        )
    raise ValueError(f"no such database: {driver}")


@asynccontextmanager
async def reading(engine: AsyncEngine, *, snapshot: bool = True) -> AsyncIterator[AsyncConnection]:
    """Give a connection for reading only.

    PostgreSQL refuses a write in it; SQLite does not, but the write may then fail as busy.
    Without ``snapshot`` each SELECT on SQLite sees the newest state: who asks once needs no
    more, and saves a quarter of the time.
    """
    options = {_READING: True, _SNAPSHOT: snapshot}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    async with engine.execution_options(**options).connect() as connection:
        yield connection


def urgently(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine for writing what somebody outside waits for: on SQLite it goes first."""
    return engine.execution_options(**{_URGENT: True})


def _prepare_sqlite(engine: AsyncEngine, *, foreign_keys: bool) -> None:
    """Take BEGIN over from the driver and set what a connection forgets when it closes.

    Writers of this process queue up (``Turns``) from BEGIN until the connection is given back.
    """
    turns = Turns()

    def connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing: ``begun`` does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(_READING, False):
            held = connection.connection.info
            if _TURN not in held:
                await_only(turns.take(urgent=options.get(_URGENT, False)))
                held[_TURN] = True
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif options[_SNAPSHOT]:
            connection.exec_driver_sql("BEGIN")

    def given_back(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_TURN, False):
            turns.give()

    event.listen(engine.sync_engine, "checkin", given_back)
    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
