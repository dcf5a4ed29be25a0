"""One case: looked at, moved, noted on, corrected. Whoever looks is in the audit."""

from __future__ import annotations

from aiohttp import web

from accounts.model import Role
from cases.departments import ACTIVE
from cases.errors import CaseChanged, MoveNotAllowed, OutcomeMissing, QuestionMissing
from cases.model import UNFINISHED, CaseKind, CaseState, Priority
from cases.service import CaseService
from desk.access import ACCOUNT, Routes
from desk.case_facts import visible
from desk.case_view import LONGEST_TYPED, CaseView, Number

READERS = frozenset({Role.AGENT, Role.MANAGER})
"""Managers look at a case; what is done with it, agents do."""


class CasePages:
    """A change that is refused comes back as the page, with why and what was typed."""

    def __init__(self, cases: CaseService, view: CaseView) -> None:
        self._cases = cases
        self._view = view

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(f"/cases/{Number}", self.show, READERS)
        routes.post(f"/cases/{Number}/move", self.move, Role.AGENT)
        routes.post(f"/cases/{Number}/note", self.note, Role.AGENT)
        routes.post(f"/cases/{Number}/class", self.reclassify, Role.AGENT)
        routes.post(f"/cases/{Number}/contact", self.reveal, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the case."""
        case = await self._view.case(request)
        await self._view.seen(request, case, "case_read")
        return await self._view.page(request, case)

    async def move(self, request: web.Request) -> web.StreamResponse:
        """Move the case to another state, with a note where one was written."""
        case = await self._view.case(request)
        form = await request.post()
        to, note = str(form.get("to", "")), typed(form.get("note"))
        if to not in list(CaseState) or (case.finished and to == CaseState.OPEN):
            raise web.HTTPBadRequest
        if CaseState(to) not in UNFINISHED and not case.finished:
            return await self._view.refuse(request, case.number, OutcomeMissing.code)
        if CaseState(to) is CaseState.WAITING_CITIZEN:
            return await self._view.refuse(request, case.number, QuestionMissing.code, form="ask")
        try:
            await self._cases.move(
                case.number,
                CaseState(to),
                actor=f"agent:{request[ACCOUNT].id}",
                note=note,
                seen=version_seen(form.get("version")),
            )
        except (MoveNotAllowed, CaseChanged) as error:
            return await self._view.refuse(request, case.number, error.code, form="move")
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

    async def note(self, request: web.Request) -> web.StreamResponse:
        """Put a note on the timeline."""
        case = await self._view.case(request)
        note = typed((await request.post()).get("note"))
        if not note:
            return await self._view.refuse(request, case.number, "desk_note_missing")
        await self._cases.add_note(case.number, note, actor=f"agent:{request[ACCOUNT].id}")
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

    async def reclassify(self, request: web.Request) -> web.StreamResponse:
        """Correct kind, unit or priority; a case that left one's units is not shown any more."""
        case = await self._view.case(request)
        form = await request.post()
        kind, priority = str(form.get("kind", "")), str(form.get("priority", ""))
        unit = str(form.get("unit", ""))
        goes_on = unit == case.department or unit in ACTIVE
        if kind not in list(CaseKind) or priority not in list(Priority) or not goes_on:
            raise web.HTTPBadRequest
        try:
            saved = await self._cases.reclassify(
                case.number,
                kind=CaseKind(kind),
                department=unit,
                priority=Priority(priority),
                actor=f"agent:{request[ACCOUNT].id}",
                note=typed(form.get("note")) or None,
                seen=version_seen(form.get("version")),
            )
        except CaseChanged as error:
            return await self._view.refuse(request, case.number, error.code, form="class")
        theirs = visible(saved, request[ACCOUNT])
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}" if theirs else "/desk/cases")

    async def reveal(self, request: web.Request) -> web.StreamResponse:
        """Show the whole contact; that somebody looked is kept."""
        case = await self._view.case(request)
        await self._view.seen(request, case, "contact_revealed")
        return await self._view.page(request, case, revealed=True)


def typed(given: object) -> str:
    """Return what was written into a large field."""
    return str(given or "").strip()[:LONGEST_TYPED]


def version_seen(given: object) -> int | None:
    """Return the version of the case that a form was drawn from; None when it names none."""
    told = str(given or "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None
