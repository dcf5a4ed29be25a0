"""Results of surveys on screen and as files: the same figures, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from cases.departments import DEPARTMENTS
from conversations.ratings import Face
from desk.access import ACCOUNT, Routes
from desk.rendering import MANAGING, Rendering
from desk.survey_editing import may_edit, own_units
from kernel.language import Language
from reports.csv_file import csv_of
from reports.metrics import Form
from reports.tables import Cell, Column, Table
from reports.xlsx_file import MEDIA_TYPE, Workbook
from surveys.campaigns import Campaign, Wave
from surveys.errors import CampaignNotFound
from surveys.free_lines import without_contacts
from surveys.ports import CampaignStore
from surveys.questions import Question, QuestionKind
from surveys.results import Line, Outcome, Results, SurveyReader, results_of
from surveys.statistics import Share

PERIODS = (30, 90, 365)
MOST_LINES = 100
LAMPS: Mapping[str, str] = {"draft": "new", "running": "open", "stopped": "ent", "ended": "done"}
"""The sign of each state of a campaign."""

NUMBERS = ("count", "of", "share", "low", "high")
COLUMNS = ("unit", "question", "answer", *NUMBERS)
LINE_COLUMNS = ("unit", "at", "face", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one page or file shows."""

    results: Results
    questions: Sequence[Question]
    lines: Sequence[Line]


