"""What it takes to count all deadlines anew after the calendar changed, and who notices.

A closure is announced as on the page: first looked at, then kept. Until the count is
through, a manager goes on asking for screens.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

from bench.ack import cpu_s
from bench.desk_screens import TOKEN

PLACE = "/desk/administration/calendar"
FINISHED_WITHIN_S = 900.0
PAUSE_S = 0.5
GOES_ON = "hx-get"


async def count_anew(
    http: ClientSession, app_pid: int, look_on: Callable[[], Awaitable[float]]
) -> dict[str, Any]:
    """Announce a closure as an admin, and return what was measured until all was counted.

    Args:
        look_on: asks for a screen and returns how many milliseconds that took.
    """
    looked_ms, _ = await _send(http, "look")
    before = cpu_s(app_pid)
    began = time.monotonic()
    _, status = await _send(http, "keep")
    if status != 303:
        raise RuntimeError(f"the closure was not kept: {status}")
    screens: list[float] = []
    async with asyncio.timeout(FINISHED_WITHIN_S):
        while GOES_ON in (part := await _get(http, f"{PLACE}/recount")):
            screens.append(await look_on())
            await asyncio.sleep(PAUSE_S)
    return {
        "looked_ms": round(looked_ms, 1),
        "took_s": round(time.monotonic() - began, 1),
        "app_cpu_s": round(cpu_s(app_pid) - before, 1),
        "told": " ".join(re.sub(r"<[^>]*>", " ", part).split()),
        "screens": screens,
    }


async def _send(http: ClientSession, step: str) -> tuple[float, int]:
    """Send the form of a closure in ten days; return milliseconds and the status."""
    token = TOKEN.search(await _get(http, PLACE))
    if token is None:
        raise RuntimeError("the page of the calendar has no token")
    first = datetime.now(UTC).date() + timedelta(days=10)
    form = {
        "kind": "closure",
        "first": first.isoformat(),
        "last": (first + timedelta(days=3)).isoformat(),
        "name_ar": "صيانة المبنى",
        "name_en": "Works",
        "hours": "",
        "step": step,
    }
    headers = {"X-CSRF-Token": token.group(1)}
    began = time.perf_counter()
    async with http.post(
        f"{PLACE}/days", data=form, headers=headers, allow_redirects=False
    ) as answer:
        await answer.read()
        return (time.perf_counter() - began) * 1000, answer.status


async def _get(http: ClientSession, path: str) -> str:
    async with http.get(path, allow_redirects=False) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return await answer.text()
