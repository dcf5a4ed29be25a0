"""SQLite without a way to another thread and back for each step of each statement.

aiosqlite gives every connection a thread, and SQLAlchemy goes there four times for one
statement. Most of ours take less time than one such way, and while a way is waited for,
a writer holds up all others. So statements run where they are asked for; what takes
long, waits for another process or for the disk goes to the thread (decision 0022).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import await_only

from stores.turns import Turns
from stores.wal import WalFlushes

BUSY_TIMEOUT_MS = 30_000
AT_MOST_S = 0.003
"""How long a query may hold everything up before it is asked again in the thread."""

LOOK_EVERY = 5_000
"""In steps of SQLite's machine, some hundred microseconds."""

BREATHE_S = 0.004
"""After how long the others get their turn, where one statement follows the other."""

MOST_ROWS = 50
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
WRITES = ("INSERT", "UPDATE", "DELETE")
FULL_TEXT = " MATCH "

Done = tuple[Any, Sequence[Any], int, int | None]


class TooLong(Exception):  # nothing went wrong
    """A query was broken off: it is to be asked where it may take its time."""


class SqliteCursor(AsyncAdapt_aiosqlite_cursor):
    """One statement, run and read to its end in one go."""

    __slots__ = ("_description", "_last", "_of", "_touched")

    def __init__(self, adapt_connection: SqliteConnection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._of = adapt_connection
        self._rows = deque()
        self._description: Any = None
        self._touched = -1
        self._last: int | None = None

    @property
    def description(self) -> Any:
        """Return what the columns are."""
        return self._description

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed; -1 for a query."""
        return self._touched

    @property
    def lastrowid(self) -> int:
        """Return the number of the row that was added last."""
        return cast(int, self._last)

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """Run a statement."""
        given = () if parameters is None else parameters
        try:
            self._keep(self._of.run(operation, given))
        except Exception as error:
            self._of._handle_exception(error)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """Run a statement for many rows."""
        try:
            self._keep(self._of.run_many(operation, seq_of_parameters))
        except Exception as error:
            self._of._handle_exception(error)

    def _keep(self, done: Done) -> None:
        self._description, rows, self._touched, self._last = done
        self._rows = deque(rows)

    async def _async_soft_close(self) -> None:
        return

    def close(self) -> None:
        """Forget the rows; the database's cursor was closed at once."""
        self._rows.clear()


class SqliteConnection(AsyncAdapt_aiosqlite_connection):
    """Knows whose turn it is to write, and what was written but is not on the disk yet."""

    __slots__ = ("_asked_at", "_time", "_writing")

    _cursor_cls = SqliteCursor  # type: ignore[assignment]  # its cursor is not one of theirs
    dbapi: SqliteDriver

    def __init__(self, dbapi: SqliteDriver, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._writing = False
        self._asked_at = 0.0
        self._time: Callable[[], float] = asyncio.get_running_loop().time
        self._raw.set_progress_handler(self._too_long, LOOK_EVERY)

    @property
    def _raw(self) -> sqlite3.Connection:
        return cast(sqlite3.Connection, self._connection._conn)

    def _too_long(self) -> bool:
        return self._asked_at > 0.0 and self._time() - self._asked_at > AT_MOST_S

    def _in_thread(self, work: Callable[[], Any]) -> Any:
        running = asyncio.ensure_future(self._connection._execute(work))
        try:
            return await_only(asyncio.shield(running))
        except asyncio.CancelledError:
            # what follows runs on the loop, and must find the connection at rest
            self._raw.interrupt()
            await_only(_ended(running))
            raise

    def at_once(self, operation: str, parameters: Sequence[Any]) -> Done:
        """Run a statement here and wait for nobody; raises TooLong for a query that takes long."""
        if not _only_reads(operation):
            return _done(self._raw, operation, parameters)
        self._time = asyncio.get_running_loop().time
        self._asked_at = self._time()
        try:
            return _done_soon(self._raw, operation, parameters)
        finally:
            self._asked_at = 0.0

    def run(self, operation: str, parameters: Sequence[Any]) -> Done:
        """Run a statement here; a query that takes long begins anew in the thread."""
        work = partial(_done, self._raw, operation, parameters)
        if len(parameters) > MOST_ROWS * 10 or FULL_TEXT in operation:
            return cast(Done, self._in_thread(work))
        try:
            done = self.at_once(operation, parameters)
        except TooLong:
            return cast(Done, self._in_thread(work))
        await_only(self.dbapi.breathe())
        return done

    def run_many(self, operation: str, rows: Sequence[Any]) -> Done:
        """Run a statement for each of some rows."""
        work = partial(_done_many, self._raw, operation, rows)
        if len(rows) > MOST_ROWS:
            return cast(Done, self._in_thread(work))
        done = work()
        await_only(self.dbapi.breathe())
        return done

    def begin_writing(self, *, urgent: bool) -> None:
        """Wait for one's turn among the writers of this process, then of the others."""
        if not self._writing:
            await_only(self.dbapi.turns.take(urgent=urgent))
            self._writing = True
        raw = self._raw
        try:
            raw.execute("PRAGMA busy_timeout = 0")
            try:
                raw.execute("BEGIN IMMEDIATE")
            finally:
                raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in LOCKED:
                self._handle_exception(error)
            try:
                self._in_thread(partial(raw.execute, "BEGIN IMMEDIATE"))
            except Exception as refused:
                self._handle_exception(refused)

    def commit(self) -> None:
        """Commit, let the next one write, and return once it is on the disk."""
        if self._connection._connection is None:
            return
        try:
            self._raw.commit()
        except Exception as error:
            self._handle_exception(error)
        if self._writing:
            self.give_turn()
            await_only(self.dbapi.flushes.flushed())

    def rollback(self) -> None:
        """Roll back, and let the next one write."""
        if self._connection._connection is None:
            return
        try:
            if self._raw.in_transaction:
                self._raw.rollback()
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.give_turn()

    def close(self) -> None:
        """Close, which rolls back, and let the next one write."""
        try:
            super().close()
        finally:
            self.give_turn()

    def terminate(self) -> None:
        """Close what broke off, such as a statement that nobody waits for any more."""
        try:
            super().terminate()
        finally:
            self.give_turn()

    def give_turn(self) -> None:
        """Let the next one write, if it was our turn."""
        if self._writing:
            self._writing = False
            self.dbapi.turns.give()


class SqliteDriver(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver of one database file."""

    def __init__(self, path: str) -> None:
        super().__init__(aiosqlite, sqlite3)
        self.turns = Turns()
        self.flushes = WalFlushes(path)
        self.reads = SqliteReads(path)
        self._breathed = 0.0

    def connect(self, *arg: Any, **kw: Any) -> SqliteConnection:
        """Open a connection and its thread."""
        connection = aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        return SqliteConnection(self, await_only(connection))

    async def breathe(self) -> None:
        """Let others go on if nobody could for some time."""
        time = asyncio.get_running_loop().time
        if time() - self._breathed > BREATHE_S:
            await asyncio.sleep(0)
            self._breathed = time()


class SqliteReads:
    """A connection for what is read in one go on the loop, of which nobody waits for another."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._raw: sqlite3.Connection | None = None
        self._asked_at = 0.0
        self._time: Callable[[], float] = _no_time

    def at_once(self, operation: str, parameters: Sequence[Any]) -> Done:
        """Run a query; raises TooLong when it takes long or the file is locked."""
        raw = self._raw or self._opened()
        self._time = asyncio.get_running_loop().time
        self._asked_at = self._time()
        return _done_soon(raw, operation, parameters)

    def close(self) -> None:
        """Close it; it is opened anew when it is needed."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    def _opened(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self._path, timeout=0.0, isolation_level=None)
        raw.execute("PRAGMA query_only = ON")
        raw.set_progress_handler(self._too_long, LOOK_EVERY)
        self._raw = raw
        return raw

    def _too_long(self) -> bool:
        return self._time() - self._asked_at > AT_MOST_S


def _no_time() -> float:
    return 0.0


async def _ended(running: asyncio.Future[Any]) -> None:
    await asyncio.wait({running})
    running.exception()


def _only_reads(operation: str) -> bool:
    """Tell whether a statement may be broken off: a write would take its transaction along."""
    begins = operation.lstrip()
    if begins.startswith("WITH"):
        return not any(f"{one} " in begins for one in WRITES)
    return begins.startswith("SELECT")


def _done(raw: sqlite3.Connection, operation: str, parameters: Sequence[Any]) -> Done:
    cursor = raw.execute(operation, parameters)
    described = cursor.description
    rows = cursor.fetchall() if described else ()
    return described, rows, cursor.rowcount, cursor.lastrowid


def _done_soon(raw: sqlite3.Connection, operation: str, parameters: Sequence[Any]) -> Done:
    """Run a query that the progress handler may break off, or another process hold up."""
    try:
        return _done(raw, operation, parameters)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_INTERRUPT, *LOCKED):
            raise
        raise TooLong from error


def _done_many(raw: sqlite3.Connection, operation: str, rows: Sequence[Any]) -> Done:
    cursor = raw.executemany(operation, rows)
    return None, (), cursor.rowcount, cursor.lastrowid
