"""What happened, as it happens, and signs of life of whoever has the desk open."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime, timedelta

from aiohttp import web

from accounts.model import Role
from accounts.signing_in import SignIn
from conversations.duty import AgentStore
from conversations.feed import Batch, Feed
from conversations.heartbeats import Heartbeats
from desk.access import ACCOUNT, TOKEN, Routes
from desk.viewer import agent_of

BEAT_S = 15.0


class EventsPages:
    """One stream per open screen; it ends with the session and with the server."""

    def __init__(
        self,
        feed: Feed,
        agents: AgentStore,
        heartbeats: Heartbeats,
        sign_in: SignIn,
        *,
        now: Callable[[], datetime],
        beat_s: float = BEAT_S,
    ) -> None:
        self._feed = feed
        self._agents = agents
        self._heartbeats = heartbeats
        self._sign_in = sign_in
        self._now = now
        self._every = timedelta(seconds=beat_s)

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/events", self.follow, Role.AGENT)
        routes.post("/available", self.be_available, Role.AGENT)

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Tell which conversations something happened in, from a cursor on."""
        agent = agent_of(request[ACCOUNT])
        cursor = _cursor(request)
        answer = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        await answer.prepare(request)
        beaten = self._now()
        await self._agents.beat(agent.id, at=self._now())
        try:
            following = self._feed.follow(agent, cursor, beat_s=self._every.total_seconds())
            async with aclosing(following) as batches:
                async for batch in batches:
                    await answer.write(_told(batch))
                    if self._now() - beaten >= self._every:
                        beaten = self._now()
                        if not await self._still_here(request, agent.id):
                            break
        except ConnectionResetError:
            pass  # the screen was closed
        return answer

    async def be_available(self, request: web.Request) -> web.StreamResponse:
        """Take conversations from now on, or none for a while."""
        agent = agent_of(request[ACCOUNT])
        available = (await request.post()).get("available") == "yes"
        await self._agents.enrol(agent)
        await self._agents.beat(agent.id, available=available, at=self._now())
        raise web.HTTPSeeOther("/desk/inbox")

    async def _still_here(self, request: web.Request, agent_id: str) -> bool:
        """Give a sign of life for as long as the session lives."""
        if await self._sign_in.who(request[TOKEN]) is None:
            return False
        self._heartbeats.note(agent_id)
        return True


def _cursor(request: web.Request) -> int:
    told = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(told[:18]) if told.isascii() and told[:18].isdecimal() else 0


def _told(batch: Batch) -> bytes:
    """Return a batch in the form of server-sent events.

    ``lists``: the queues may look different; ``named``: a note names the viewer.
    """
    told = {
        "reload": batch.reload,
        "conversations": sorted({one.conversation_id for one in batch.events}),
        "lists": batch.lists,
        "named": batch.named,
    }
    return f"id: {batch.cursor}\ndata: {json.dumps(told)}\n\n".encode()