class SurveyResultsPages:
    """Whose account names departments sees the results of these alone."""

    def __init__(
        self,
        campaigns: CampaignStore,
        reader: SurveyReader,
        rendering: Rendering,
        *,
        least: int,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._campaigns = campaigns
        self._reader = reader
        self._rendering = rendering
        self._least = least
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/surveys/closings", self.closings, MANAGING)
        routes.get("/surveys/closings.{kind:csv|xlsx}", self.closings_file, MANAGING)
        routes.get("/surveys/{campaign}", self.campaign, MANAGING)
        routes.get("/surveys/{campaign}/results.{kind:csv|xlsx}", self.campaign_file, MANAGING)

    async def closings(self, request: web.Request) -> web.StreamResponse:
        """Show what people said after their cases and chats."""
        days = _days(request)
        facts = {
            "days": days,
            "periods": PERIODS,
            "file": "/desk/surveys/closings",
            "query": f"?days={days}",
        }
        shown = await self._after_closings(request, days)
        return self._page(request, "survey_closings.html", shown, facts)

    async def closings_file(self, request: web.Request) -> web.StreamResponse:
        """Give the same figures as a file."""
        return self._file(request, await self._after_closings(request, _days(request)), "closings")

    async def campaign(self, request: web.Request) -> web.StreamResponse:
        """Show what came of a campaign, or of one asking of it."""
        campaign, waves, chosen = await self._chosen(request)
        query = f"?wave={chosen.number}" if chosen is not None else ""
        ids = [one.id for one in ([chosen] if chosen else waves)]
        facts = {
            "campaign": campaign,
            "waves": waves,
            "chosen": chosen,
            "versions": await self._campaigns.versions(campaign.id),
            "skipped": await self._reader.skipped(ids),
            "states": LAMPS,
            "mine": may_edit(request[ACCOUNT], campaign),
            "file": f"/desk/surveys/{campaign.id}/results",
            "query": query,
        }
        shown = await self._of_campaign(request, campaign, waves, chosen)
        return self._page(request, "survey_results.html", shown, facts)

    async def campaign_file(self, request: web.Request) -> web.StreamResponse:
        """Give the same figures as a file."""
        campaign, waves, chosen = await self._chosen(request)
        shown = await self._of_campaign(request, campaign, waves, chosen)
        return self._file(request, shown, "survey")

    async def _after_closings(self, request: web.Request, days: int) -> Shown:
        until, own = self._now(), own_units(request[ACCOUNT])
        since = until - timedelta(days=days)
        tallies = await self._reader.closings(since=since, until=until, departments=own)
        lines = await self._reader.closing_lines(
            since=since, until=until, departments=own, limit=MOST_LINES
        )
        results = results_of(tallies, least=self._least)
        return Shown(results=results, questions=(), lines=_tellable(lines, results))

    async def _of_campaign(
        self, request: web.Request, campaign: Campaign, waves: Sequence[Wave], chosen: Wave | None
    ) -> Shown:
        own, versions = own_units(request[ACCOUNT]), await self._campaigns.versions(campaign.id)
        newest = chosen.version if chosen else campaign.version
        asked = [one.asked for one in versions if one.version == newest] or [campaign.asked]
        ids = [one.id for one in ([chosen] if chosen else waves) if one.version == newest]
        tallies = await self._reader.campaign(ids, departments=own)
        results = results_of(tallies, asked[0].questions, least=self._least)
        lines = await self._reader.campaign_lines(ids, departments=own, limit=MOST_LINES)
        questions = asked[0].questions
        return Shown(results=results, questions=questions, lines=_tellable(lines, results))

    async def _chosen(self, request: web.Request) -> tuple[Campaign, Sequence[Wave], Wave | None]:
        try:
            campaign = await self._campaigns.get(request.match_info["campaign"][:36])
        except CampaignNotFound:
            raise web.HTTPNotFound from None
        waves = await self._campaigns.waves(campaign.id)
        number = request.query.get("wave", "")
        return campaign, waves, next((one for one in waves if str(one.number) == number), None)

    def _page(
        self, request: web.Request, template: str, shown: Shown, facts: Mapping[str, Any]
    ) -> web.StreamResponse:
        language = self._rendering.language(request)
        return self._rendering.page(
            request,
            template,
            {
                "results": shown.results,
                "questions": [one for one in shown.questions if one.values],
                "lines": shown.lines,
                "veiled": without_contacts,
                "unit": lambda code: self._unit(request, code),
                "value": lambda question, value: self._value(request, question, value, language),
                "Face": Face,
                "day": self._day,
                "last_day": lambda until: self._day(until - timedelta(seconds=1)),
                "least": self._least,
                **facts,
            },
        )

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d}"

    def _unit(self, request: web.Request, code: str) -> str:
        found = DEPARTMENTS.get(code)
        if found is None:
            return self._rendering.say(request, "survey_no_unit")
        return found.name(self._rendering.language(request))

    def _value(
        self, request: web.Request, question: Question, value: str, language: Language
    ) -> str:
        """Return what an answer is called."""
        match question.kind:
            case QuestionKind.FACES:
                return self._rendering.say(request, f"survey_faces_{value}")
            case QuestionKind.YES_NO:
                return self._rendering.say(request, f"survey_{value}")
            case QuestionKind.CHOICE:
                return question.options[int(value)].of(language)
            case _:
                return value

    def _file(self, request: web.Request, shown: Shown, name: str) -> web.StreamResponse:
        """Return the figures as CSV or Excel; what is hidden on screen is hidden there too."""
        now = self._now()
        table = Table(self._columns(request, COLUMNS), list(self._rows(request, shown)))
        if request.path.endswith(".csv"):
            told = [[_plain(cell) for cell in row] for row in table.rows]
            kind, body = "csv", csv_of([[one.title for one in table.columns], *told])
        else:
            title, language = (
                self._rendering.say(request, "desk_surveys"),
                self._rendering.language(request),
            )
            book = Workbook(language, self._zone, title=title, made_at=now)
            book.add_table(title, table)
            lines = Table(self._columns(request, LINE_COLUMNS), self._written(request, shown))
            book.add_table(self._rendering.say(request, "survey_lines"), lines)
            kind, body = "xlsx", book.data()
        stamp = f"{now.astimezone(self._zone):%Y-%m-%d}"
        return web.Response(
            body=body,
            content_type="text/csv" if kind == "csv" else MEDIA_TYPE,
            charset="utf-8" if kind == "csv" else None,
            headers={"Content-Disposition": f'attachment; filename="{name}-{stamp}.{kind}"'},
        )

    def _columns(self, request: web.Request, keys: Sequence[str]) -> Sequence[Column]:
        say = self._rendering.say
        return [Column(one, say(request, f"survey_column_{one}"), one in NUMBERS) for one in keys]

    def _written(self, request: web.Request, shown: Shown) -> Sequence[Sequence[Cell]]:
        """Return the free lines as the screen shows them."""
        say = self._rendering.say
        return [
            [
                Cell(self._unit(request, one.department)),
                Cell(one.at, Form.MOMENT),
                Cell(say(request, f"survey_faces_{one.face.value}") if one.face else ""),
                Cell(without_contacts(one.text)),
            ]
            for one in shown.lines
        ]

    def _rows(self, request: web.Request, shown: Shown) -> Iterator[Sequence[Cell]]:
        say, results = self._rendering.say, shown.results
        units = [(self._unit(request, code), one) for code, one in results.units.items()]
        for name, outcome in [(say(request, "survey_total"), results.total), *units]:
            if outcome is None:
                few = say(request, "survey_too_few", count=self._least)
                yield [Cell(name), Cell(few), *[Cell(None)] * (len(COLUMNS) - 2)]
                continue
            for question, answer, part in self._shares(request, shown.questions, outcome):
                told = [Cell(name), Cell(question), Cell(answer)]
                counts = [Cell(one, Form.COUNT) for one in (part.count, part.of)]
                shares = [Cell(one, Form.SHARE) for one in (part.value, part.low, part.high)]
                yield [*told, *counts, *shares]
            for one in outcome.answers.values():
                if one.mean is not None:
                    words = one.question.words.of(self._rendering.language(request))
                    told = [Cell(name), Cell(words), Cell(say(request, "survey_mean"))]
                    counts = [Cell(one.mean.count, Form.COUNT)] * 2
                    numbers = (one.mean.value, one.mean.low, one.mean.high)
                    yield [*told, *counts, *(Cell(number, Form.DAYS) for number in numbers)]

    def _shares(
        self, request: web.Request, questions: Sequence[Question], outcome: Outcome
    ) -> Iterator[tuple[str, str, Share]]:
        language, say = self._rendering.language(request), self._rendering.say
        yield say(request, "survey_rate"), say(request, "survey_answered"), outcome.rate
        named = [one.words.of(language) for one in questions if one.kind is QuestionKind.FACES]
        for face, part in outcome.faces.items():
            title = named[0] if named else say(request, "survey_happiness")
            yield title, say(request, f"survey_faces_{face.value}"), part
        for one in outcome.answers.values():
            for value, part in one.shares.items():
                words = one.question.words.of(language)
                yield words, self._value(request, one.question, value, language), part


def _days(request: web.Request) -> int:
    asked = request.query.get("days", "")
    return next((days for days in PERIODS if str(days) == asked), PERIODS[1])


def _plain(cell: Cell) -> str:
    """Return a cell for programs: shares from 0 to 1."""
    if cell.value is None:
        return ""
    return f"{cell.value:.4f}" if isinstance(cell.value, float) else str(cell.value)


def _tellable(lines: Sequence[Line], results: Results) -> Sequence[Line]:
    """Return the lines of units whose figures are shown, and those that somebody sees to."""
    return [one for one in lines if results.units.get(one.department) or one.followed_by]
