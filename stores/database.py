"""Engines for SQLite and PostgreSQL that behave alike under concurrent writers."""

from __future__ import annotations

import json
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from stores.sqlite_connection import BUSY_TIMEOUT_MS, SqliteConnection, SqliteDriver

POSTGRES_CONNECTIONS = 10
POSTGRES_CONNECT_TIMEOUT_S = 10
POSTGRES_STATEMENT_TIMEOUT_S = 60

IDLE_S = 5.0

_READING = "baddala_reading"
_URGENT = "baddala_urgent"
_SNAPSHOT = "baddala_snapshot"
_LEFT_AT = "baddala_left_at"

_for_reading: WeakKeyDictionary[AsyncEngine, dict[bool, AsyncEngine]] = WeakKeyDictionary()
_for_urgent: WeakKeyDictionary[AsyncEngine, AsyncEngine] = WeakKeyDictionary()
"""An engine with options costs more to make than most statements to run."""


def engine_for(
    url: str, *, foreign_keys: bool = True, connections: int = POSTGRES_CONNECTIONS
) -> AsyncEngine:
    """Return an engine; nothing is connected yet. People's words stay out of its errors.

    On SQLite every transaction begins with ``BEGIN IMMEDIATE``: a second writer waits
    for its turn, and for other processes up to ``BUSY_TIMEOUT_MS``. So write in
    ``engine.begin()``, and use ``reading`` for what only reads: it waits for nobody.

    Args:
        url: ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://...``.
        foreign_keys: False only for migrations, which rebuild tables on SQLite.
        connections: how many may be open to PostgreSQL; who finds none free waits.

    Raises:
        ValueError: another database or driver.
    """
    driver = make_url(url).drivername
    to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    if driver == "sqlite+aiosqlite":
        engine = create_async_engine(
            url,
            module=SqliteDriver(make_url(url).database or ""),
            json_serializer=to_json,
            hide_parameters=True,
            pool_size=30,
            max_overflow=30,
        )
        _prepare_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    if driver == "postgresql+asyncpg":
        engine = create_async_engine(
            url,
            json_serializer=to_json,
            hide_parameters=True,
            # more are never opened for a burst: each begins cold, and two cores run two statements;
            # those used last go first, so that few have to know the statements
            pool_size=connections,
            max_overflow=0,
            pool_use_lifo=True,
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
        _ping_after_idling(engine)
        return engine
    raise ValueError(f"no such database: {driver}")


@asynccontextmanager
async def reading(engine: AsyncEngine, *, snapshot: bool = True) -> AsyncIterator[AsyncConnection]:
    """Give a connection for reading only.

    Without ``snapshot`` each SELECT sees the newest state: who asks once needs no more, and
    saves a quarter of the time on SQLite, two of three ways to PostgreSQL. With it,
    PostgreSQL refuses a write; SQLite does not, but the write may then fail as busy.
    """
    known = _for_reading.setdefault(engine, {})
    if snapshot not in known:
        options: dict[str, Any] = {_READING: True, _SNAPSHOT: snapshot}
        if engine.dialect.name == "postgresql":
            if snapshot:
                options["postgresql_readonly"] = True
            else:
                options["isolation_level"] = "AUTOCOMMIT"
        known[snapshot] = engine.execution_options(**options)
    async with known[snapshot].connect() as connection:
        yield connection


def one_of(
    connection: AsyncConnection, column: sa.ColumnElement[Any], values: Sequence[Any]
) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of some values.

    On PostgreSQL the statement is the same for any number of them, so that it is prepared once.
    """
    if connection.dialect.name == "postgresql":
        told = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type))
        return column == sa.any_(told)
    return column.in_(values)


def urgently(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine for writing what somebody outside waits for: on SQLite it goes first."""
    if engine not in _for_urgent:
        _for_urgent[engine] = engine.execution_options(**{_URGENT: True})
    return _for_urgent[engine]


def _ping_after_idling(engine: AsyncEngine) -> None:
    """Try a connection out before use if it lay idle: the server may have gone meanwhile.

    SQLAlchemy's own ``pool_pre_ping`` does so each time, and costs three ways to the server
    of some six. What breaks within ``IDLE_S`` fails once, and clears the pool.
    """

    def checked_out(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        left_at = record.info.get(_LEFT_AT)
        if left_at is None or get_running_loop().time() - left_at < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise InvalidatePoolError from error

    def given_back(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_LEFT_AT] = get_running_loop().time()

    event.listen(engine.sync_engine, "checkout", checked_out)
    event.listen(engine.sync_engine, "checkin", given_back)


def _prepare_sqlite(engine: AsyncEngine, *, foreign_keys: bool) -> None:
    """Take BEGIN over from the driver and set what a connection forgets when it closes.

    Writers of this process queue up (``Turns``) from BEGIN to COMMIT or ROLLBACK.
    """

    def connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing: ``begun`` does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")  # commits wait in ``WalFlushes``
        cursor.execute("PRAGMA wal_autocheckpoint = 0")  # it is done there as well
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(_READING, False):
            ours = cast(SqliteConnection, connection.connection.dbapi_connection)
            ours.begin_writing(urgent=options.get(_URGENT, False))
        elif options[_SNAPSHOT]:
            connection.exec_driver_sql("BEGIN")

    def given_back(connection: DBAPIConnection | None, _record: ConnectionPoolEntry) -> None:
        if connection is not None:
            cast(SqliteConnection, connection).give_turn()

    def disposed(_engine: Engine) -> None:
        driver = cast(SqliteDriver, engine.dialect.dbapi)
        driver.flushes.close()
        driver.reads.close()

    event.listen(engine.sync_engine, "checkin", given_back)
    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    event.listen(engine.sync_engine, "engine_disposed", disposed)
