"""Entries and examples to a spreadsheet and back, after a dry run that lists all problems."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from accounts.model import Account, Role
from cases.departments import DEPARTMENTS
from content.bulk import Bulk, Plan, carry_out
from content.errors import EditConflict, InvalidContent
from content.folder import ContentFolder
from content.sheets import (
    LARGEST,
    UnreadableTable,
    as_csv,
    as_workbook,
    read_table,
    tables,
)
from desk.access import ACCOUNT, Routes
from desk.drafting import Drafting
from desk.entry_form import may_change
from desk.rendering import Rendering

BULK = "/desk/studio/bulk"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 300
MOST_KEPT = 20


class BulkPages:
    """What was checked is kept for a while, so that exactly that is brought in.

    Args:
        folder: where checked files lie until they are brought in.
    """

    def __init__(
        self,
        drafting: Drafting,
        rendering: Rendering,
        folder: Path,
        *,
        new_token: Callable[[], str],
    ) -> None:
        self._drafting = drafting
        self._rendering = rendering
        self._folder = folder
        self._new_token = new_token

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/studio/bulk", self.show, Role.EDITOR)
        routes.get("/studio/bulk/content.xlsx", self.workbook, Role.EDITOR)
        routes.get("/studio/bulk/{name:answers|wordings}.csv", self.table, Role.EDITOR)
        routes.post("/studio/bulk/check", self.check, Role.EDITOR)
        routes.post("/studio/bulk/bring-in", self.bring_in, Role.EDITOR)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show what can be taken out and where to bring in."""
        return self._page(request, brought=request.query.get("brought") == "1")

    async def workbook(self, _request: web.Request) -> web.StreamResponse:
        """Give both tables as one XLSX file."""
        data = await self._drafting.ask(lambda folder: as_workbook(tables(folder)))
        return _file(data, "content.xlsx", XLSX)

    async def table(self, request: web.Request) -> web.StreamResponse:
        """Give one table as CSV."""
        name = request.match_info["name"]
        data = await self._drafting.ask(lambda folder: as_csv(name, tables(folder)[name]))
        return _file(data, f"{name}.csv", "text/csv")

    async def check(self, request: web.Request) -> web.StreamResponse:
        """Read a file and list everything that is wrong with it; nothing is changed."""
        form = await request.post()
        given = form.get("file")
        if not isinstance(given, FileField):
            return self._page(request, refused="no_file")
        data = given.file.read(LARGEST + 1)
        instead = form.get("instead") == "yes"
        try:
            plan = await self._plan(request[ACCOUNT], data, instead=instead)
        except UnreadableTable as error:
            return self._page(request, refused=str(error.facts["reason"]))
        token = "" if plan.problems else self._keep(request[ACCOUNT], data)
        file = given.filename[:120]
        return self._page(request, plan=plan, token=token, instead=instead, file=file)

    async def bring_in(self, request: web.Request) -> web.StreamResponse:
        """Save what was checked into the draft."""
        form = await request.post()
        path = self._path(request[ACCOUNT], str(form.get("token", "")))
        if path is None:
            return self._page(request, refused="too_late")
        instead = form.get("instead") == "yes"
        data = path.read_bytes()
        plan = await self._plan(request[ACCOUNT], data, instead=instead)
        if plan.problems:  # somebody changed the draft meanwhile
            return self._page(request, plan=plan, token="", instead=instead, file="")
        try:
            await self._drafting.ask(partial(carry_out, plan=plan))
        except (EditConflict, InvalidContent):
            return self._page(request, refused="changed_meanwhile")
        path.unlink(missing_ok=True)
        raise web.HTTPSeeOther(f"{BULK}?brought=1")

    async def _plan(self, account: Account, data: bytes, *, instead: bool) -> Plan:
        def made(folder: ContentFolder) -> Plan:
            bulk = Bulk(
                folder,
                languages=account.languages,
                departments=tuple(DEPARTMENTS),
                may=lambda entry: may_change(account, entry),
                instead=instead,
            )
            return bulk.plan(read_table(data))

        return await self._drafting.ask(made)

    def _keep(self, account: Account, data: bytes) -> str:
        """Keep a file for its account; the oldest go when there are many."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in kept[: max(0, len(kept) - MOST_KEPT)]:
            old.unlink(missing_ok=True)
        token = self._new_token()
        (self._folder / f"{account.id}.{token}").write_bytes(data)
        return token

    def _path(self, account: Account, token: str) -> Path | None:
        if not token or not token.replace("-", "").replace("_", "").isalnum():
            return None
        path = self._folder / f"{account.id}.{token}"
        return path if path.is_file() else None

    def _page(self, request: web.Request, *, refused: str = "", **more: Any) -> web.StreamResponse:
        facts: dict[str, Any] = {
            "plan": None,
            "token": "",
            "instead": False,
            "file": "",
            "brought": False,
            **more,
            "refused": refused,
            "most": MOST_SHOWN,
        }
        plan = facts["plan"]
        bad = bool(refused or (plan is not None and plan.problems))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
        return self._rendering.page(request, "studio_bulk.html", facts, status=status)


def _file(data: bytes, name: str, media_type: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=data, content_type=media_type, headers=headers)
