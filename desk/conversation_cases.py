"""A case out of a conversation: an agent opens it for the person who writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from accounts.model import Role
from cases.departments import ACTIVE
from cases.model import CaseKind
from cases.service import CaseService, OpenRequest
from conversations.errors import ConversationNotFound
from conversations.handover import Handover
from conversations.model import Conversation
from conversations.queues import QueueReader
from desk.access import Routes
from desk.inbox_pages import InboxPages
from desk.rendering import Rendering
from desk.viewer import Id, theirs
from kernel.language import Language
from kernel.reading import read

LONGEST_TEXT, LONGEST_ID = 4000, 36
PHONE = "phone"


class ConversationCases:
    """The case is the person's, came by their channel, and stands beside the conversation."""

    def __init__(
        self,
        cases: CaseService,
        floor: Handover,
        queues: QueueReader,
        inbox: InboxPages,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._floor = floor
        self._queues = queues
        self._inbox = inbox
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the route."""
        routes.post(f"/inbox/{Id}/case", self.open, Role.AGENT)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open the case; the form's hidden id makes sending it twice open one."""
        conversation_id, agent = await theirs(request, self._queues)
        form = await request.post()
        given = {name: str(value).strip() for name, value in form.items()}
        problem = ""
        if not await self._floor.holds(conversation_id, agent):
            problem = "desk_not_yours"
        elif not given.get("text") or given.get("kind") not in list(CaseKind):
            problem = "desk_case_from_here_missing"
        elif given.get("unit") and given["unit"] not in ACTIVE:
            raise web.HTTPBadRequest
        if problem or not given.get("once"):
            said = self._rendering.say(request, problem or "desk_case_from_here_missing")
            return await self._inbox.opened(request, problem=said, status=409)
        try:
            page = await self._queues.transcript(conversation_id, at=self._now(), limit=1)
        except ConversationNotFound:
            raise web.HTTPNotFound from None
        await self._cases.open(_wanted(given, page.conversation, agent.actor))
        raise web.HTTPSeeOther(f"/desk/inbox/{conversation_id}")


def _wanted(given: dict[str, str], conversation: Conversation, actor: str) -> OpenRequest:
    text, address = given["text"][:LONGEST_TEXT], conversation.address
    language: Language = read(text).language or conversation.language
    return OpenRequest(
        kind=CaseKind(given["kind"]),
        text=text,
        language=language,
        channel=address.channel,
        person_id=conversation.person_id,
        conversation_id=conversation.id,
        caused_by=f"desk:{given['once'][:LONGEST_ID]}",
        department=given.get("unit") or None,
        department_confidence=1.0 if given.get("unit") else 0.0,
        contact=address.value if address.kind == PHONE else None,
        opened_by=actor,
    )
