"""Answer the person of a case: through their channel, or put down for somebody to tell."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.errors import CaseChanged, CaseError, ReplyNotFound
from cases.model import Case, CaseState
from cases.replies import ReplyState, answer_moves
from conversations.case_replies import CaseReplies, Way
from conversations.handover_errors import HandoverError
from desk.access import ACCOUNT, Routes
from desk.case_facts import masked, visible
from desk.case_pages import typed, version_seen
from desk.case_view import CaseView, Number
from desk.rendering import Rendering
from desk.service_rules import ApprovedLine, ServiceRules
from desk.viewer import agent_of

SHOWN = 5
UNSETTLED = frozenset({ReplyState.HELD.value, "pending"})


class CaseReplyPages:
    """Shows what was answered and how far it is, and takes answers."""

    def __init__(
        self, replies: CaseReplies, service: ServiceRules, view: CaseView, rendering: Rendering
    ) -> None:
        self._replies = replies
        self._service = service
        self._view = view
        self._rendering = rendering

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/cases/to-tell", self.to_tell, Role.AGENT)
        routes.get(f"/cases/{Number}/replies", self.show, Role.AGENT)
        routes.post(f"/cases/{Number}/reply", self.reply, Role.AGENT)
        routes.post(f"/cases/{Number}/undo", self.undo, Role.AGENT)
        routes.post(f"/cases/{Number}/told", self.told, Role.AGENT)

    async def facts(self, request: web.Request, case: Case) -> dict[str, Any]:
        """Return what the page of a case shows of its answers."""
        way = await self._replies.way(case, agent_of(request[ACCOUNT]))
        now = self._view.now()
        return {
            **await self._answers(case),
            "way": way,
            "window_closed": way.open_until is not None and way.open_until <= now,
            "templates": self._templates(case, way),
            "answer_moves": answer_moves(case),
            "answer_outcomes": self._replies.outcomes(case),
        }

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Return the answers alone, for a page that waits for one to get on."""
        case = await self._view.case(request)
        facts = {**await self._answers(case), "case": case}
        return self._rendering.page(request, "case_answers.html", facts)

    async def to_tell(self, request: web.Request) -> web.StreamResponse:
        """Show whom somebody of these units has yet to call, longest waiting first."""
        account = request[ACCOUNT]
        found = await self._replies.to_tell(account.departments)
        facts = {
            "waiting": [(reply, case) for reply, case in found if visible(case, account)],
            "masked": masked,
        }
        return self._rendering.page(request, "cases_to_tell.html", facts)

    async def reply(self, request: web.Request) -> web.StreamResponse:
        """Answer; what is refused stays typed."""
        case = await self._view.case(request)
        form = await request.post()
        seen, to = version_seen(form.get("version")), str(form.get("to", ""))
        once, name = str(form.get("once", ""))[:36], str(form.get("template", ""))
        if seen is None or not once or (to and to not in list(CaseState)):
            raise web.HTTPBadRequest
        agent = agent_of(request[ACCOUNT])
        text = typed(form.get("text"))
        metadata: dict[str, Any] = {}
        if name:
            line = await self._approved(case, request, name)
            text, metadata = line.text, dict(line.metadata)
        try:
            await self._replies.reply(
                case,
                agent,
                text,
                reply_id=once,
                seen=seen,
                move_to=CaseState(to) if to else None,
                outcome=str(form.get("outcome", "")),
                metadata=metadata,
            )
        except HandoverError as error:
            return await self._refuse(request, case, f"case_reply_{error.code}", 422)
        except CaseError as error:
            changed = isinstance(error, CaseChanged)
            return await self._refuse(request, case, error.code, 409 if changed else 422)
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}#answers")

    async def undo(self, request: web.Request) -> web.StreamResponse:
        """Take an answer back that was not sent yet."""
        case = await self._view.case(request)
        reply_id = str((await request.post()).get("reply", ""))[:36]
        try:
            await self._replies.undo(case.number, reply_id, agent_of(request[ACCOUNT]))
        except ReplyNotFound:
            raise web.HTTPNotFound from None
        except HandoverError as error:
            return await self._refuse(request, case, f"desk_{error.code}", 409)
        raise web.HTTPSeeOther(f"/desk/cases/{case.number}#answers")

    async def told(self, request: web.Request) -> web.StreamResponse:
        """Keep that the customer was told."""
        case = await self._view.case(request)
        reply_id = str((await request.post()).get("reply", ""))[:36]
        try:
            await self._replies.tell(case.number, reply_id, agent_of(request[ACCOUNT]))
        except ReplyNotFound:
            raise web.HTTPNotFound from None
        listed = "listed" in await request.post()
        raise web.HTTPSeeOther(
            "/desk/cases/to-tell" if listed else f"/desk/cases/{case.number}#answers"
        )

    async def _refuse(
        self, request: web.Request, case: Case, key: str, status: int
    ) -> web.StreamResponse:
        return await self._view.refuse(request, case.number, key, form="reply", status=status)

    async def _answers(self, case: Case) -> dict[str, Any]:
        replies = [
            (reply, await self._replies.delivery(reply))
            for reply in (await self._replies.of_case(case.number))[:SHOWN]
        ]
        return {"replies": replies, "unsettled": any(far in UNSETTLED for _, far in replies)}

    async def _approved(self, case: Case, request: web.Request, name: str) -> ApprovedLine:
        way = await self._replies.way(case, agent_of(request[ACCOUNT]))
        line = next((one for one in self._templates(case, way) if one.name == name), None)
        if line is None:
            raise web.HTTPBadRequest
        return line

    def _templates(self, case: Case, way: Way) -> list[ApprovedLine]:
        if way.conversation is None:
            return []
        return list(self._service.templates(way.conversation, number=case.number))
