"""What the assistant understood, on request, and answers that it would give."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.departments import DEPARTMENTS
from content.topics import faq_answers, faq_titles
from conversations.buttons import COMMAND
from conversations.errors import AssistantError, ConversationNotFound
from conversations.model import PLACEHOLDER, Message, Sender
from conversations.queues import QueueReader
from conversations.understanding import Understanding, Understood
from desk.access import Routes
from desk.rendering import Rendering
from desk.viewer import Id, theirs

PATIENCE_S = 4.0
LIKELY = 0.15
MOST_SUGGESTED = 3
LOOK_BACK = 20


class UnderstandingPages:
    """Parts of a conversation's page. A suggestion is put into the composer, never sent."""

    def __init__(
        self,
        understanding: Understanding,
        queues: QueueReader,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._understanding = understanding
        self._queues = queues
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(f"/inbox/{Id}/understood", self.understood, Role.AGENT)
        routes.get(f"/inbox/{Id}/suggestions", self.suggestions, Role.AGENT)

    async def understood(self, request: web.Request) -> web.StreamResponse:
        """Show what was understood of the message at a place."""
        conversation_id, _ = await theirs(request, self._queues)
        place = request.query.get("seq", "")
        if not place.isascii() or not place.isdecimal():
            raise web.HTTPBadRequest
        found = await self._messages(conversation_id, before=int(place[:9]) + 1, limit=1)
        if not found or found[0].sender is not Sender.CITIZEN:
            raise web.HTTPNotFound
        language = self._rendering.language(request)
        facts = {
            "message": found[0],
            "told": await self._of(found[0]),
            "titles": faq_titles(language),
            "departments": DEPARTMENTS,
        }
        return self._rendering.page(request, "understood.html", facts)

    async def suggestions(self, request: web.Request) -> web.StreamResponse:
        """Show answers to the customer's last message, in the customer's language."""
        conversation_id, _ = await theirs(request, self._queues)
        messages = await self._messages(conversation_id, before=None, limit=LOOK_BACK)
        theirs_last = next((one for one in reversed(messages) if _has_words(one)), None)
        answers: Sequence[Mapping[str, Any]] = ()
        if theirs_last is not None:
            answers = _answers(await self._of_text(theirs_last.text), theirs_last)
        return self._rendering.page(request, "suggestions.html", {"answers": answers})

    async def _of(self, message: Message) -> Understood | None:
        """Return what was understood then, else what would be today; None: nobody can tell."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                then = await self._understanding.of_turn(message.conversation_id, message.id)
        except (AssistantError, TimeoutError):
            return None
        return then or await self._of_text(message.payload or message.text)

    async def _of_text(self, text: str) -> Understood | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._understanding.of_text(text)
        except (AssistantError, TimeoutError):
            return None

    async def _messages(
        self, conversation_id: str, *, before: int | None, limit: int
    ) -> Sequence[Message]:
        try:
            page = await self._queues.transcript(
                conversation_id, at=self._now(), before=before, limit=limit
            )
        except ConversationNotFound:  # a supervisor may see any, and this is none
            raise web.HTTPNotFound from None
        return page.messages


def _has_words(message: Message) -> bool:
    """Tell whether a message has words of the person's own, not a button's."""
    own = message.sender is Sender.CITIZEN and message.payload is None
    return own and not message.metadata.get(PLACEHOLDER) and not message.text.startswith(COMMAND)


def _answers(told: Understood | None, message: Message) -> Sequence[Mapping[str, Any]]:
    texts, titles = faq_answers(message.language), faq_titles(message.language)
    likely = [] if told is None else [one for one in told.topics if one.confidence >= LIKELY]
    return [
        {"title": titles[one.name], "text": texts[one.name], "confidence": one.confidence}
        for one in likely
        if one.name in texts
    ][:MOST_SUGGESTED]
