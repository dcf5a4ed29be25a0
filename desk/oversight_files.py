"""The unfinished cases of a filter as a workbook and as a PDF: the numbers of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from aiohttp import web

from cases.board import Board, BoardFilter, By, ClockState, Line
from desk.access import Routes
from desk.oversight_filter import Chosen
from desk.oversight_pages import AT_ONCE, CLOCKS, COLUMNS, OversightPages
from desk.rendering import MANAGING, Rendering
from reports.archive import MEDIA_TYPES, Format
from reports.metrics import Form
from reports.tables import Cell, Column, Finding, Report, Section, Table
from reports.xlsx_file import report_xlsx

MOST_IN_A_WORKBOOK = 100_000
MOST_IN_A_PDF = 500
"""More lines nobody reads on paper; the table of counts above them counts all."""

Words = Callable[[By, str], str]


class OversightFiles:
    """Files of what ``OversightPages`` shows, for the same filter in the address."""

    def __init__(
        self,
        board: Board,
        screens: OversightPages,
        rendering: Rendering,
        *,
        as_pdf: Callable[[Report], Awaitable[bytes]],
        zone: ZoneInfo,
    ) -> None:
        self._board = board
        self._screens = screens
        self._rendering = rendering
        self._as_pdf = as_pdf
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/oversight/cases.xlsx", self.workbook, MANAGING)
        routes.get("/oversight/cases.pdf", self.paper, MANAGING)

    async def workbook(self, request: web.Request) -> web.StreamResponse:
        """Give the cases as an Excel workbook with real dates."""
        report = await self._report(request, most=MOST_IN_A_WORKBOOK)
        return _file(await asyncio.to_thread(report_xlsx, report), Format.XLSX, report)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        """Give the counts, and the cases that are due first, as a PDF."""
        report = await self._report(request, most=MOST_IN_A_PDF)
        return _file(await self._as_pdf(report), Format.PDF, report)

    async def _report(self, request: web.Request, *, most: int) -> Report:
        chosen, wanted, facts = await self._screens.asked(request)
        say, words = self._rendering.say, facts["words"]
        made = Cell(wanted.now, Form.MOMENT).words(self._zone)
        title = say(request, "oversight_cases")
        counted = await self._counted(request, wanted, words)
        return Report(
            key=f"cases-{wanted.now.astimezone(self._zone):%Y-%m-%d}",
            language=self._rendering.language(request),
            zone=self._zone,
            title=title,
            subject=self._total(request, counted),
            issuer=say(request, "desk_issuer"),
            made=say(request, "report_made", at=made),
            made_at=wanted.now,
            in_short=say(request, "oversight_filters"),
            tiles=(),
            findings=[Finding(one, "open") for one in _chosen(chosen, words)],
            sections=[counted, await self._listed(request, wanted, words, most=most)],
            notes=(),
            page_words=(say(request, "report_page"), say(request, "report_page_of")),
        )

    def _total(self, request: web.Request, counted: Section) -> str:
        total = counted.table.total[-1].words(self._zone) if counted.table.total else "0"
        return f"{self._rendering.say(request, 'oversight_total')}: {total}"

    async def _counted(self, request: web.Request, wanted: BoardFilter, words: Words) -> Section:
        """Return how many there are by department and clock, with their sums."""
        say = self._rendering.say
        [pairs] = await self._board.tally(wanted, (By.DEPARTMENT, By.CLOCK))
        units = sorted({unit for unit, _ in pairs})

        def row(title: Cell, count: Callable[[ClockState], int]) -> list[Cell]:
            counts = [count(clock) for clock in CLOCKS]
            return [title, *(Cell(one, Form.COUNT) for one in [*counts, sum(counts)])]

        rows = [
            row(
                Cell(words(By.DEPARTMENT, unit), key=unit),
                lambda clock, unit=unit: pairs.get((unit, clock.value), 0),  # type: ignore[misc]
            )
            for unit in units
        ]
        total = row(
            Cell(say(request, "oversight_total"), key="total"),
            lambda clock: sum(count for (_, one), count in pairs.items() if one == clock.value),
        )
        columns = [
            Column("department", say(request, "oversight_column_unit"), numeric=False),
            *(Column(clock.value, words(By.CLOCK, clock.value)) for clock in CLOCKS),
            Column("total", say(request, "oversight_total")),
        ]
        return Section("counts", say(request, "oversight_units"), Table(columns, rows, total))

    async def _listed(
        self, request: web.Request, wanted: BoardFilter, words: Words, *, most: int
    ) -> Section:
        say = self._rendering.say
        rows: list[list[Cell]] = []
        async for lines in self._board.lines(wanted, at_once=AT_ONCE):
            rows += [self._row(line, request, words) for line in lines]
            if len(rows) > most:
                break
        columns = [
            Column(name, say(request, f"oversight_column_{name}"), numeric=False)
            for name in COLUMNS
        ]
        cut = say(request, "oversight_cut", count=most) if len(rows) > most else ""
        return Section("cases", say(request, "oversight_cases"), Table(columns, rows[:most]), cut)

    def _row(self, line: Line, request: web.Request, words: Words) -> list[Cell]:
        return [
            Cell(line.number, Form.REFERENCE),
            Cell(words(By.KIND, line.kind.value)),
            Cell(self._rendering.say(request, f"desk_state_{line.state.value}")),
            Cell(words(By.DEPARTMENT, line.department)),
            Cell(words(By.CHANNEL, line.channel)),
            Cell(line.opened_at, Form.MOMENT),
            Cell(line.resolve_due_at, Form.MOMENT),
            Cell(words(By.CLOCK, line.clock.value)),
        ]


def _chosen(chosen: Chosen, words: Words) -> list[str]:
    return [words(by, value) for by, value in chosen.values()]


def _file(data: bytes, kind: Format, report: Report) -> web.Response:
    name = f"{report.key}.{kind.value}"
    return web.Response(
        body=data,
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
