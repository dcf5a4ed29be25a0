"""The register of cases: saved views, filters in the address, a number however typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from yarl import URL

from accounts.model import Account, Role
from cases.departments import DEPARTMENTS
from cases.errors import CaseError, CaseNotFound
from cases.model import UNFINISHED, Case, CaseKind, CaseState
from cases.number import read_number
from cases.ports import CaseQuery
from cases.service import CaseService
from desk.access import ACCOUNT, Routes
from desk.case_facts import lamp, strip, visible
from desk.rendering import Rendering

PAGE = 25
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its name, which states, and whether it is about deadlines."""

    name: str
    states: frozenset[CaseState]
    due: str = ""


VIEWS = (
    View("unfinished", UNFINISHED),
    View("late", UNFINISHED, "now"),
    View("today", UNFINISHED, "today"),
    View("entity", frozenset({CaseState.WAITING_ENTITY})),
    View("citizen", frozenset({CaseState.WAITING_CITIZEN})),
    View("finished", frozenset({CaseState.RESOLVED, CaseState.CLOSED})),
)


class CasesPages:
    """For agents: only the units of the account, confidential ones only to their own unit."""

    def __init__(
        self,
        cases: CaseService,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._cases = cases
        self._rendering = rendering
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/cases", self.show, Role.AGENT)
        routes.get("/cases/find", self.find, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one page of a view."""
        asked = request.query
        view = next((one for one in VIEWS if one.name == asked.get("view")), VIEWS[0])
        query = self._query(request[ACCOUNT], view, asked)
        try:
            found = await self._cases.list(replace(query, limit=PAGE + 1, after=_after(asked)))
        except CaseNotFound:
            raise web.HTTPNotFound from None
        counts = {
            one.name: await self._cases.count(self._query(request[ACCOUNT], one, asked))
            for one in VIEWS
        }
        return self._page(request, view, found, counts)

    def _page(
        self, request: web.Request, view: View, found: Sequence[Case], counts: Mapping[str, int]
    ) -> web.StreamResponse:
        kept = {name: value for name, value in request.query.items() if name in ("kind", "unit")}
        here = URL("/desk/cases").with_query(view=view.name, **kept)
        facts = {
            "cases": found[:PAGE],
            "older": here.update_query(after=found[PAGE - 1].number) if len(found) > PAGE else None,
            "views": VIEWS,
            "view": view,
            "counts": counts,
            "address": lambda name: URL("/desk/cases").with_query(view=name, **kept),
            "kinds": list(CaseKind),
            "departments": _own(request[ACCOUNT]),
            "kind": request.query.get("kind", ""),
            "unit": request.query.get("unit", ""),
            "now": self._now(),
            "lamp": lamp,
            "strip": strip,
            "typed": "",
            "problem": "",
        }
        return self._rendering.page(request, "cases.html", facts)

    def _query(self, account: Account, view: View, asked: Mapping[str, str]) -> CaseQuery:
        own = frozenset(_own(account))
        unit, kind = asked.get("unit", ""), asked.get("kind", "")
        now = self._now()
        due = {"now": now, "today": self._end_of_day(now)}.get(view.due)
        return CaseQuery(
            states=view.states,
            departments=frozenset({unit}) & own or (own if account.departments else frozenset()),
            kinds=frozenset({CaseKind(kind)}) if kind in list(CaseKind) else frozenset(),
            due_before=due,
            with_confidential=bool(account.departments),
            oldest_first=view.name != "finished",
        )

    def _end_of_day(self, now: datetime) -> datetime:
        local = now.astimezone(self._zone) + timedelta(days=1)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    async def find(self, request: web.Request) -> web.StreamResponse:
        """Lead to the case whose number was typed, in whatever digits and dashes."""
        typed = request.query.get("number", "")[:LONGEST_SEARCH]
        if not typed.strip():
            raise web.HTTPSeeOther("/desk/cases")
        try:
            case = await self._cases.get(read_number(typed))
            if visible(case, request[ACCOUNT]):
                raise web.HTTPSeeOther(f"/desk/cases/{case.number}")
            raise CaseNotFound(number=case.number)
        except CaseError as error:
            facts = {
                "typed": typed,
                "problem": self._rendering.say(request, f"cli_{error.code}", typed=typed),
            }
            return self._rendering.page(request, "case_not_found.html", facts, status=404)


def _own(account: Account) -> dict[str, object]:
    return {code: unit for code, unit in DEPARTMENTS.items() if account.serves(code)}


def _after(asked: Mapping[str, str]) -> str | None:
    return asked.get("after", "")[:32].replace("\0", "") or None
