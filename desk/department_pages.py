"""The units that own cases, changed on screen; forms and routing follow at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

from accounts.model import Role
from cases.board import Board, BoardFilter, By
from cases.department_store import DepartmentError, DepartmentOffice
from cases.departments import DEPARTMENTS, Department
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from desk.viewer import agent_of
from kernel.folding import for_display

PLACE = "/administration/departments"
NEW = Department(code="", name_ar="", name_en="", owns_ar="", owns_en="")
LONGEST = {
    "code": 16,
    "name_ar": 160,
    "name_en": 160,
    "owns_ar": 600,
    "owns_en": 600,
    "contact": 160,
}


class DepartmentPages:
    """For admins only."""

    def __init__(
        self,
        office: DepartmentOffice,
        board: Board,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._office = office
        self._board = board
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(PLACE, self.list, Role.ADMIN)
        routes.get(f"{PLACE}/new", self.ask_new, Role.ADMIN)
        routes.post(f"{PLACE}/new", self.create, Role.ADMIN)
        routes.get(f"{PLACE}/{{code}}", self.show, Role.ADMIN)
        routes.post(f"{PLACE}/{{code}}", self.change, Role.ADMIN)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show every unit."""
        facts = {"departments": DEPARTMENTS, "open_cases": await self._open_cases()}
        return self._rendering.page(request, "departments.html", facts)

    async def ask_new(self, request: web.Request) -> web.StreamResponse:
        """Show an empty form."""
        return await self._form(request, NEW)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Keep a new unit."""
        given = await _read(request)
        try:
            await self._office.add(given, by=agent_of(request[ACCOUNT]).actor)
        except DepartmentError as error:
            return await self._form(request, given, error, new=True)
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one unit."""
        return await self._form(request, _found(request))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep what was changed; a code stays what it is."""
        given = replace(await _read(request), code=_found(request).code)
        try:
            await self._office.change(given, by=agent_of(request[ACCOUNT]).actor)
        except DepartmentError as error:
            return await self._form(request, given, error)
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    async def _open_cases(self) -> Mapping[str, int]:
        """Return how many cases of each unit are not finished."""
        now = self._now()
        every = BoardFilter(now=now, day_end=now, confidential_of=frozenset(DEPARTMENTS))
        return await self._board.count_by(every, By.DEPARTMENT)

    async def _form(
        self,
        request: web.Request,
        unit: Department,
        error: DepartmentError | None = None,
        *,
        new: bool = False,
    ) -> web.StreamResponse:
        facts = {
            "unit": unit,
            "known": bool(unit.code) and not new,
            "problem_of": str(error.facts["field"]) if error else "",
            "problem": self._rendering.say(request, error.code) if error else "",
            "open_cases": (await self._open_cases()).get(unit.code, 0),
            "longest": LONGEST,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        return self._rendering.page(request, "department.html", facts, status=status)


def _found(request: web.Request) -> Department:
    """Return the unit of a path; raises HTTPNotFound."""
    found = DEPARTMENTS.get(request.match_info["code"])
    if found is None:
        raise web.HTTPNotFound
    return found


async def _read(request: web.Request) -> Department:
    form = await request.post()
    given = {
        name: " ".join(for_display(str(form.get(name, ""))).split())[:most]
        for name, most in LONGEST.items()
    }
    given["code"] = given["code"].upper()
    return Department(**given, active="active" in form)
