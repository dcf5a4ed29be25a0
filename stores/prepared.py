"""Statements that every message, request or round needs, without SQLAlchemy's way to them.

SQLAlchemy spends several times as long on a small statement as SQLite does. These are compiled
by it once; from then on only values go in and rows come out (decision 0026).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_cursor, PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

from stores.database import reading
from stores.sqlite_connection import Done, SqliteConnection, SqliteDriver, TooLong

Given = Mapping[str, Any]
Row = Mapping[str, Any]
Process = Callable[[Any], Any]


class Prepared:
    """One statement with bound names. Its parameters must have the same names each time."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement
        self._known: dict[str, _Compiled] = {}

    async def rows(self, connection: AsyncConnection, given: Given) -> Sequence[Row]:
        """Return the rows, inside a transaction that has begun."""
        compiled = self._for(connection.dialect, given)
        try:
            done = await self._done(connection, compiled, given)
        except TooLong:
            rows = await connection.execute(self._statement, dict(given))
            return cast("Sequence[Row]", rows.mappings().all())
        return compiled.rows_of(done)

    async def row(self, connection: AsyncConnection, given: Given) -> Row | None:
        """Return the first row, if there is one."""
        found = await self.rows(connection, given)
        return found[0] if found else None

    async def changed(self, connection: AsyncConnection, given: Given) -> int:
        """Write, inside a transaction that has begun, and return how many rows that changed."""
        compiled = self._for(connection.dialect, given)
        return (await self._done(connection, compiled, given))[2]

    async def read(self, engine: AsyncEngine, given: Given) -> Sequence[Row]:
        """Return the rows as of now, in no transaction."""
        compiled = self._for(engine.dialect, given)
        if engine.dialect.name != "sqlite":
            async with reading(engine, snapshot=False) as connection:
                return compiled.rows_of(await compiled.on_postgresql(connection, given))
        driver = cast(SqliteDriver, engine.dialect.dbapi)
        try:
            done = compiled.on_sqlite(driver.reads.at_once, given)
        except TooLong:
            async with reading(engine, snapshot=False) as connection:
                rows = await connection.execute(self._statement, dict(given))
                return cast("Sequence[Row]", rows.mappings().all())
        await driver.breathe()
        return compiled.rows_of(done)

    async def _done(self, connection: AsyncConnection, compiled: _Compiled, given: Given) -> Done:
        if not connection.in_transaction():
            raise ValueError("a transaction has to begin first")
        if connection.dialect.name != "sqlite":
            return await compiled.on_postgresql(connection, given)
        done = compiled.on_sqlite(cast(SqliteConnection, _raw(connection)).at_once, given)
        await cast(SqliteDriver, connection.dialect.dbapi).breathe()
        return done

    def _for(self, dialect: sa.Dialect, given: Given) -> _Compiled:
        known = self._known.get(dialect.name)
        if known is None:
            known = self._known[dialect.name] = _Compiled(self._statement, dialect, list(given))
        return known


class _Compiled:
    """What SQLAlchemy makes of a statement for a database, taken apart."""

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect, names: list[str]) -> None:
        told = cast(sa.ClauseElement, statement).compile(dialect=dialect, column_keys=names)
        compiled = cast(SQLCompiler, told)
        if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
            raise ValueError("such a statement goes SQLAlchemy's way")
        self._sql = str(compiled)
        self._fixed = compiled.construct_params(_check=False)
        into = compiled._bind_processors
        self._into = [
            (name, cast("Process | None", into.get(name))) for name in compiled.positiontup or ()
        ]
        columns = compiled._result_columns
        self._names = [one.keyname for one in columns]
        self._out: list[tuple[int, Process]] = [
            (place, process)
            for place, one in enumerate(columns)
            if (process := one.type._cached_result_processor(dialect, None)) is not None
        ]

    def _values(self, given: Given) -> list[Any]:
        told = {**self._fixed, **given}
        return [told[name] if into is None else into(told[name]) for name, into in self._into]

    def on_sqlite(self, run: Callable[[str, Sequence[Any]], Done], given: Given) -> Done:
        try:
            return run(self._sql, self._values(given))
        except sqlite3.Error as error:
            raise DBAPIError.instance(self._sql, None, error, sqlite3.Error, True) from error

    async def on_postgresql(self, connection: AsyncConnection, given: Given) -> Done:
        """Do what SQLAlchemy's cursor does, where it is waited for without a greenlet."""
        dialect = cast(PGDialect_asyncpg, connection.dialect)
        cursor = cast(AsyncAdapt_asyncpg_cursor, _raw(connection).cursor())
        cursor._invalidate_schema_cache_asof = dialect._invalidate_schema_cache_asof
        try:
            await cursor._prepare_and_execute(self._sql, self._values(given))  # type: ignore[no-untyped-call]
        except dialect.loaded_dbapi.Error as error:
            await connection.run_sync(_refused, error, self._sql, cursor)
        return None, cursor._rows, cursor.rowcount, None

    def rows_of(self, done: Done) -> Sequence[Row]:
        names, out = self._names, self._out
        found: list[Row] = []
        for one in done[1]:
            values = list(one)
            for place, process in out:
                values[place] = process(values[place])
            found.append(dict(zip(names, values, strict=True)))
        return found


def _raw(connection: AsyncConnection) -> Any:
    """Return SQLAlchemy's connection to the driver."""
    return cast(sa.Connection, connection.sync_connection).connection.dbapi_connection


def _refused(
    connection: sa.Connection, error: Exception, sql: str, cursor: AsyncAdapt_asyncpg_cursor
) -> None:
    """Raise the error as SQLAlchemy does, which drops connections that broke."""
    dialect = cast(PGDialect_asyncpg, connection.dialect)
    stale = dialect.loaded_dbapi.InvalidCachedStatementError
    if isinstance(error, (stale, dialect.loaded_dbapi.InternalServerError)):
        dialect._invalidate_schema_cache()  # type: ignore[no-untyped-call]
    connection._handle_dbapi_exception(error, sql, None, cast(Any, cursor), None)
