"""Bring what was committed to SQLite to the disk: many commits with one way there."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

log = logging.getLogger(__name__)

SYNC = getattr(os, "fdatasync", os.fsync)

TAKEN_OVER_EVERY = 200
"""After so many commits what is in the log is written into the database file."""


class WalFlushes:
    """A commit with ``synchronous = NORMAL`` stands in the write-ahead log, which the disk may
    not have yet. Who committed waits here until it has: the promise of ``FULL``, but the
    next one may write meanwhile, and all who wait share one flush.

    Source: https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html#pragma_synchronous
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._asked = 0
        self._flushed = 0
        self._taken_over = 0
        self._flushing: asyncio.Future[None] | None = None
        self._thread: ThreadPoolExecutor | None = None

    async def flushed(self) -> None:
        """Return once all that was committed before the call is on the disk.

        Raises:
            OSError: the disk refuses.
        """
        self._asked += 1
        mine = self._asked
        while self._flushed < mine:
            if self._flushing is None:
                self._flushing = asyncio.ensure_future(self._flush())
            await asyncio.shield(self._flushing)

    def close(self) -> None:
        """End the thread; it begins anew when it is needed."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None

    async def _flush(self) -> None:
        asked = self._asked
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="wal")
        take_over = asked - self._taken_over >= TAKEN_OVER_EVERY
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._sync, take_over)
            self._flushed = asked
            if take_over:
                self._taken_over = asked
        finally:
            self._flushing = None

    def _sync(self, take_over: bool) -> None:
        descriptor = os.open(f"{self._path}-wal", os.O_RDONLY)
        try:
            SYNC(descriptor)
        finally:
            os.close(descriptor)
        if take_over:
            self._take_over()

    def _take_over(self) -> None:
        try:
            with closing(sqlite3.connect(self._path)) as database:
                database.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:  # nothing is lost, the next one takes over more
            log.warning("the write-ahead log stays as long as it is: %s", type(error).__name__)
