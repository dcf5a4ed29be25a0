"""Who works here: the list, one account, and what an admin may do to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from accounts.administration import Administration
from accounts.errors import AccountNotFound, AddressTaken, LastAdmin
from accounts.model import Account, Role
from cases.departments import DEPARTMENTS
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from kernel.folding import fold_digits
from kernel.language import Language

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
LONGEST_NAME = 80
MOST_HELD = 20


class PeoplePages:
    """For admins only."""

    def __init__(self, administration: Administration, rendering: Rendering) -> None:
        self._administration = administration
        self._rendering = rendering

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/people", self.list, Role.ADMIN)
        routes.get("/people/new", self.ask_new, Role.ADMIN)
        routes.post("/people/new", self.create, Role.ADMIN)
        routes.get("/people/{id}", self.show, Role.ADMIN)
        routes.post("/people/{id}", self.change, Role.ADMIN)
        routes.post("/people/{id}/password", self.reset_password, Role.ADMIN)
        routes.post("/people/{id}/second-factor", self.reset_second_factor, Role.ADMIN)
        routes.post("/people/{id}/unlock", self.unlock, Role.ADMIN)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show everybody."""
        accounts = await self._administration.store.list()
        return self._rendering.page(
            request, "people.html", {"accounts": accounts, "departments": DEPARTMENTS}
        )

    async def ask_new(self, request: web.Request) -> web.StreamResponse:
        """Show an empty form."""
        return self._form(request, None, {})

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Keep a new account and show its one-time password, this once."""
        given, problems = await _read(request)
        if not problems:
            try:
                password = await self._administration.add(given, by=request[ACCOUNT])
            except AddressTaken as taken:
                problems["email"] = taken.code
            else:
                return self._password_page(request, given, password)
        return self._form(request, given, problems)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one account."""
        return self._form(request, await self._account(request), {})

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep what was changed."""
        before = await self._account(request)
        given, problems = await _read(request)
        wanted = replace(
            given,
            id=before.id,
            language=before.language,
            theme=before.theme,
            password_temporary=before.password_temporary,
            second_factor=before.second_factor,
        )
        if not problems:
            try:
                await self._administration.change(wanted, by=request[ACCOUNT])
            except AddressTaken as taken:
                problems["email"] = taken.code
            except LastAdmin as last:
                problems["roles"] = last.code
            else:
                raise web.HTTPSeeOther("/desk/people")
        return self._form(request, wanted, problems)

    async def reset_password(self, request: web.Request) -> web.StreamResponse:
        """Give a new one-time password."""
        account = await self._account(request)
        password = await self._administration.reset_password(account.id, by=request[ACCOUNT])
        return self._password_page(request, account, password)

    async def reset_second_factor(self, request: web.Request) -> web.StreamResponse:
        """Take the second factor away."""
        account = await self._account(request)
        await self._administration.reset_second_factor(account.id, by=request[ACCOUNT])
        raise web.HTTPSeeOther(f"/desk/people/{account.id}")

    async def unlock(self, request: web.Request) -> web.StreamResponse:
        """Forget failed attempts."""
        account = await self._account(request)
        await self._administration.unlock(account)
        raise web.HTTPSeeOther(f"/desk/people/{account.id}")

    async def _account(self, request: web.Request) -> Account:
        try:
            return await self._administration.store.get(request.match_info["id"])
        except AccountNotFound:
            raise web.HTTPNotFound from None

    def _form(
        self, request: web.Request, person: Account | None, problems: Mapping[str, str]
    ) -> web.StreamResponse:
        facts = {
            "person": person,
            "problems": problems,
            "departments": DEPARTMENTS,
            "roles": list(Role),
            "most_held": MOST_HELD,
        }
        return self._rendering.page(request, "person.html", facts, status=422 if problems else 200)

    def _password_page(
        self, request: web.Request, person: Account, password: str
    ) -> web.StreamResponse:
        return self._rendering.page(
            request, "person_password.html", {"person": person, "password": password}
        )


async def _read(request: web.Request) -> tuple[Account, dict[str, str]]:
    """Return the account as the form has it, and the phrase keys of what is wrong by field."""
    form = await request.post()
    problems: dict[str, str] = {}
    email = str(form.get("email", "")).strip()[:254]
    names = [str(form.get(name, "")).strip()[:LONGEST_NAME] for name in ("name_ar", "name_en")]
    roles = frozenset(role for role in Role if role.value in form.getall("role", []))
    spoken = frozenset(one for one in Language if one.value in form.getall("language", []))
    held = fold_digits(str(form.get("capacity", "")).strip())
    if not _EMAIL.fullmatch(email):
        problems["email"] = "desk_email_wrong"
    if not any(names):
        problems["name_ar"] = "desk_name_missing"
    if not roles:
        problems["roles"] = "desk_role_missing"
    if not held.isdecimal() or not 1 <= int(held) <= MOST_HELD:
        problems["capacity"] = "desk_capacity_wrong"
    account = Account(
        id="",
        email=email,
        name_ar=names[0],
        name_en=names[1],
        roles=roles,
        departments=frozenset(
            code for code in DEPARTMENTS if code in form.getall("department", [])
        ),
        languages=spoken or frozenset(Language),
        capacity=int(held) if held.isdecimal() else 4,
        active="active" in form,
    )
    return account, problems
