"""One person: how they are reached, their cases and conversations, notes among colleagues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from accounts.audit import AuditLog
from accounts.model import Role
from accounts.ports import AccountStore
from cases.departments import DEPARTMENTS
from conversations.errors import PersonNotFound
from conversations.people import PersonNote, PersonReader
from desk.access import ACCOUNT, Routes
from desk.case_facts import lamp
from desk.customers import Customer, Customers
from desk.rendering import Rendering
from desk.viewer import agent_of

LONGEST_NOTE = 2000
Person = "{person:[0-9A-Za-z:_-]{1,64}}"


class CustomerPages:
    """Whoever looks is in the audit, and whoever uncovers what is masked, each time."""

    def __init__(
        self,
        customers: Customers,
        people: PersonReader,
        accounts: AccountStore,
        audit: AuditLog,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._customers = customers
        self._people = people
        self._accounts = accounts
        self._audit = audit
        self._rendering = rendering
        self._now = now
        self._new_id = new_id

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(f"/customers/{Person}", self.show, Role.AGENT)
        routes.get(f"/customers/{Person}/beside", self.beside, Role.AGENT)
        routes.post(f"/customers/{Person}/reveal", self.reveal, Role.AGENT)
        routes.post(f"/customers/{Person}/notes", self.note, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the person."""
        customer = await self._customer(request)
        await self._seen(request, customer, "person_read")
        return await self._page(request, customer)

    async def beside(self, request: web.Request) -> web.StreamResponse:
        """Return the card that stands beside a case of theirs."""
        facts = {"customer": await self._customer(request), "here_id": ""}
        return self._rendering.page(request, "customer_side.html", facts)

    async def reveal(self, request: web.Request) -> web.StreamResponse:
        """Show one address whole; a page that asks for a part of itself gets just that."""
        customer = await self._customer(request)
        key = str((await request.post()).get("way", ""))[:64]
        whole = await self._customers.whole(customer, key)
        if whole is None:
            raise web.HTTPNotFound
        await self._seen(request, customer, "contact_revealed", way=key)
        if request.headers.get("HX-Request") == "true":
            return self._rendering.page(request, "customer_way.html", {"whole": whole})
        return await self._page(request, customer, revealed={key: whole})

    async def note(self, request: web.Request) -> web.StreamResponse:
        """Keep a note about the person."""
        customer = await self._customer(request)
        text = str((await request.post()).get("text", "")).strip()[:LONGEST_NOTE]
        if not text:
            problem = self._rendering.say(request, "desk_note_missing")
            return await self._page(request, customer, problem=problem, status=422)
        author = agent_of(request[ACCOUNT])
        note = PersonNote(
            id=self._new_id(),
            person_id=customer.id,
            author_id=author.id,
            text=text.replace("\0", ""),
            at=self._now(),
        )
        try:
            await self._people.add_note(note, author)
        except PersonNotFound:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(f"/desk/customers/{customer.id}")

    async def _customer(self, request: web.Request) -> Customer:
        found = await self._customers.of(request.match_info["person"], request[ACCOUNT])
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _page(
        self,
        request: web.Request,
        customer: Customer,
        *,
        revealed: dict[str, str] | None = None,
        problem: str = "",
        status: int = 200,
    ) -> web.StreamResponse:
        language = self._rendering.language(request)
        accounts = await self._accounts.list()
        facts = {
            "customer": customer,
            "revealed": revealed or {},
            "names": {one.id: one.name(language) for one in accounts},
            "departments": DEPARTMENTS,
            "lamp": lamp,
            "now": self._now(),
            "problem": problem,
        }
        return self._rendering.page(request, "customer.html", facts, status=status)

    async def _seen(
        self, request: web.Request, customer: Customer, what: str, **after: str
    ) -> None:
        await self._audit.note_read(
            actor=f"agent:{request[ACCOUNT].id}",
            what=what,
            subject_kind="person",
            subject_id=customer.id,
            at=self._now(),
            after=after,
        )
