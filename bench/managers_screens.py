"""``python -m bench.managers_screens``: managers' screens with 100,000 cases, on both databases.

One manager after the other asks for every page of ``/desk/oversight`` with several filters;
a file counts until its first byte. Then all deadlines are counted anew, and somebody looks
on meanwhile (``bench.recount``). The app runs as a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession

from accounts.model import Role
from accounts.signing_in import Visitor
from app.bootstrap import open_house
from app.desk_wiring import one_time_password
from app.settings import Settings
from bench.desk_load import WORK, app_process, settings_for
from bench.desk_screens import session
from bench.many_cases import fill
from bench.postgres import postgres_server
from bench.rasa_process import ROOT
from bench.recount import count_anew
from conversations.fake_rasa import FakeRasa
from stores.database import engine_for

MOST_MS = 300.0
FILTERS = (
    "",
    "clock=late",
    "unit=REV",
    "unit=DPS&kind=complaint&channel=whatsapp",
    "age=31%2B",
    "segment=none&clock=paused",
    "priority=p1&priority=p2",
)
PAGES = ("", "/live", "/wall", "/wall/live", "/cases", "/cases.csv")
OTHERS = ("/cases?page=40", "/team", "/team/live")


async def measure(settings: Settings, count: int, times: int) -> dict[str, Any]:
    """Fill the database, run the app, and return how long each page took, in milliseconds."""
    engine = engine_for(settings.database)
    began = time.monotonic()
    unfinished = await fill(engine, count)
    await engine.dispose()
    filled = time.monotonic() - began
    took: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        manager, admin = await _sessions(settings)
        rasa = await FakeRasa().start()
        stack.push_async_callback(rasa.stop)
        app = await app_process(replace(settings, rasa_url=rasa.url), stack)
        url = f"http://127.0.0.1:{settings.port}"
        http = await session(url, manager, stack)
        for _ in range(times):
            for page in PAGES:
                for filters in FILTERS:
                    path = f"{page}?{filters}"
                    took.setdefault(page or "/", []).append(await _ask(http, path))
            for path in OTHERS:
                took.setdefault(path, []).append(await _ask(http, path))
        deciding = await session(url, admin, stack)
        recount = await count_anew(deciding, app.pid, partial(_ask, http, ""))
    meanwhile = recount.pop("screens")
    recount |= {"screen_p50": _at(meanwhile, 0.5), "screen_p95": _at(meanwhile, 0.95)}
    pages = {
        page: {"p50": _at(values, 0.5), "p95": _at(values, 0.95)} for page, values in took.items()
    }
    return {
        "cases": count,
        "unfinished": unfinished,
        "filled_s": round(filled),
        "pages": pages,
        "recount": recount,
    }


async def _sessions(settings: Settings) -> list[str]:
    """Return a session of a manager who sees every unit, and one of an admin."""
    async with open_house(settings) as house:
        accounts = await house.desk.administration.store.list()
        found = []
        for role in (Role.MANAGER, Role.ADMIN):
            one = next(one for one in accounts if one.may(role) and not one.departments)
            visitor = Visitor("127.0.0.1", one_time_password())
            found.append(await house.desk.sign_in.begin_known(one, visitor))
        return found


async def _ask(http: ClientSession, path: str) -> float:
    """Return how long a page took, of a file its first byte."""
    began = time.perf_counter()
    async with http.get(f"/desk/oversight{path}", allow_redirects=False) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        if "csv" in path:
            await answer.content.readany()
        else:
            await answer.read()
        took = (time.perf_counter() - began) * 1000
        await answer.read()
    return took


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


async def _measured(folder: Path, url: str, count: int, times: int) -> dict[str, Any]:
    return await measure(await settings_for(folder, url), count, times)


def main() -> int:
    """Measure both, print the table, keep ``var/bench/managers_screens.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    rows: dict[str, Any] = {}
    WORK.mkdir(parents=True, exist_ok=True)
    for name in (given.only,) if given.only else ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=ROOT / "var")))
            url = stack.enter_context(postgres_server()) if name == "postgresql" else ""
            rows[name] = asyncio.run(_measured(folder, url, given.cases, given.times))
        told = rows[name]
        print(f"{name}: {told['cases']:,} cases, {told['unfinished']:,} of them unfinished")
        for page, ms in told["pages"].items():
            print(f"  /desk/oversight{page:<22}p50 {ms['p50']:>7.1f} ms   p95 {ms['p95']:>7.1f} ms")
        print(f"  counted anew: {told['recount']}")
    out = WORK / "managers_screens.json"
    out.write_text(json.dumps({"rows": rows, "load": os.getloadavg()[0]}, indent=1), "utf-8")
    slow = [ms["p95"] for told in rows.values() for ms in told["pages"].values()]
    return 0 if max(slow) < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
