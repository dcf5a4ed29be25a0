"""Reports on screen: order one, see what is in the archive, take files, choose what to get."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.audit import AuditLog
from accounts.model import Account, Role
from accounts.ports import AccountStore
from cases.departments import DEPARTMENTS
from desk.access import ACCOUNT, Routes
from desk.rendering import MANAGING, Rendering
from desk.viewer import agent_of
from kernel.language import Language
from reports.archive import (
    MEDIA_TYPES,
    SCHEDULE,
    Format,
    Kept,
    Order,
    ReportArchive,
    State,
    scope_word,
)
from reports.figures import Scope
from reports.metrics import Measure
from reports.names import Names
from reports.periods import Period, Rhythm
from reports.schedule import wants

HERE = "/desk/reports"
SHOWN = 60
ALL = "all"
YEARS_BACK = 5
DOWNLOADED, SUBJECT = "report_downloaded", "report"


class ReportPages:
    """Managers and supervisors see and order what is about their own units only."""

    def __init__(
        self,
        archive: ReportArchive,
        accounts: AccountStore,
        audit: AuditLog,
        rendering: Rendering,
        *,
        ordered: Callable[[], None],
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        zone: ZoneInfo,
    ) -> None:
        self._archive = archive
        self._accounts = accounts
        self._audit = audit
        self._rendering = rendering
        self._ordered = ordered
        self._now = now
        self._new_id = new_id
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/reports", self.show, MANAGING)
        routes.post("/reports", self.order, MANAGING)
        routes.get("/reports/list", self.list, MANAGING)
        routes.post("/reports/wishes", self.wish, MANAGING)
        routes.get("/reports/measures", self.measures, MANAGING)
        routes.get("/reports/{report}/{format}", self.download, MANAGING)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the archive, and the form that orders."""
        return await self._page(request, "reports.html")

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show the archive alone, drawn anew."""
        return await self._page(request, "report_list.html")

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Keep an order; the worker makes it."""
        form = await request.post()
        account: Account = request[ACCOUNT]
        scope = self._scope(account, str(form.get("scope", "")))
        try:
            rhythm = Rhythm(str(form.get("rhythm", "")))
            day = date.fromisoformat(str(form.get("day", "")))
            language = Language(str(form.get("language", "")))
        except ValueError as error:
            raise web.HTTPBadRequest from error
        now = self._now()
        today = now.astimezone(self._zone).date()
        if not today - timedelta(days=366 * YEARS_BACK) <= day <= today:
            return await self._page(request, "reports.html", problem="report_problem_day")
        order = Order(
            id=(report_id := self._new_id()),
            key=f"asked:{report_id}",
            period=Period.holding(rhythm, day),
            scope=scope,
            language=language,
            asked_by=agent_of(account).actor,
            asked_at=now,
        )
        await self._archive.want(order, for_account=None)
        self._ordered()
        raise web.HTTPSeeOther(HERE)

    async def wish(self, request: web.Request) -> web.StreamResponse:
        """Keep what somebody wants by mail."""
        chosen = {str(one) for one in (await request.post()).getall("rhythm", [])}
        account: Account = request[ACCOUNT]
        await self._archive.wish(
            account.id,
            {rhythm: rhythm.value in chosen for rhythm in Rhythm},
            actor=agent_of(account).actor,
            at=self._now(),
        )
        raise web.HTTPSeeOther(HERE)

    async def measures(self, request: web.Request) -> web.StreamResponse:
        """Show the dictionary of measures."""
        return self._rendering.page(request, "report_measures.html", {"measures": list(Measure)})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file; who took it is in the audit."""
        try:
            wanted = Format(request.match_info["format"])
        except ValueError as error:
            raise web.HTTPNotFound from error
        kept = await self._archive.get(request.match_info["report"][:64])
        account: Account = request[ACCOUNT]
        if kept is None or not _may(account, kept.order.scope):
            raise web.HTTPNotFound
        file = await self._archive.open(kept.order.id, wanted)
        if file is None:
            raise web.HTTPNotFound
        await self._audit.note_read(
            actor=agent_of(account).actor,
            what=DOWNLOADED,
            subject_kind=SUBJECT,
            subject_id=kept.order.id,
            at=self._now(),
            after={"format": wanted.value},
        )
        return web.Response(
            body=file.data,
            content_type=MEDIA_TYPES[wanted],
            headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
        )

    async def _page(
        self, request: web.Request, template: str, problem: str | None = None
    ) -> web.StreamResponse:
        account: Account = request[ACCOUNT]
        scopes = account.departments or None
        found = await self._archive.list(scopes, limit=SHOWN)
        language = self._rendering.language(request)
        names = Names(self._rendering.phrases, language)
        people = {f"agent:{one.id}": one.name(language) for one in await self._accounts.list()}
        wishes = await self._archive.wishes()
        facts: dict[str, Any] = {
            "reports": found,
            "names": names,
            "people": people,
            "scheduled": SCHEDULE,
            "waiting": any(one.state is State.WANTED for one in found),
            "units": [
                (code, unit.name(language))
                for code, unit in DEPARTMENTS.items()
                if account.serves(code)
            ],
            "of_all": not account.departments,
            "rhythms": list(Rhythm),
            "languages": list(Language),
            "wanted": {one for one in Rhythm if wants(account, one, wishes)},
            "today": self._now().astimezone(self._zone).date(),
            "last_month": Period.holding(
                Rhythm.MONTHLY, self._now().astimezone(self._zone).date()
            ).before(),
            "takers": takers,
            "scope_word": scope_word,
            "problem": problem and self._rendering.say(request, problem),
        }
        return self._rendering.page(request, template, facts, status=422 if problem else 200)

    def _scope(self, account: Account, asked: str) -> Scope:
        """Return whose cases are meant.

        Raises:
            HTTPForbidden: they are not theirs.
        """
        scope = Scope(None if asked == ALL else asked)
        if scope.department is not None and scope.department not in DEPARTMENTS:
            raise web.HTTPBadRequest
        if not _may(account, scope):
            raise web.HTTPForbidden
        return scope


def _may(account: Account, scope: Scope) -> bool:
    if not (account.may(Role.MANAGER) or account.may(Role.SUPERVISOR)):
        return False
    if scope.department is None:
        return not account.departments
    return account.serves(scope.department)


def takers(kept: Kept) -> list[tuple[str, str]]:
    """Return who took which file, each once, in the order of the first time."""
    return list(dict.fromkeys((actor, kind) for actor, kind, _ in kept.downloads))
