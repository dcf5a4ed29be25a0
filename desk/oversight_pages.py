"""Managers' screens: what is not finished, by everything one asks for, down to the case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.ports import AccountStore
from cases.board import (
    Age,
    Board,
    BoardFilter,
    By,
    ClockState,
    Line,
    of_first,
    of_second,
)
from cases.departments import DEPARTMENTS
from cases.flow import Flow
from cases.model import CaseKind, Priority, Segment
from conversations.duty import AgentStore
from conversations.talk_figures import TalkFigures
from desk.access import ACCOUNT, Routes
from desk.case_facts import lamp
from desk.oversight_filter import HERE, UNTOLD, Chosen, board_filter
from desk.rendering import MANAGING, Rendering
from desk.team import is_present, team_of
from reports.csv_file import MARK, csv_of

FLOW_DAYS = 14
PAGE = 50
NEXT = 4
NOTHING_MORE: Mapping[str, Any] = {}
AT_ONCE = 500
COLUMNS = ("number", "kind", "state", "unit", "channel", "opened", "due", "clock")
LAMPS_AT_MOST = 240

TABLES = (
    (By.AGE, By.CLOCK),
    (By.DEPARTMENT, By.CLOCK),
    (By.KIND, By.CHANNEL),
    (By.OWNER, By.CLOCK),
    (By.SEGMENT, By.CLOCK),
)
"""What a screen asks of the board, all in one reading."""

FACETS = (By.DEPARTMENT, By.KIND, By.CHANNEL, By.SEGMENT, By.OWNER)
WORDS: Mapping[By, str] = {
    By.KIND: "desk_kind",
    By.SEGMENT: "segment",
    By.CHANNEL: "channel",
    By.PRIORITY: "priority",
}
KNOWN: Mapping[By, frozenset[str]] = {
    By.KIND: frozenset(CaseKind),
    By.SEGMENT: frozenset(Segment),
    By.AGE: frozenset(Age),
    By.CLOCK: frozenset(ClockState),
    By.PRIORITY: frozenset(Priority),
    By.CHANNEL: frozenset({"webchat", "whatsapp", "phone", "counter", "email"}),
}
CLOCKS = (ClockState.IN_TIME, ClockState.DUE, ClockState.LATE, ClockState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Everything a screen shows, read for one filter."""

    total: int
    ages: Mapping[tuple[str, str], int]
    units: Mapping[tuple[str, str], int]
    channels: Mapping[tuple[str, str], int]
    by: Mapping[By, Mapping[str, int]]

    def clock(self, state: ClockState) -> int:
        """Return how many cases stand so."""
        return self.by[By.CLOCK].get(state.value, 0)


