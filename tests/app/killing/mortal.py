"""``python -m tests.app.killing.mortal [POINT]``: the app as ``baddala serve`` runs it, but
killed with SIGKILL at a named point."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import signal
import sys
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


if __name__ == "__main__":
    if len(sys.argv) > 1:
        event.listen(Engine, "commit", _committing)
        arm(POINTS[sys.argv[1]])
    asyncio.run(live())
