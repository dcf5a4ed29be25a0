"""The search of the desk: one box for cases, messages and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from yarl import URL

from accounts.audit import AuditLog
from accounts.model import Role
from cases.departments import DEPARTMENTS
from cases.model import CaseKind
from conversations.model import Address
from desk.access import ACCOUNT, Routes
from desk.case_facts import lamp, masked
from desk.customers import hidden
from desk.rendering import Rendering
from desk.viewer import agent_of
from search.model import Found, Narrowed, Seeker, What
from search.ports import MOST_RANKED, SearchIndex
from search.question import LONGEST, Question, read_question

PAGE, AT_FIRST = 20, 5
MOST_PAGES = MOST_RANKED // PAGE
EMPTY: Found[Any] = Found(hits=(), more=False, ranked=0)


class SearchPages:
    """The audit keeps whose cases, conversations and people were shown to whom, not the words."""

    def __init__(
        self,
        index: SearchIndex,
        audit: AuditLog,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._index = index
        self._audit = audit
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/search", self.show, Role.AGENT)
        routes.get("/search/found", self.found, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page: the box, the filters, and what was found."""
        return await self._answer(request, "search.html")

    async def found(self, request: web.Request) -> web.StreamResponse:
        """Return what was found alone, for a box that is being typed into."""
        return await self._answer(request, "search_found.html")

    async def _answer(self, request: web.Request, template: str) -> web.StreamResponse:
        asked = request.query
        what = What(asked["what"]) if asked.get("what") in list(What) else None
        kind, unit = asked.get("kind", ""), asked.get("unit", "")
        narrowed = Narrowed(
            kind=CaseKind(kind) if kind in list(CaseKind) else None,
            department=unit if unit in DEPARTMENTS else None,
        )
        question = read_question(asked.get("q", "")[:LONGEST])
        page = _page(asked.get("page", ""))
        found = await self._find(request, question, what, narrowed, page)
        await self._seen(request, what, found)
        here = URL("/desk/search").with_query(
            {name: asked[name] for name in ("q", "what", "kind", "unit") if asked.get(name)}
        )
        facts = {
            "question": question,
            "typed": asked.get("q", "")[:LONGEST],
            "what": what,
            "whats": list(What),
            "found": found,
            "page": page,
            "most": MOST_RANKED,
            "at": lambda **to: here.update_query({k: v for k, v in to.items() if v}),
            "all_of": lambda one: here.update_query(what=one),
            "kinds": list(CaseKind),
            "kind": kind,
            "unit": unit,
            "departments": DEPARTMENTS,
            "own": {
                code: one for code, one in DEPARTMENTS.items() if request[ACCOUNT].serves(code)
            },
            "masked": masked,
            "hidden": hidden,
            "called": _called,
            "lamp": lamp,
            "now": self._now(),
        }
        return self._rendering.page(request, template, facts)

    async def _find(
        self,
        request: web.Request,
        question: Question,
        what: What | None,
        narrowed: Narrowed,
        page: int,
    ) -> Mapping[What, Found[Any]]:
        account = request[ACCOUNT]
        seeker = Seeker(agent=agent_of(account), departments=account.departments)
        limit = PAGE if what else AT_FIRST
        place = {"offset": page * PAGE if what else 0, "limit": limit}
        found: dict[What, Found[Any]] = dict.fromkeys(What, EMPTY)
        if what in (None, What.CASES):
            found[What.CASES] = await self._index.cases(question, seeker, narrowed, **place)
        if what in (None, What.MESSAGES):
            found[What.MESSAGES] = await self._index.messages(question, seeker, **place)
        if what in (None, What.PEOPLE):
            found[What.PEOPLE] = await self._index.people(question, seeker, **place)
        return found

    async def _seen(
        self, request: web.Request, what: What | None, found: Mapping[What, Found[Any]]
    ) -> None:
        """Keep whose data was shown; a search that finds nothing shows nobody's."""
        shown: dict[str, Sequence[str]] = {
            "cases": [one.case.number for one in found[What.CASES].hits],
            "conversations": sorted({one.conversation_id for one in found[What.MESSAGES].hits}),
            "people": [one.person_id for one in found[What.PEOPLE].hits],
        }
        if any(shown.values()):
            await self._audit.note_read(
                actor=f"agent:{request[ACCOUNT].id}",
                what="searched",
                subject_kind="search",
                subject_id=what.value if what else "all",
                at=self._now(),
                after={name: ids for name, ids in shown.items() if ids},
            )


def _page(asked: str) -> int:
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0
    return min(number, MOST_PAGES - 1)


def _called(address: Address) -> str:
    return masked(address.value) if address.kind == "phone" else ""