class OversightPages:
    """For managers and supervisors: their own units' cases, with names of units and agents."""

    def __init__(
        self,
        board: Board,
        flow: Flow,
        accounts: AccountStore,
        talks: TalkFigures,
        agents: AgentStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._board = board
        self._flow = flow
        self._accounts = accounts
        self._talks = talks
        self._agents = agents
        self._rendering = rendering
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/oversight", self.show, MANAGING)
        routes.get("/oversight/live", self.live, MANAGING)
        routes.get("/oversight/wall", self.wall, MANAGING)
        routes.get("/oversight/wall/live", self.wall_live, MANAGING)
        routes.get("/oversight/cases", self.cases, MANAGING)
        routes.get("/oversight/cases.csv", self.export, MANAGING)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the working screen."""
        return await self._screen(request, "oversight.html")

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Show its numbers alone, drawn anew."""
        return await self._screen(request, "oversight_live.html")

    async def wall(self, request: web.Request) -> web.StreamResponse:
        """Show the screen for the wall: numbers only, no names of people."""
        return await self._screen(request, "wall.html", await self._hall(request))

    async def wall_live(self, request: web.Request) -> web.StreamResponse:
        """Show its numbers alone."""
        return await self._screen(request, "wall_live.html", await self._hall(request))

    async def _hall(self, request: web.Request) -> dict[str, Any]:
        """Return who waits now, and how many of the team are there."""
        team = await team_of(self._agents, request[ACCOUNT])
        present = [one for one in team if is_present(one, self._now())]
        return {
            "waiting": await self._talks.waiting(),
            "present": len(present),
            "team": len(team),
        }

    async def _screen(
        self, request: web.Request, template: str, more: Mapping[str, Any] = NOTHING_MORE
    ) -> web.StreamResponse:
        chosen, wanted, facts = await self.asked(request)
        today = wanted.now.astimezone(self._zone).date()
        counts, flow, next_due = await asyncio.gather(
            self._counts(wanted),
            self._flow.days(
                today - timedelta(days=FLOW_DAYS - 1),
                today,
                departments=wanted.departments,
                seen=wanted.confidential_of,
            ),
            self._board.list(ahead_of(wanted), limit=NEXT),
        )
        facts |= {
            "counts": counts,
            **more,
            "flow": flow,
            "next_due": next_due,
            "lamps": lamps(counts),
            "each": each,
            "heat": heat,
            "address": chosen,
        }
        return self._rendering.page(request, template, facts)

    async def cases(self, request: web.Request) -> web.StreamResponse:
        """Show the cases behind a number, the earliest deadline first."""
        chosen, wanted, facts = await self.asked(request)
        asked = request.query.get("page", "1")
        page = max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
        found = await self._board.list(wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
        here = chosen.at(f"{HERE}/cases")
        facts |= {
            "cases": found[:PAGE],
            "total": await self._board.count(wanted),
            "address": chosen,
            "newer": here.update_query(page=page - 1) if page > 1 else None,
            "older": here.update_query(page=page + 1) if len(found) > PAGE else None,
        }
        return self._rendering.page(request, "oversight_cases.html", facts)

    async def export(self, request: web.Request) -> web.StreamResponse:
        """Give the same cases as a file: UTF-8 with a mark, no cell that begins a formula."""
        _, wanted, facts = await self.asked(request)
        name = f"cases-{wanted.now.astimezone(self._zone):%Y-%m-%d}.csv"
        return web.Response(
            body=self._file(request, wanted, facts["words"]),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def _file(
        self, request: web.Request, wanted: BoardFilter, words: Callable[[By, str], str]
    ) -> AsyncIterator[bytes]:
        """Yield the file page by page, so that it begins to arrive at once."""
        head = [self._rendering.say(request, f"oversight_column_{name}") for name in COLUMNS]
        yield csv_of([head])
        async for lines in self._board.lines(wanted, at_once=AT_ONCE):
            rows = [self._row(line, request, words) for line in lines]
            yield csv_of(rows).removeprefix(MARK)

    def _row(self, line: Line, request: web.Request, words: Callable[[By, str], str]) -> list[str]:
        due = line.resolve_due_at
        return [
            line.number,
            words(By.KIND, line.kind.value),
            self._rendering.say(request, f"desk_state_{line.state.value}"),
            words(By.DEPARTMENT, line.department),
            words(By.CHANNEL, line.channel),
            self._local(line.opened_at),
            "" if due is None else self._local(due),
            words(By.CLOCK, line.clock.value),
        ]

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    async def asked(self, request: web.Request) -> tuple[Chosen, BoardFilter, dict[str, Any]]:
        """Return what is chosen, what that asks of the board, and what pages need of it."""
        chosen = Chosen.read(request.query)
        now = self._now()
        wanted = board_filter(chosen, request[ACCOUNT], now=now, zone=self._zone)
        language = self._rendering.language(request)
        people = {f"agent:{one.id}": one.name(language) for one in await self._accounts.list()}

        @cache
        def words(by: By, value: str) -> str:
            if by is By.OWNER and value.startswith("agent:"):
                return people.get(value, value)
            return self._words(request, by, value)

        facts: dict[str, Any] = {
            "now": now,
            "By": By,
            "words": words,
            "chosen": chosen,
            "facets": FACETS,
            "clocks": CLOCKS,
            "age_bands": list(Age),
            "kinds": list(CaseKind),
            "departments": DEPARTMENTS,
            "lamp": lamp,
        }
        return chosen, wanted, facts

    def _words(self, request: web.Request, by: By, value: str) -> str:
        """Return what a value of a filter is called on a page."""
        say = self._rendering.say
        if value in ("", UNTOLD):
            return say(request, "oversight_not_told")
        if by in (By.DEPARTMENT, By.OWNER):
            unit = DEPARTMENTS.get(value.removeprefix("unit:"))
            return value if unit is None else unit.name(self._rendering.language(request))
        if value not in KNOWN[by]:
            return value
        name = value.replace("-", "_").replace("+", "_on")
        words = say(request, f"{WORDS.get(by, f'oversight_{by}')}_{name}")
        return words[:1].upper() + words[1:]

    async def _counts(self, wanted: BoardFilter) -> Counts:
        ages, units, channels, owners, segments = await self._board.tally(wanted, *TABLES)
        return Counts(
            total=sum(ages.values()),
            ages=ages,
            units=units,
            channels=channels,
            by={
                By.CLOCK: of_second(ages),
                By.DEPARTMENT: of_first(units),
                By.KIND: of_first(channels),
                By.CHANNEL: of_second(channels),
                By.OWNER: of_first(owners),
                By.SEGMENT: of_first(segments),
            },
        )


def ahead_of(wanted: BoardFilter) -> BoardFilter:
    """Return the same filter with running clocks only, and nothing that is late already."""
    still = frozenset({ClockState.IN_TIME, ClockState.DUE})
    return replace(wanted, clocks=wanted.clocks & still or still)


def lamps(counts: Counts) -> dict[str, list[str]]:
    """Return per age the signs of the lamp board, lateness first; see ``each`` for its scale."""
    signs = {ClockState.LATE: "late", ClockState.PAUSED: "ent", ClockState.DUE: "cit"}
    order = (ClockState.LATE, ClockState.PAUSED, ClockState.DUE, ClockState.IN_TIME)
    scale = each(counts.total)
    return {
        age.value: [
            signs.get(clock, "open")
            for clock in order
            for _ in range(-(-counts.ages.get((age.value, clock.value), 0) // scale))
        ]
        for age in Age
    }


def each(total: int) -> int:
    """Return how many cases one lamp stands for."""
    return next((one for one in (1, 2, 5, 10, 20, 50, 100) if total <= LAMPS_AT_MOST * one), 500)


def heat(value: int, most: int) -> int:
    """Return the shade of a cell, 0 to 5."""
    return 0 if not value else 1 + min(4, value * 5 // max(most, 1))
