"""The audit: who did what, when, to what; for admins."""

from __future__ import annotations

from aiohttp import web

from accounts.audit import PAGE, AuditEntry, AuditLog, AuditQuery
from accounts.model import Role
from accounts.ports import AccountStore
from desk.access import Routes
from desk.rendering import Rendering

LONGEST = 128


class AuditPages:
    """Newest first, filters in the address, a page at a time."""

    def __init__(self, log: AuditLog, accounts: AccountStore, rendering: Rendering) -> None:
        self._log = log
        self._accounts = accounts
        self._rendering = rendering

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/audit", self.show, Role.ADMIN)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a page."""
        asked = {name: value[:LONGEST].replace("\0", "") for name, value in request.query.items()}
        before = asked.get("before", "")
        query = AuditQuery(
            actor=asked.get("actor", ""),
            action=asked.get("action", ""),
            subject=asked.get("subject", "").strip(),
            before=int(before) if before.isascii() and before.isdecimal() else None,
        )
        entries = await self._log.read(query, limit=PAGE + 1)
        people = await self._accounts.list()
        language = self._rendering.language(request)
        facts = {
            "entries": entries[:PAGE],
            "older": entries[PAGE - 1].id if len(entries) > PAGE else None,
            "query": query,
            "actions": await self._log.actions(),
            "people": people,
            "names": {f"agent:{one.id}": one.name(language) for one in people},
            "changes": changes,
        }
        return self._rendering.page(request, "audit.html", facts)


def changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return field, value before and value after of what an entry changed."""
    names = sorted({*entry.before, *entry.after})
    return [(name, _plain(entry.before.get(name)), _plain(entry.after.get(name))) for name in names]


def _plain(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return str(value)
