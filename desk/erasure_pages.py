"""Erase a person, print the certificate, and hold what must not be erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from accounts.model import Role
from accounts.ports import AccountStore
from cases.errors import CaseError
from cases.number import read_number
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from privacy.errors import HoldNotFound, PersonUnknown, PrivacyError, SubjectUnknown
from privacy.keeping import Keeping
from privacy.model import HoldKind, Known
from privacy.ports import ErasureStore, HoldStore

PLACE = "/administration/erasure"
HOLDS = "/administration/holds"
LONGEST_NAMED, LONGEST_REASON = 255, 500


class ErasurePages:
    """For admins. Whom to erase is named by something exact: nobody browses people here."""

    def __init__(
        self,
        erasures: ErasureStore,
        holds: HoldStore,
        keeping: Keeping,
        accounts: AccountStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._erasures = erasures
        self._holds = holds
        self._keeping = keeping
        self._accounts = accounts
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(PLACE, self.show, Role.ADMIN)
        routes.post(PLACE, self.erase, Role.ADMIN)
        routes.get(PLACE + "/{erasure}", self.certificate, Role.ADMIN)
        routes.post(HOLDS, self.hold, Role.ADMIN)
        routes.post(HOLDS + "/{hold}/lift", self.lift, Role.ADMIN)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show whom the address names, the holds and what was erased."""
        named = _text(request.query.get("named", ""), LONGEST_NAMED)
        return await self._page(request, named)

    async def erase(self, request: web.Request) -> web.StreamResponse:
        """Erase a person for good."""
        form = await request.post()
        person = _text(form.get("person", ""), LONGEST_NAMED)
        reason = _text(form.get("reason", ""), LONGEST_REASON)
        if not reason or form.get("sure") != "yes":
            return await self._page(request, person, "desk_erase_say_why")
        by = f"agent:{request[ACCOUNT].id}"
        try:
            erasure = await self._erasures.erase(person, reason=reason, by=by, at=self._now())
        except PersonUnknown:
            raise web.HTTPNotFound from None
        except PrivacyError as refused:
            return await self._page(request, person, refused.code, status=409)
        await self._keeping.finish_erasures()
        raise web.HTTPSeeOther(f"/desk{PLACE}/{erasure.id}")

    async def certificate(self, request: web.Request) -> web.StreamResponse:
        """Show what was erased, to be printed."""
        erasure = await self._erasures.get(_number(request.match_info["erasure"]))
        if erasure is None:
            raise web.HTTPNotFound
        facts = {"erasure": erasure, "names": await self._names(request)}
        return self._rendering.page(request, "certificate.html", facts)

    async def hold(self, request: web.Request) -> web.StreamResponse:
        """Hold a person or a case."""
        form = await request.post()
        subject = _text(form.get("subject", ""), LONGEST_NAMED)
        reason = _text(form.get("reason", ""), LONGEST_REASON)
        case = str(form.get("kind", "")) == HoldKind.CASE
        kind = HoldKind.CASE if case else HoldKind.PERSON
        if not reason:
            return await self._page(request, subject, "desk_hold_say_why")
        by = f"agent:{request[ACCOUNT].id}"
        try:
            named = _case_number(subject) if case else subject
            await self._holds.add(kind, named, reason=reason, by=by, at=self._now())
        except SubjectUnknown as unknown:
            return await self._page(request, subject, unknown.code)
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    async def lift(self, request: web.Request) -> web.StreamResponse:
        """End a hold."""
        try:
            await self._holds.lift(
                _number(request.match_info["hold"]),
                by=f"agent:{request[ACCOUNT].id}",
                at=self._now(),
            )
        except HoldNotFound:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    async def _names(self, request: web.Request) -> dict[str, str]:
        language = self._rendering.language(request)
        return {f"agent:{one.id}": one.name(language) for one in await self._accounts.list()}

    async def _page(
        self, request: web.Request, named: str, problem: str = "", *, status: int = 422
    ) -> web.StreamResponse:
        found: Sequence[Known] = ()
        if named:
            found = await self._erasures.find(named)
            found = found or await self._erasures.find(_case_number(named))
        facts = {
            "named": named,
            "found": found,
            "problem": self._rendering.say(request, problem) if problem else "",
            "holds": await self._holds.standing(),
            "erasures": await self._erasures.recent(),
            "names": await self._names(request),
        }
        return self._rendering.page(
            request, "erasure.html", facts, status=status if problem else 200
        )


def _text(typed: object, longest: int) -> str:
    return str(typed).strip()[:longest].replace("\0", "")


def _case_number(typed: str) -> str:
    try:
        return read_number(typed)
    except CaseError:
        return typed


def _number(named: str) -> int:
    if not (named.isascii() and named.isdecimal() and len(named) < 12):
        raise web.HTTPNotFound
    return int(named)
