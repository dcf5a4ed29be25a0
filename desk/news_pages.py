"""What calls for an agent on whatever page: who waits for people, who named them in a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from accounts.model import Role
from conversations.duty import AgentStore
from conversations.mentions import MentionReader
from conversations.queues import Queue, QueueReader
from conversations.shared_lists import SharedLists
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from desk.viewer import agent_of

MENTIONED_FOR = timedelta(days=7)


class NewsPages:
    """Asked by every open page from time to time; the lists are those that all share."""

    def __init__(
        self,
        lists: SharedLists,
        queues: QueueReader,
        mentions: MentionReader,
        agents: AgentStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._lists = lists
        self._queues = queues
        self._mentions = mentions
        self._agents = agents
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/news", self.tell, Role.AGENT)

    async def tell(self, request: web.Request) -> web.StreamResponse:
        """Return how many alerts there are, and the mentions, in words."""
        agent = agent_of(request[ACCOUNT])
        lists = await self._lists.of(Queue.MINE, agent)
        since = self._now() - MENTIONED_FOR
        mentions = [
            {
                "id": one.note_id,
                "address": f"/desk/inbox/{one.conversation_id}#note-{one.note_id}",
                "words": await self._named_by(request, one.author_id),
            }
            for one in await self._mentions.unseen(agent.id, since=since)
            if await self._queues.may_see(agent, one.conversation_id)
        ]
        count = len(lists.alerts)
        words = self._rendering.say(request, "desk_alerts", count=count)
        return web.json_response({"alerts": count, "words": words, "mentions": mentions})

    async def _named_by(self, request: web.Request, author_id: str) -> str:
        author = await self._agents.find(author_id)
        language = self._rendering.language(request)
        name = author.name(language) if author else "–"
        return self._rendering.say(request, "desk_mentioned", name=name)
