"""Who may not write for a while: the list, a new block, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from aiohttp import web

from accounts.ports import AccountStore
from conversations.blocks import BlockNotFound, BlockNotUnderstood, BlockStore, read_target
from desk.access import ACCOUNT, Routes
from desk.rendering import OVERSEERS, Rendering

LONGEST_TARGET, LONGEST_REASON = 320, 500
SPANS: Mapping[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


class BlockPages:
    """For supervisors and admins; every block has a reason, an end, and an audit row."""

    def __init__(
        self,
        store: BlockStore,
        accounts: AccountStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/administration/blocks", self.list, OVERSEERS)
        routes.post("/administration/blocks", self.block, OVERSEERS)
        routes.post("/administration/blocks/{block}/lift", self.lift, OVERSEERS)

    async def list(self, request: web.Request) -> web.StreamResponse:
        """Show the blocks in force."""
        return await self._page(request, {}, {})

    async def block(self, request: web.Request) -> web.StreamResponse:
        """Block somebody."""
        form = await request.post()
        given = {
            "target": str(form.get("target", "")).strip()[:LONGEST_TARGET].replace("\0", ""),
            "reason": str(form.get("reason", "")).strip()[:LONGEST_REASON].replace("\0", ""),
            "span": str(form.get("span", "")),
        }
        problems: dict[str, str] = {}
        if not given["reason"]:
            problems["reason"] = "desk_block_reason_missing"
        if given["span"] not in SPANS:
            problems["span"] = "desk_block_span_missing"
        try:
            kind, value = read_target(given["target"])
        except BlockNotUnderstood as wrong:
            problems["target"] = wrong.code
        if problems:
            return await self._page(request, given, problems)
        now = self._now()
        await self._store.add(
            kind,
            value,
            reason=given["reason"],
            by=f"agent:{request[ACCOUNT].id}",
            at=now,
            until=now + SPANS[given["span"]],
        )
        raise web.HTTPSeeOther("/desk/administration/blocks")

    async def lift(self, request: web.Request) -> web.StreamResponse:
        """End a block now."""
        named = request.match_info["block"]
        if not (named.isascii() and named.isdecimal() and len(named) < 12):
            raise web.HTTPNotFound
        try:
            await self._store.lift(int(named), by=f"agent:{request[ACCOUNT].id}", at=self._now())
        except BlockNotFound:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther("/desk/administration/blocks")

    async def _page(
        self, request: web.Request, given: Mapping[str, str], problems: Mapping[str, str]
    ) -> web.StreamResponse:
        language = self._rendering.language(request)
        people = await self._accounts.list()
        facts = {
            "blocks": await self._store.in_force(self._now()),
            "names": {f"agent:{one.id}": one.name(language) for one in people},
            "spans": list(SPANS),
            "given": {"target": "", "reason": "", "span": "day", **given},
            "problems": problems,
        }
        return self._rendering.page(request, "blocks.html", facts, status=422 if problems else 200)
