"""What is done with a case beyond moving it: edit, merge, split, link, open again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from accounts.model import Account, Role
from cases.departments import ACTIVE
from cases.errors import CaseChanged, CaseError, CaseNotFound, NumberMistyped, NumberNotUnderstood
from cases.model import Case, CaseKind, Segment
from cases.work import CaseWork, Edit, Part
from desk.access import ACCOUNT, Handler, Routes
from desk.case_facts import visible
from desk.case_pages import typed, version_seen
from desk.case_view import CaseView, Number

LONGEST_DETAIL = 120


@dataclass(frozen=True, slots=True)
class Given:
    """A form as it was sent: by whom, about which case, at which version."""

    case: Case
    account: Account
    version: int
    fields: dict[str, str]

    @property
    def actor(self) -> str:
        """Return who does it, as events name them."""
        return f"agent:{self.account.id}"

    def detail(self, name: str) -> str | None:
        """Return a short field."""
        return self.fields.get(name, "").strip()[:LONGEST_DETAIL] or None


Work = Callable[[web.Request, Given], Awaitable[str]]
"""Does it, and returns the number of the case to show next."""


class CaseWorkPages:
    """What is refused comes back as the page, with why and what was typed."""

    def __init__(self, work: CaseWork, view: CaseView) -> None:
        self._work = work
        self._view = view

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        works: dict[str, Work] = {
            "edit": self._edit,
            "merge": self._merge,
            "unmerge": self._unmerge,
            "split": self._split,
            "link": self._link,
            "unlink": self._unlink,
            "reopen": self._reopen,
        }
        for name, work in works.items():
            routes.post(f"/cases/{Number}/{name}", self._handler(name, work), Role.AGENT)

    def _handler(self, name: str, work: Work) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            case = await self._view.case(request)
            form = await request.post()
            version = version_seen(form.get("version"))
            if version is None:
                raise web.HTTPBadRequest
            fields = {key: str(value) for key, value in form.items()}
            try:
                number = await work(request, Given(case, request[ACCOUNT], version, fields))
            except (CaseNotFound, NumberMistyped, NumberNotUnderstood) as error:
                told = fields.get("other", "")[:LONGEST_DETAIL]
                return await self._view.refuse(
                    request, case.number, f"cli_{error.code}", form=name, typed=told
                )
            except CaseError as error:
                status = 409 if isinstance(error, CaseChanged) else 422
                return await self._view.refuse(
                    request, case.number, error.code, form=name, status=status
                )
            raise web.HTTPSeeOther(f"/desk/cases/{number}" if number else "/desk/cases")

        return handler

    async def _edit(self, _: web.Request, given: Given) -> str:
        segment = given.fields.get("segment", "")
        if segment and segment not in list(Segment):
            raise web.HTTPBadRequest
        edit = Edit(
            subject=given.detail("subject"),
            contact=given.detail("contact"),
            segment=Segment(segment) if segment else None,
            reference=given.detail("reference"),
            amount=given.detail("amount"),
        )
        case = await self._work.edit(given.case.number, edit, actor=given.actor, seen=given.version)
        return case.number

    async def _merge(self, request: web.Request, given: Given) -> str:
        other = await self._view.other(request, given.fields.get("other", ""))
        case = await self._work.merge(
            given.case.number,
            into=other.number,
            actor=given.actor,
            seen=given.version,
            note=typed(given.fields.get("note")),
        )
        return case.number if visible(case, given.account) else ""

    async def _unmerge(self, request: web.Request, given: Given) -> str:
        if given.case.merged_into is not None:
            await self._view.other(request, given.case.merged_into)
        case = await self._work.unmerge(
            given.case.number,
            typed(given.fields.get("reason")),
            actor=given.actor,
            seen=given.version,
        )
        return case.number

    async def _split(self, _: web.Request, given: Given) -> str:
        kind, unit = given.fields.get("kind", ""), given.fields.get("unit", "")
        once = given.fields.get("once", "")[:36]
        if kind not in list(CaseKind) or unit not in ACTIVE or not once:
            raise web.HTTPBadRequest
        part = Part(
            text=typed(given.fields.get("text")),
            kind=CaseKind(kind),
            department=unit,
            cause=f"split:{once}",
        )
        case = await self._work.split(
            given.case.number, part, actor=given.actor, seen=given.version
        )
        return case.number if visible(case, given.account) else given.case.number

    async def _link(self, request: web.Request, given: Given) -> str:
        other = await self._view.other(request, given.fields.get("other", ""))
        await self._work.link(given.case.number, other.number, actor=given.actor)
        return given.case.number

    async def _unlink(self, request: web.Request, given: Given) -> str:
        other = await self._view.other(request, given.fields.get("other", ""))
        await self._work.unlink(given.case.number, other.number, actor=given.actor)
        return given.case.number

    async def _reopen(self, _: web.Request, given: Given) -> str:
        case = await self._work.reopen(
            given.case.number,
            typed(given.fields.get("reason")),
            actor=given.actor,
            supervises=given.account.may(Role.SUPERVISOR),
            seen=given.version,
        )
        return case.number
