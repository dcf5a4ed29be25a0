"""How the service does, live: channels, queues, the assistant, files, mails, incidents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from cases.departments import DEPARTMENTS
from conversations.sending import SendingStore
from conversations.wakeup import Wakeup
from desk.access import ACCOUNT, Routes
from desk.rendering import EDITORS, OVERSEERS, Rendering, sections_of
from desk.viewer import agent_of
from mail.outbox import MailOutbox
from watch.model import ChannelHealth, Incident, Limits
from watch.ports import HealthReader, IncidentStore

CHANNELS = "/administration/health/channels"


class HealthPages:
    """Read anew every ten seconds by the open page.

    Args:
        to_send: woken when a channel goes on.
        parts: tells which parts of this process work, by name.
        title: says an incident in one line.
    """

    def __init__(
        self,
        reader: HealthReader,
        incidents: IncidentStore,
        mail: MailOutbox,
        rendering: Rendering,
        *,
        sending: SendingStore,
        to_send: Wakeup,
        parts: Callable[[], Awaitable[dict[str, bool]]],
        scans: bool,
        limits: Limits,
        title: Callable[..., str],
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._incidents = incidents
        self._mail = mail
        self._rendering = rendering
        self._sending = sending
        self._to_send = to_send
        self._parts = parts
        self._scans = scans
        self._limits = limits
        self._title = title
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/administration", self.first, EDITORS)
        routes.get("/administration/health", self.show, OVERSEERS)
        routes.get("/administration/health/live", self.live, OVERSEERS)
        routes.post(f"{CHANNELS}/{{channel}}/resume", self.resume, OVERSEERS)

    async def first(self, request: web.Request) -> web.StreamResponse:
        """Lead to the first page of the administration that is theirs."""
        raise web.HTTPSeeOther(sections_of(request[ACCOUNT])[0].path)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page."""
        return await self._page(request, "health.html")

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Show what changes of it."""
        return await self._page(request, "health_live.html")

    async def resume(self, request: web.Request) -> web.StreamResponse:
        """Let a channel that is stopped go on: what waits for it is sent now."""
        channel, by = request.match_info["channel"], agent_of(request[ACCOUNT]).actor
        if not await self._sending.resume_channel(channel, by=by, at=self._now()):
            raise web.HTTPNotFound
        self._to_send.wake()
        raise web.HTTPSeeOther("/desk/administration/health")

    async def _page(self, request: web.Request, template: str) -> web.StreamResponse:
        language = self._rendering.language(request)

        def title(incident: Incident) -> str:
            return self._title(incident, language)

        now = self._now()
        facts = {
            "health": await self._reader.read(now),
            "parts_work": await self._parts(),
            "mail": await self._mail.health() if self._mail.set_up else None,
            "scans": self._scans,
            "incidents": await self._incidents.recent(),
            "limits": self._limits,
            "departments": DEPARTMENTS,
            "title": title,
            "lamp_of": lamp_of,
            "minutes": lambda at: max(0, int((now - at).total_seconds() // 60)),
            "now": now,
        }
        return self._rendering.page(request, template, facts)


def lamp_of(channel: ChannelHealth, limits: Limits) -> str:
    """Return the sign of a channel."""
    if channel.stopped_since is not None or channel.failed >= limits.failed:
        return "late"
    if channel.failed or channel.quiet:
        return "new"
    return "open"
