"""``python -m tests.app.killing.mortal``: forks, for each line it reads, the app as
``baddala serve`` runs it, but killed with SIGKILL at a named point."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import os
import select
import signal
import traceback
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.bootstrap import open_house
from app.logs import log_to_file
from app.running import _stop_signal
from app.server import serving
from app.settings import load_settings
from tests.app.killing.points import POINTS, Point, When

_dying: ContextVar[bool] = ContextVar("dying", default=False)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: Point) -> None:
    """Wrap the point's method, so that it kills the process once it was passed often enough."""
    original = getattr(point.part, point.method)
    told = inspect.signature(original)
    passed = 0

    @functools.wraps(original)
    async def mortal(*given: Any, **named: Any) -> Any:
        nonlocal passed
        if not point.only(told.bind(*given, **named).arguments):
            return await original(*given, **named)
        passed += 1
        its_time = passed > point.hits
        if its_time and point.when is When.BEFORE:
            die()
        _dying.set(its_time and point.when is When.BEFORE_COMMIT)
        try:
            result = await original(*given, **named)
        finally:
            _dying.set(False)
        if its_time and point.when is When.AFTER:
            die()
        return result

    setattr(point.part, point.method, mortal)


def _committing(_connection: Connection) -> None:
    if _dying.get():
        die()


async def live() -> None:
    settings = load_settings(os.environ, Path.cwd())
    log_to_file(settings.logs / f"app-{os.getpid()}.log", settings.log_level)
    stop = _stop_signal()
    async with open_house(settings) as house, serving(house):
        await stop.wait()


def born(told: dict[str, Any]) -> None:
    """Be the app: nothing of the parent's but its modules."""
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    nothing, log = os.open(os.devnull, os.O_RDONLY), open(told["log"], "ab")  # noqa: SIM115
    os.dup2(nothing, 0)
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    if told["point"] is not None:
        event.listen(Engine, "commit", _committing)
        arm(POINTS[told["point"]])
    asyncio.run(live())


def fork_when_told() -> None:
    """Fork for each line on standard input; say who was born and who has ended."""
    alive: set[int] = set()
    ends, wakes = os.pipe2(os.O_NONBLOCK)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([0, ends], [], [])
        if ends in ready:
            os.read(ends, 4096)
            _tell_ended(alive)
        if 0 in ready:
            line = _line()
            if not line:
                break
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(ends)
                os.close(wakes)
                code = 1
                try:
                    born(json.loads(line))
                    code = 0
                except BaseException:
                    traceback.print_exc()
                finally:
                    os._exit(code)
            alive.add(pid)
            _tell(born=pid)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _line() -> bytes:
    """Read a line without a buffer of our own, which ``select`` would not see."""
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 1)
        if not more:
            return b""
        line += more
    return line


def _tell_ended(alive: set[int]) -> None:
    for pid in list(alive):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            alive.remove(pid)
            _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**told: int) -> None:
    os.write(1, json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    fork_when_told()
