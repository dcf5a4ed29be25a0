"""``python -m bench.quarter_run``: the whole simulated quarter, and every clock checked.

Ten thousand cases live in memory; what is left is put into SQLite, where the managers' query
must find every late case.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.quarter import END, MOON_TOLD_AT, RAIN_TOLD_AT, Quarter
from bench.quarter_check import Checker
from cases.board import BoardFilter, By, ClockState, clock_state
from cases.departments import DEPARTMENTS
from cases.model import Case, CaseState
from cases.ports import CaseQuery, Change
from stores.case_writes import open_case
from stores.database import engine_for
from stores.memory_case_store import MemoryCaseStore
from stores.migrate import upgrade
from stores.sql_board import SqlBoard

WRITTEN = Path("var/bench/quarter.json")


async def measure(size: int, chase_hours: int) -> dict[str, Any]:
    """Live through it, check it, and return what was found."""
    began = time.process_time()
    quarter = Quarter(MemoryCaseStore(), size, chase_every=timedelta(hours=chase_hours))
    await quarter.run()
    lived = time.process_time() - began
    cases: list[Case] = []
    while page := await quarter.cases.list(
        CaseQuery(limit=500, with_confidential=True, after=cases[-1].number if cases else None)
    ):
        cases += page
    timelines = {case.number: await quarter.cases.timeline(case.number) for case in cases}
    checker = Checker(MOON_TOLD_AT, RAIN_TOLD_AT)
    wrong = [
        case.number
        for case in cases
        if checker.dues(checker.read(timelines[case.number], timelines, END))
        != (case.clocks.contact_due_at, case.clocks.resolve_due_at)
    ]
    forgotten = [
        case.number
        for case in cases
        if case.state is not CaseState.CLOSED
        and (
            not case.course.owner
            or case.course.next_at is None
            or case.course.next_at <= END - timedelta(hours=chase_hours)
        )
    ]
    return {
        "cases": len(cases),
        "events": sum(map(len, timelines.values())),
        "states": dict(Counter(case.state.value for case in cases)),
        "steps": quarter.steps,
        "deadlines moved by announcements": quarter.recounted,
        "clocks that differ": len(wrong),
        "without owner or next step": len(forgotten),
        **await _on_the_board(cases, timelines),
        "cpu of the quarter, s": round(lived, 1),
        "cpu of all, s": round(time.process_time() - began, 1),
    }


async def _on_the_board(cases: list[Case], timelines: dict[str, Any]) -> dict[str, Any]:
    everywhere = frozenset(DEPARTMENTS)
    wanted = BoardFilter(now=END, day_end=END + timedelta(hours=20), confidential_of=everywhere)
    late = {
        case.number
        for case in cases
        if not case.finished and clock_state(case, wanted) is ClockState.LATE
    }
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/quarter.db"
        await asyncio.to_thread(upgrade, url)
        engine = engine_for(url)
        async with engine.begin() as connection:
            for case in cases:
                first = timelines[case.number][0]
                await open_case(connection, Change(case, replace(first, version=case.version)))
        board = SqlBoard(engine)
        only_late = replace(wanted, clocks=frozenset({ClockState.LATE}))
        began = time.perf_counter()
        shown = {case.number for case in await board.list(only_late, limit=len(cases))}
        counts = {by.value: sum((await board.count_by(wanted, by)).values()) for by in By}
        took = time.perf_counter() - began
        unfinished = await board.count(wanted)
        await engine.dispose()
    return {
        "late": len(late),
        "late but not on the board": len(late - shown),
        "on the board but not late": len(shown - late),
        "unfinished": unfinished,
        "counts that do not add up": sum(one != unfinished for one in counts.values()),
        "one list and ten counts, s": round(took, 2),
    }


def main() -> int:
    """Print and keep what was found; fails when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--chase-hours", type=int, default=1)
    asked = parser.parse_args()
    found = asyncio.run(measure(asked.cases, asked.chase_hours))
    for name, value in found.items():
        print(f"{name:<34}{value}")
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    WRITTEN.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    wrongs = (
        "clocks that differ",
        "without owner or next step",
        "late but not on the board",
        "on the board but not late",
        "counts that do not add up",
    )
    return 1 if any(found[name] for name in wrongs) else 0


if __name__ == "__main__":
    raise SystemExit(main())
