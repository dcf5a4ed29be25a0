"""Statements that every message, request or round needs, without SQLAlchemy's way to them.

SQLAlchemy spends several times as long on a small statement as SQLite does. These are compiled
by it once; from then on only values go in and rows come out (decision 0026). On PostgreSQL they
go its usual way: there the server is waited for anyhow.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
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
        self._compiled: _Compiled | None = None

    async def rows(self, connection: AsyncConnection, given: Given) -> Sequence[Row]:
        """Return the rows, inside a transaction that has begun."""
        driver = _driver_of(connection)
        if driver is not None:
            compiled = self._for(connection.dialect, given)
            try:
                done = compiled.run(_raw(connection).at_once, given)
            except TooLong:
                pass
            else:
                await driver.breathe()
                return compiled.rows_of(done)
        rows = await connection.execute(self._statement, dict(given))
        return cast("Sequence[Row]", rows.mappings().all())

    async def row(self, connection: AsyncConnection, given: Given) -> Row | None:
        """Return the first row, if there is one."""
        found = await self.rows(connection, given)
        return found[0] if found else None

    async def changed(self, connection: AsyncConnection, given: Given) -> int:
        """Write, and return how many rows that changed."""
        driver = _driver_of(connection)
        if driver is None:
            return (await connection.execute(self._statement, dict(given))).rowcount
        done = self._for(connection.dialect, given).run(_raw(connection).at_once, given)
        await driver.breathe()
        return done[2]

    async def read(self, engine: AsyncEngine, given: Given) -> Sequence[Row]:
        """Return the rows as of now, in no transaction."""
        if engine.dialect.name == "sqlite":
            driver = cast(SqliteDriver, engine.dialect.dbapi)
            compiled = self._for(engine.dialect, given)
            try:
                done = compiled.run(driver.reads.at_once, given)
            except TooLong:
                pass
            else:
                await driver.breathe()
                return compiled.rows_of(done)
        async with reading(engine, snapshot=False) as connection:
            rows = await connection.execute(self._statement, dict(given))
            return cast("Sequence[Row]", rows.mappings().all())

    def _for(self, dialect: sa.Dialect, given: Given) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiled(self._statement, dialect, list(given))
        return self._compiled


class _Compiled:
    """What SQLAlchemy makes of a statement for SQLite, taken apart."""

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect, names: list[str]) -> None:
        told = cast(sa.ClauseElement, statement).compile(dialect=dialect, column_keys=names)
        compiled = cast(SQLCompiler, told)
        if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
            raise ValueError("such a statement goes SQLAlchemy's way")
        self._dialect = dialect
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

    def run(self, run: Callable[[str, Sequence[Any]], Done], given: Given) -> Done:
        told = {**self._fixed, **given}
        values = [
            told[name] if process is None else process(told[name]) for name, process in self._into
        ]
        try:
            return run(self._sql, values)
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._sql, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            ) from error

    def rows_of(self, done: Done) -> Sequence[Row]:
        names, out = self._names, self._out
        found: list[Row] = []
        for one in done[1]:
            values = list(one)
            for place, process in out:
                values[place] = process(values[place])
            found.append(dict(zip(names, values, strict=True)))
        return found


def _driver_of(connection: AsyncConnection) -> SqliteDriver | None:
    """Return the driver whose statements run at once; only where a transaction has begun."""
    if connection.dialect.name != "sqlite" or not connection.in_transaction():
        return None
    return cast(SqliteDriver, connection.dialect.dbapi)


def _raw(connection: AsyncConnection) -> SqliteConnection:
    return cast(SqliteConnection, connection.sync_connection.connection.dbapi_connection)  # type: ignore[union-attr]  # it has begun
