"""Ready replies on screen: in both languages, with fields, for all or for one department."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

from accounts.model import Account
from cases.departments import DEPARTMENTS
from conversations.canned import (
    FIELDS,
    CannedError,
    CannedFieldUnknown,
    CannedReply,
    CannedStore,
    check,
)
from desk.access import ACCOUNT, Routes
from desk.rendering import CANNED, EDITORS, Rendering
from desk.viewer import agent_of
from kernel.folding import for_display

EMPTY = CannedReply(id="", short="", title_ar="", title_en="", text_ar="", text_en="")


class CannedPages:
    """Whose account names departments changes only the replies of these."""

    def __init__(
        self,
        store: CannedStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._rendering = rendering
        self._now = now
        self._new_id = new_id

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/administration/canned", self.list, EDITORS)
        routes.get("/administration/canned/new", self.ask_new, EDITORS)
        routes.post("/administration/canned/new", self.create, EDITORS)
        routes.get("/administration/canned/{reply}", self.show, EDITORS)
        routes.post("/administration/canned/{reply}", self.change, EDITORS)
        routes.post("/administration/canned/{reply}/remove", self.remove, EDITORS)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show every reply."""
        account = request[ACCOUNT]
        facts = {
            "replies": await self._store.all(),
            "departments": DEPARTMENTS,
            "mine": lambda one: _may(account, one.department),
        }
        return self._rendering.page(request, "canned.html", facts)

    async def ask_new(self, request: web.Request) -> web.StreamResponse:
        """Show an empty form."""
        return self._form(request, EMPTY)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Keep a new reply."""
        return await self._keep(request, self._new_id())

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one reply."""
        return self._form(request, await self._found(request))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Keep what was changed."""
        return await self._keep(request, (await self._found(request)).id)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take a reply out of use."""
        reply = await self._found(request)
        actor = agent_of(request[ACCOUNT]).actor
        await self._store.remove(reply.id, actor=actor, at=self._now())
        raise web.HTTPSeeOther(CANNED)

    async def _keep(self, request: web.Request, reply_id: str) -> web.StreamResponse:
        form = await request.post()

        def typed(name: str) -> str:
            return for_display(str(form.get(name, ""))).replace("\r\n", "\n").strip()

        given = CannedReply(
            id=reply_id,
            short=typed("short").removeprefix("/"),
            title_ar=typed("title_ar"),
            title_en=typed("title_en"),
            text_ar=typed("text_ar"),
            text_en=typed("text_en"),
            department=typed("department") or None,
        )
        if given.department is not None and given.department not in DEPARTMENTS:
            raise web.HTTPBadRequest
        if not _may(request[ACCOUNT], given.department):
            raise web.HTTPForbidden
        actor = agent_of(request[ACCOUNT]).actor
        try:
            await self._store.save(check(given), actor=actor, at=self._now())
        except CannedError as error:
            return self._form(request, given, error, new=request.path.endswith("/new"))
        raise web.HTTPSeeOther(CANNED)

    async def _found(self, request: web.Request) -> CannedReply:
        """Return the reply of a path.

        Raises:
            HTTPNotFound: there is none, or it is another department's.
        """
        found = await self._store.find(request.match_info["reply"][:36])
        if found is None or not _may(request[ACCOUNT], found.department):
            raise web.HTTPNotFound
        return found

    def _form(
        self,
        request: web.Request,
        reply: CannedReply,
        error: CannedError | None = None,
        *,
        new: bool = False,
    ) -> web.StreamResponse:
        account = request[ACCOUNT]
        problems: dict[str, str] = {}
        if isinstance(error, CannedFieldUnknown):
            found = str(error.facts["found"])
            text = self._rendering.say(request, error.code, found=found)
            problems[str(error.facts["field"])] = text
        elif error is not None:
            problems[str(error.facts["field"])] = self._rendering.say(request, error.code)
        facts = {
            "reply": reply,
            "known": bool(reply.id) and not new,
            "problems": problems,
            "fields": FIELDS,
            "departments": {code: one for code, one in DEPARTMENTS.items() if account.serves(code)},
            "for_all": _may(account, None),
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        return self._rendering.page(request, "canned_reply.html", facts, status=status)


def _may(account: Account, department: str | None) -> bool:
    """Tell whether an account changes the replies of a department; None: those for all."""
    return not account.departments or (department is not None and account.serves(department))
