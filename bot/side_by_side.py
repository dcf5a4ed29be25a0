"""Two long jobs at once on a machine with two cores."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

One, Other = TypeVar("One"), TypeVar("Other")


def side_by_side(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """Return what both jobs give; the second is done in a forked process if a core is free.

    A forked process has all that is in memory without a copy. If it ends without a result, or
    cannot be had, the job is done here.
    """
    if len(os.sched_getaffinity(0)) < 2:
        return one(), other()
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_tell, args=(other, theirs, ours))
    try:
        process.start()
    except OSError:  # no memory for another process
        return one(), other()
    theirs.close()
    first = one()
    try:
        second = ours.recv()
    except EOFError:
        second = other()
    process.join()
    return first, second


def _tell(job: Callable[[], Any], to: Connection, read_by: Connection) -> None:
    read_by.close()  # held open here as well, nobody's end would ever be told
    with contextlib.suppress(BrokenPipeError):
        to.send(job())
