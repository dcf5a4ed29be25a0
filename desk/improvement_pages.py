"""The improvement inbox: what the assistant did not serve well, grouped, for editors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from accounts.model import Role
from content.errors import InvalidContent
from content.folder import ContentFolder
from content.improvements import (
    Cause,
    Group,
    ImprovementState,
    ImprovementStore,
    counted,
    grouped,
)
from conversations.errors import AssistantError, ConversationNotFound
from conversations.improving import noted_from
from conversations.model import PLACEHOLDER, Sender
from conversations.queues import QueueReader
from conversations.understanding import Understanding, Understood
from desk.access import ACCOUNT, Routes
from desk.drafting import Drafting
from desk.entry_form import may_change, typed_text, with_wordings
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
        drafting: Drafting,
        understanding: Understanding,
        queues: QueueReader,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._drafting = drafting
        self._understanding = understanding
        self._queues = queues
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/studio/inbox", self.show, Role.EDITOR)
        routes.post("/studio/inbox/settle", self.settle, Role.EDITOR)
        routes.post("/studio/inbox/add", self.add_to_entry, Role.EDITOR)
        routes.post(f"/inbox/{Id}/to-editors", self.send, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the groups, those asked most first, each with what it may be about."""
        return await self._page(request)

    async def _page(
        self,
        request: web.Request,
        problem: InvalidContent | None = None,
        ids: Sequence[int] = (),
    ) -> web.StreamResponse:
        waiting = await self._store.waiting()
        chosen = request.query.get("cause", "")
        counts = counted(waiting)
        if chosen in list(Cause):
            waiting = [one for one in waiting if one.cause == chosen]
        groups = grouped(waiting)
        shown = groups[:MOST_GROUPS]
        facts = {
            "groups": list(zip(shown, await self._meant(shown), strict=True)),
            "more": len(groups) - len(shown),
            "counts": counts,
            "total": sum(counts.values()),
            "chosen": chosen,
            "entries": await self._drafting.ask(lambda folder: folder.entries()),
            "may_change": may_change,
            "problems": [
                self._rendering.say(request, f"studio_problem_{one.code}", about=one.about)
                for one in (problem.problems if problem else ())
            ],
            "refused": ids[0] if ids else 0,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        return self._rendering.page(request, "studio_inbox.html", facts, status=status)

    async def settle(self, request: web.Request) -> web.StreamResponse:
        """Settle the messages that a form names."""
        form = await request.post()
        state = SETTLED.get(str(form.get("state", "")))
        if state is None:
            raise web.HTTPBadRequest
        actor = agent_of(request[ACCOUNT]).actor
        await self._store.settle(ids_of(form.getall("id", [])), state, by=actor, at=self._now())
        raise web.HTTPSeeOther(INBOX)

    async def add_to_entry(self, request: web.Request) -> web.StreamResponse:
        """Make what was asked wordings of an entry in the draft, and settle it."""
        form = await request.post()
        topic, ids = typed_text(form, "topic"), ids_of(form.getall("id", []))
        asked = await self._store.some(ids)
        account = request[ACCOUNT]

        def put(folder: ContentFolder) -> bool:
            entry = folder.entry(topic)
            if entry is None:
                raise web.HTTPNotFound
            if not may_change(account, entry):
                raise web.HTTPForbidden
            added = with_wordings(entry, [(one.text, one.language) for one in asked])
            if added != entry:
                folder.save(added, seen=folder.version(topic))
            return True

        try:
            await self._drafting.ask(put)
        except InvalidContent as error:
            return await self._page(request, problem=error, ids=ids)
        added = ImprovementState.ADDED
        by, meaning = agent_of(account).actor, f"faq/{topic}"
        await self._store.settle(ids, added, by=by, at=self._now(), meaning=meaning)
        raise web.HTTPSeeOther(f"/desk/studio/entries/{topic}?saved=1")

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
