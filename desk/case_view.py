"""One case as its page shows it; what somebody may not see is answered as not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.audit import AuditLog
from accounts.model import Role
from accounts.ports import AccountStore
from cases.departments import DEPARTMENTS
from cases.errors import CaseError, CaseNotFound
from cases.model import MOVES, Case, CaseKind, CaseState, Priority, Segment
from cases.number import read_number
from cases.service import CaseService
from cases.work import CaseWork
from conversations.attachments import AttachmentStore, StoredAttachment
from desk.access import ACCOUNT
from desk.case_facts import lamp, masked, relay, strip, visible
from desk.case_timeline import Timeline
from desk.rendering import Rendering

Number = "{number:DF-[0-9]+-[0-9]+}"
"""The part of a path that names a case."""

LONGEST_TYPED = 4000

More = Callable[[web.Request, Case], Awaitable[Mapping[str, Any]]]
"""Tells what other parts show on the page of a case."""


class CaseView:
    """Reads everything anew at each look."""

    def __init__(
        self,
        cases: CaseService,
        work: CaseWork,
        accounts: AccountStore,
        audit: AuditLog,
        files: AttachmentStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        zone: ZoneInfo,
    ) -> None:
        self._cases = cases
        self._work = work
        self._accounts = accounts
        self._audit = audit
        self._files = files
        self._rendering = rendering
        self._now = now
        self._new_id = new_id
        self._zone = zone
        self._more: list[More] = []

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now()

    def show_too(self, more: More) -> None:
        """Have the page show what ``more`` tells of a case."""
        self._more.append(more)

    async def case(self, request: web.Request) -> Case:
        """Return the case that a path names.

        Raises:
            HTTPNotFound: it is not there, or not theirs to see: the two look alike.
        """
        try:
            case = await self._cases.get(request.match_info["number"])
        except CaseNotFound:
            raise web.HTTPNotFound from None
        if not visible(case, request[ACCOUNT]):
            raise web.HTTPNotFound
        return case

    async def other(self, request: web.Request, typed: str) -> Case:
        """Return a case whose number was typed.

        Raises:
            NumberNotUnderstood, NumberMistyped: see ``read_number``.
            CaseNotFound: it is not there, or not theirs to see.
        """
        case = await self._cases.get(read_number(typed))
        if not visible(case, request[ACCOUNT]):
            raise CaseNotFound(number=case.number)
        return case

    async def page(
        self,
        request: web.Request,
        case: Case,
        *,
        problem: str = "",
        given: Mapping[str, str] | None = None,
        form: str = "",
        revealed: bool = False,
        status: int = 200,
    ) -> web.StreamResponse:
        """Return the page.

        Args:
            problem: a sentence on top, where something was refused.
            given: what was typed into the form named ``form``; it stays typed.
        """
        shown = await self._facts(request, case)
        for more in self._more:
            shown |= await more(request, case)
        facts = {
            **shown,
            "contact": case.contact if revealed else masked(case.contact or ""),
            "revealed": revealed,
            "problem": problem,
            "given": given or {},
            "form": form,
        }
        return self._rendering.page(request, "case.html", facts, status=status)

    async def refuse(
        self,
        request: web.Request,
        number: str,
        key: str,
        *,
        form: str = "",
        status: int = 422,
        **facts: str,
    ) -> web.StreamResponse:
        """Return the page as it is now, with a sentence why and what was typed."""
        typed = {name: str(value) for name, value in (await request.post()).items()}
        case = await self._cases.get(number)
        problem = self._rendering.say(request, key, **facts)
        return await self.page(
            request, case, problem=problem, given=typed, form=form, status=status
        )

    async def seen(self, request: web.Request, case: Case, what: str) -> None:
        """Keep that somebody looked."""
        await self._audit.note_read(
            actor=f"agent:{request[ACCOUNT].id}",
            what=what,
            subject_kind="case",
            subject_id=case.number,
            at=self._now(),
        )

    async def _facts(self, request: web.Request, case: Case) -> dict[str, Any]:
        account = request[ACCOUNT]
        events = await self._cases.timeline(case.number)
        language = self._rendering.language(request)
        people = await self._accounts.list()
        theirs = await self._cases.cases_of(case.person_id)
        took_in = await self._work.merged_into(case.number)
        return {
            "case": case,
            "entries": Timeline(language, self._zone).entries(events),
            "relay": relay(case, events),
            "contacted_at": case.course.contacted_at,
            "moves": _moves(case),
            "reopens": case.finished and case.merged_into is None,
            "supervises": account.may(Role.SUPERVISOR),
            "names": {f"agent:{one.id}": one.name(language) for one in people},
            "departments": DEPARTMENTS,
            "kinds": list(CaseKind),
            "priorities": list(Priority),
            "segments": list(Segment),
            "beside": [await self._beside(request, number) for number in case.related],
            "took_in": [(one.number, one if visible(one, account) else None) for one in took_in],
            "own": [
                one
                for one in theirs
                if one.number != case.number and not one.finished and visible(one, account)
            ],
            "files": await self._files_of(case, took_in),
            "once": self._new_id(),
            "now": self._now(),
            "lamp": lamp,
            "strip": strip,
        }

    async def _beside(self, request: web.Request, number: str) -> tuple[str, Case | None]:
        """Return a related case; of one that is not theirs to see, the number alone."""
        try:
            return number, await self.other(request, number)
        except CaseError:
            return number, None

    async def _files_of(self, case: Case, took_in: Any) -> list[StoredAttachment]:
        found = list(await self._files.of_case(case.number))
        for one in took_in:
            found += await self._files.of_case(one.number)
        return found


def _moves(case: Case) -> list[CaseState]:
    """Return where a case can be moved; asking, finishing, opening again are their own forms."""
    with_words = {CaseState.WAITING_CITIZEN, CaseState.RESOLVED, CaseState.CLOSED}
    ends = {CaseState.OPEN} if case.finished else with_words
    return [state for state in CaseState if state in MOVES[case.state] - ends]
