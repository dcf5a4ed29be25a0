"""What keeps a case going: take it, return it, ask, tell a new date, finish it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.model import Role
from cases.errors import CaseError
from cases.handling import Handling
from cases.model import Case, CaseState
from cases.replies import answer_moves
from cases.service import CaseService
from desk.access import ACCOUNT, Handler, Routes
from desk.case_pages import typed, version_seen
from desk.case_view import CaseView, Number

LOCAL = "%Y-%m-%dT%H:%M"
USUAL_DELAY = timedelta(days=7)

Act = Callable[[web.Request, Case, int, str], Awaitable[Case]]
"""Does it with a case of the version seen, in the name of an actor."""


class CaseCoursePages:
    """What is refused comes back as the page, with why and what was typed."""

    def __init__(
        self,
        cases: CaseService,
        handling: Handling,
        view: CaseView,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._cases = cases
        self._handling = handling
        self._view = view
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        acts: dict[str, Act] = {
            "take": self._take,
            "give-back": self._give_back,
            "ask": self._ask,
            "promise": self._promise,
            "grieve": self._grieve,
            "resolve": self._resolve,
        }
        for name, act in acts.items():
            routes.post(f"/cases/{Number}/{name}", self._handler(name, act), Role.AGENT)

    async def facts(self, request: web.Request, case: Case) -> dict[str, Any]:
        """Return what the page shows of it."""
        later = (self._now() + USUAL_DELAY).astimezone(self._zone)
        until = self._cases.objection_until(case)
        return {
            "objection_until": until if until is not None and self._now() <= until else None,
            "mine": case.course.owner == f"agent:{request[ACCOUNT].id}",
            "asks": CaseState.WAITING_CITIZEN in answer_moves(case),
            "outcomes": () if case.finished else self._handling.law.outcomes(case.kind),
            "new_date": later.replace(hour=12, minute=0).strftime(LOCAL),
        }

    def _handler(self, name: str, act: Act) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            case = await self._view.case(request)
            version = version_seen((await request.post()).get("version"))
            if version is None:
                raise web.HTTPBadRequest
            try:
                await act(request, case, version, f"agent:{request[ACCOUNT].id}")
            except CaseError as error:
                return await self._view.refuse(request, case.number, error.code, form=name)
            raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

        return handle

    async def _take(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        return await self._handling.take(case.number, actor=actor, seen=seen)

    async def _give_back(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        return await self._handling.give_back(case.number, actor=actor, note=None, seen=seen)

    async def _ask(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        words = typed((await request.post()).get("words"))
        return await self._handling.ask(case.number, words, actor=actor, seen=seen)

    async def _promise(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        form = await request.post()
        try:
            until = datetime.fromisoformat(str(form.get("until", ""))[:16])
        except ValueError:
            raise web.HTTPBadRequest from None
        words, moment = typed(form.get("words")), until.replace(tzinfo=self._zone).astimezone(UTC)
        return await self._handling.promise(case.number, words, moment, actor=actor, seen=seen)

    async def _grieve(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        form = await request.post()
        words, once = typed(form.get("words")), str(form.get("once", ""))[:36]
        if not once:
            raise web.HTTPBadRequest
        return await self._cases.grieve(
            case.number, words, actor=actor, caused_by=f"desk:{once}", seen=seen
        )

    async def _resolve(self, request: web.Request, case: Case, seen: int, actor: str) -> Case:
        form = await request.post()
        outcome, answer = str(form.get("outcome", "")), typed(form.get("answer"))
        return await self._handling.resolve(case.number, outcome, answer, actor=actor, seen=seen)
