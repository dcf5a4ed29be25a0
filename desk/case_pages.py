"""One case: clocks, relay, timeline, and what its unit does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from accounts.audit import AuditLog
from accounts.model import Role
from accounts.ports import AccountStore
from cases.departments import DEPARTMENTS
from cases.errors import CaseChanged, CaseNotFound, MoveNotAllowed
from cases.model import MOVES, Case, CaseKind, CaseState, Priority
from cases.service import CaseService
from desk.access import ACCOUNT, Routes
from desk.case_facts import contacted_at, lamp, masked, relay, strip, visible
from desk.rendering import Rendering

LONGEST_NOTE = 4000


class CasePages:
    """Whoever looks is in the audit; what is not theirs is not there."""

    def __init__(
        self,
        cases: CaseService,
        accounts: AccountStore,
        audit: AuditLog,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._accounts = accounts
        self._audit = audit
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/cases/{number:DF-[0-9]+-[0-9]+}", self.show, Role.AGENT)
        routes.post("/cases/{number:DF-[0-9]+-[0-9]+}/move", self.move, Role.AGENT)
        routes.post("/cases/{number:DF-[0-9]+-[0-9]+}/note", self.note, Role.AGENT)
        routes.post("/cases/{number:DF-[0-9]+-[0-9]+}/class", self.reclassify, Role.AGENT)
        routes.post("/cases/{number:DF-[0-9]+-[0-9]+}/contact", self.reveal, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the case."""
        case = await self._case(request)
        await self._seen(request, case, "case_read")
        return await self._page(request, case)

    async def _page(
        self,
        request: web.Request,
        case: Case,
        *,
        problem: str = "",
        revealed: bool = False,
        status: int = 200,
    ) -> web.StreamResponse:
        events = await self._cases.timeline(case.number)
        language = self._rendering.language(request)
        people = await self._accounts.list()
        facts = {
            "case": case,
            "events": list(reversed(events)),
            "relay": relay(case, events),
            "contacted_at": contacted_at(events),
            "contact": case.contact if revealed else masked(case.contact or ""),
            "revealed": revealed,
            "moves": [state for state in CaseState if state in MOVES[case.state]],
            "names": {f"agent:{one.id}": one.name(language) for one in people},
            "departments": DEPARTMENTS,
            "kinds": list(CaseKind),
            "priorities": list(Priority),
            "now": self._now(),
            "lamp": lamp,
            "strip": strip,
            "problem": problem,
        }
        return self._rendering.page(request, "case.html", facts, status=status)

    async def move(self, request: web.Request) -> web.StreamResponse:
        """Move the case to another state, with a note where one was written."""
        case = await self._case(request)
        form = await request.post()
        to, note = str(form.get("to", "")), _note(form.get("note"))
        if to not in list(CaseState):
            raise web.HTTPBadRequest
        if CaseState(to) is CaseState.RESOLVED and not note:
            return await self._refuse(request, case, "desk_case_answer_missing")
        try:
            await self._cases.move(
                case.number, CaseState(to), actor=f"agent:{request[ACCOUNT].id}", note=note
            )
        except (MoveNotAllowed, CaseChanged) as error:
            fresh = await self._cases.get(case.number)
            return await self._refuse(request, fresh, error.code)
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

    async def note(self, request: web.Request) -> web.StreamResponse:
        """Put a note on the timeline."""
        case = await self._case(request)
        note = _note((await request.post()).get("note"))
        if not note:
            return await self._refuse(request, case, "desk_note_missing")
        await self._cases.add_note(case.number, note, actor=f"agent:{request[ACCOUNT].id}")
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

    async def reclassify(self, request: web.Request) -> web.StreamResponse:
        """Correct kind, unit or priority; a case that left one's units is not shown any more."""
        case = await self._case(request)
        form = await request.post()
        kind, priority = str(form.get("kind", "")), str(form.get("priority", ""))
        unit = str(form.get("unit", ""))
        if kind not in list(CaseKind) or priority not in list(Priority) or unit not in DEPARTMENTS:
            raise web.HTTPBadRequest
        saved = await self._cases.reclassify(
            case.number,
            kind=CaseKind(kind),
            department=unit,
            priority=Priority(priority),
            actor=f"agent:{request[ACCOUNT].id}",
            note=_note(form.get("note")) or None,
        )
        theirs = visible(saved, request[ACCOUNT])
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}" if theirs else "/desk/cases")

    async def reveal(self, request: web.Request) -> web.StreamResponse:
        """Show the whole contact; that somebody looked is kept."""
        case = await self._case(request)
        await self._seen(request, case, "contact_revealed")
        return await self._page(request, case, revealed=True)

    async def _case(self, request: web.Request) -> Case:
        try:
            case = await self._cases.get(request.match_info["number"])
        except CaseNotFound:
            raise web.HTTPNotFound from None
        if not visible(case, request[ACCOUNT]):
            raise web.HTTPNotFound
        return case

    async def _refuse(self, request: web.Request, case: Case, key: str) -> web.StreamResponse:
        problem = self._rendering.say(request, key)
        return await self._page(request, case, problem=problem, status=422)

    async def _seen(self, request: web.Request, case: Case, what: str) -> None:
        await self._audit.note_read(
            actor=f"agent:{request[ACCOUNT].id}",
            what=what,
            subject_kind="case",
            subject_id=case.number,
            at=self._now(),
        )


def _note(given: object) -> str:
    return str(given or "").strip()[:LONGEST_NOTE]
