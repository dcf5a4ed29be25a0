"""The improvement inbox: what the assistant did not serve well, grouped, for editors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from accounts.model import Role
from content.improvements import (
    Cause,
    Group,
    ImprovementState,
    ImprovementStore,
    counted,
    grouped,
)
from content.topics import faq_titles
from conversations.errors import AssistantError, ConversationNotFound
from conversations.improving import noted_from
from conversations.model import PLACEHOLDER, Sender
from conversations.queues import QueueReader
from conversations.understanding import Understanding, Understood
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from desk.viewer import Id, agent_of, theirs

INBOX = "/desk/studio/inbox"
MOST_GROUPS = 20
PATIENCE_S = 3.0
SETTLED = {"dismissed": ImprovementState.DISMISSED, "added": ImprovementState.ADDED}


class ImprovementPages:
    """Editors read veiled texts only; agents send a message there from a conversation."""

    def __init__(
        self,
        store: ImprovementStore,
        understanding: Understanding,
        queues: QueueReader,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._understanding = understanding
        self._queues = queues
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/studio", self.lead, Role.EDITOR)
        routes.get("/studio/inbox", self.show, Role.EDITOR)
        routes.post("/studio/inbox/settle", self.settle, Role.EDITOR)
        routes.post(f"/inbox/{Id}/to-editors", self.send, Role.AGENT)

    async def lead(self, _request: web.Request) -> web.StreamResponse:
        """Lead to the inbox."""
        raise web.HTTPSeeOther(INBOX)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the groups, those asked most first, each with what it may be about."""
        waiting = await self._store.waiting()
        chosen = request.query.get("cause", "")
        counts = counted(waiting)
        if chosen in list(Cause):
            waiting = [one for one in waiting if one.cause == chosen]
        groups = grouped(waiting)
        shown = groups[:MOST_GROUPS]
        language = self._rendering.language(request)
        facts = {
            "groups": list(zip(shown, await self._meant(shown), strict=True)),
            "more": len(groups) - len(shown),
            "counts": counts,
            "total": sum(counts.values()),
            "chosen": chosen,
            "titles": faq_titles(language),
        }
        return self._rendering.page(request, "studio_inbox.html", facts)

    async def settle(self, request: web.Request) -> web.StreamResponse:
        """Settle the messages that a form names."""
        form = await request.post()
        state = SETTLED.get(str(form.get("state", "")))
        if state is None:
            raise web.HTTPBadRequest
        actor = agent_of(request[ACCOUNT]).actor
        await self._store.settle(ids_of(form.getall("id", [])), state, by=actor, at=self._now())
        raise web.HTTPSeeOther(INBOX)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Put a customer's message into the inbox, for an agent who sees the conversation."""
        conversation_id, agent = await theirs(request, self._queues)
        place = str((await request.post()).get("seq", ""))
        if not place.isascii() or not place.isdecimal():
            raise web.HTTPBadRequest
        try:
            page = await self._queues.transcript(
                conversation_id, at=self._now(), before=int(place[:9]) + 1, limit=1
            )
        except ConversationNotFound:
            raise web.HTTPNotFound from None
        if not page.messages or page.messages[0].sender is not Sender.CITIZEN:
            raise web.HTTPNotFound
        message = page.messages[0]
        if message.metadata.get(PLACEHOLDER):
            raise web.HTTPNotFound
        noted = noted_from(message, Cause.SENT_BY_AGENT)
        sent = await self._store.send(noted, by=agent.actor, at=self._now())
        facts: Mapping[str, Any] = {"words": "studio_sent" if sent else "studio_sent_before"}
        return self._rendering.page(request, "studio_sent.html", facts)

    async def _meant(self, groups: Sequence[Group]) -> Sequence[Understood | None]:
        return await asyncio.gather(*(self._of_text(one.first.text) for one in groups))

    async def _of_text(self, text: str) -> Understood | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._understanding.of_text(text)
        except (AssistantError, TimeoutError):
            return None


def ids_of(told: Sequence[object]) -> Sequence[int]:
    """Return the numbers that a form names."""
    numbers = (str(one)[:15] for one in told)
    return [int(one) for one in numbers if one.isascii() and one.isdecimal()]
