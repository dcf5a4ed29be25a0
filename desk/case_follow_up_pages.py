"""What a customer wrote later in the conversation of a case, to be put on the case by staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.model import Case
from cases.service import CaseService
from conversations.errors import ConversationNotFound
from conversations.model import Message, Sender
from conversations.queues import QueueReader
from desk.access import ACCOUNT, Routes
from desk.case_view import CaseView, Number
from desk.viewer import agent_of

SHOWN = 5


class CaseFollowUpPages:
    """Only for those who may see the conversation: not all that is said there is the case's."""

    def __init__(self, cases: CaseService, queues: QueueReader, view: CaseView) -> None:
        self._cases = cases
        self._queues = queues
        self._view = view

    def add(self, routes: Routes) -> None:
        """Add the route."""
        routes.post(f"/cases/{Number}/follow-up", self.put_on, Role.AGENT)

    async def facts(self, request: web.Request, case: Case) -> Mapping[str, Any]:
        """Return what the page of a case shows of later messages, newest first."""
        return {"later": list(reversed(await self._later(request, case)))[:SHOWN]}

    async def put_on(self, request: web.Request) -> web.StreamResponse:
        """Put a message on the case, once, as what the customer says about it."""
        case = await self._view.case(request)
        message_id = str((await request.post()).get("message", ""))[:36]
        later = await self._later(request, case)
        message = next((one for one in later if one.id == message_id), None)
        if message is not None:
            await self._cases.follow_up(
                case.number,
                message.text,
                person_id=case.person_id,
                caused_by=message.id,
                added_by=f"agent:{request[ACCOUNT].id}",
            )
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}")

    async def _later(self, request: web.Request, case: Case) -> list[Message]:
        """Return the customer's messages since the case was opened that it does not have."""
        viewer, spoken_in = agent_of(request[ACCOUNT]), case.conversation_id
        if case.finished or not spoken_in or not await self._queues.may_see(viewer, spoken_in):
            return []
        try:
            transcript = await self._queues.transcript(spoken_in, at=self._view.now())
        except ConversationNotFound:
            return []
        known = {event.caused_by for event in await self._cases.timeline(case.number)}
        return [
            one
            for one in transcript.messages
            if one.sender is Sender.CITIZEN
            and one.stored_at > case.opened_at
            and one.id not in known | {case.caused_by}
            and one.text.strip()
        ]
