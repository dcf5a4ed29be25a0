"""The inbox: queues at the side, a conversation in the middle, the person beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from markupsafe import Markup

from accounts.model import Role
from cases.departments import DEPARTMENTS
from cases.model import CaseKind
from cases.service import CaseService
from conversations.agents import Agent
from conversations.canned import CannedStore
from conversations.delivery import DeliveryLedger
from conversations.duty import AgentStore
from conversations.errors import ConversationNotFound
from conversations.floor import Outcome
from conversations.model import Sender
from conversations.queues import LookStore, Queue, QueueEntry, QueueReader
from conversations.shared_lists import Lists, SharedLists
from desk.access import ACCOUNT, Routes
from desk.canned import fields_of, offered
from desk.customers import Customers
from desk.inbox_facts import called, lamp, lines, mode, newest, short
from desk.queue_rows import QueueRows
from desk.rendering import EDITORS, Rendering
from desk.service_rules import ApprovedLine, ServiceRules
from desk.viewer import Id, agent_of, theirs

MODE_HEADER = "X-Mode"
QUEUES = (
    Queue.ALL,
    Queue.MINE,
    Queue.UNASSIGNED,
    Queue.DEPARTMENT,
    Queue.WAITING,
    Queue.SNOOZED,
    Queue.CLOSED,
)
ASKED_AT_CLOSING = tuple(one for one in Outcome if one not in (Outcome.GIVEN_BACK,))


class InboxPages:
    """Whole pages show what is in the database now; events say when to draw a part anew."""

    def __init__(
        self,
        queues: QueueReader,
        lists: SharedLists,
        looks: LookStore,
        agents: AgentStore,
        cases: CaseService,
        rendering: Rendering,
        canned: CannedStore,
        service: ServiceRules,
        customers: Customers,
        ledger: DeliveryLedger,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._new_id = new_id
        self._queues = queues
        self._lists = lists
        self._looks = looks
        self._agents = agents
        self._cases = cases
        self._rendering = rendering
        self._canned = canned
        self._service = service
        self._customers = customers
        self._ledger = ledger
        self._now = now
        self._drawn = QueueRows(rendering)

    def _rows(self, entries: Sequence[QueueEntry], alert: bool, **more: Any) -> Markup:
        return self._drawn.draw(entries, alert=alert, **more)

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/inbox", self.show, Role.AGENT)
        routes.get("/inbox/queue", self.queue, Role.AGENT)
        routes.get(f"/inbox/{Id}", self.conversation, Role.AGENT)
        routes.get(f"/inbox/{Id}/live", self.live, Role.AGENT)
        routes.get(f"/inbox/{Id}/earlier", self.earlier, Role.AGENT)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the queues with nothing opened."""
        agent = agent_of(request[ACCOUNT])
        cursor = await self._queues.newest()  # first: what happens from here on is told
        facts = {
            **await self._queue_facts(request, agent),
            "opened": None,
            "pane": "queue",
            "cursor": cursor,
        }
        return self._rendering.page(request, "inbox.html", facts)

    async def queue(self, request: web.Request) -> web.StreamResponse:
        """Return the list alone, for a screen that has heard of something."""
        agent = agent_of(request[ACCOUNT])
        lists = await self._lists.of(_queue_of(request), agent)
        facts = await self._queue_facts(request, agent, lists)
        return self._rendering.page(request, "queue.html", facts)

    async def conversation(self, request: web.Request) -> web.StreamResponse:
        """Show a conversation beside the queues."""
        return await self.opened(request)

    async def opened(
        self, request: web.Request, *, problem: str = "", status: int = 200
    ) -> web.Response:
        """Return the page of a conversation, with a sentence on top where something failed."""
        conversation_id, agent = await theirs(request, self._queues)
        facts = {
            **await self._conversation_facts(request, conversation_id, agent),
            **await self._queue_facts(request, agent),
            "problem": problem,
            "pane": "conv",
        }
        return self._rendering.page(request, "inbox.html", facts, status=status)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Return what changes in an open conversation; drafts and focus stay where they are."""
        conversation_id, agent = await theirs(request, self._queues)
        facts = await self._conversation_facts(request, conversation_id, agent)
        answer = self._rendering.page(request, "conversation_live.html", facts)
        answer.headers[MODE_HEADER] = facts["mode"]
        return answer

    async def earlier(self, request: web.Request) -> web.StreamResponse:
        """Return the page of a conversation before a place."""
        conversation_id, agent = await theirs(request, self._queues)
        before = request.query.get("before", "")
        if not before.isascii() or not before.isdecimal():
            raise web.HTTPBadRequest
        facts = await self._conversation_facts(
            request, conversation_id, agent, before=int(before[:9])
        )
        return self._rendering.page(request, "conversation_lines.html", facts)

    async def approved_line(
        self, conversation_id: str, name: str
    ) -> tuple[ApprovedLine | None, int]:
        """Return a line that the service takes at any time here, and the newest place."""
        transcript = await self._queues.transcript(conversation_id, at=self._now(), limit=1)
        conversation = transcript.conversation
        cases = await self._cases.cases_of(conversation.person_id, limit=1)
        number = cases[0].number if cases else ""
        offered = self._service.templates(conversation, number=number)
        line = next((one for one in offered if one.name == name), None)
        return line, newest(transcript.messages)

    async def _queue_facts(
        self, request: web.Request, agent: Agent, lists: Lists | None = None
    ) -> dict[str, Any]:
        """Return what the list shows: as of now, or as of a moment ago in ``lists``."""
        queue = _queue_of(request)
        lists = lists or await self._lists.of(queue, agent, fresh=True)
        opened_id = request.match_info.get("id") or request.query.get("opened", "")[:36]
        now = self._now()
        return {
            "available": lists.available,
            "queues": QUEUES,
            "queue": queue,
            "entries": lists.entries,
            "counts": lists.counts,
            "alerts": lists.alerts,
            "agent": agent,
            "rows": partial(
                self._rows,
                opened_id=opened_id,
                queue=queue.value,
                language=self._rendering.language(request),
                now=now,
                token=self._rendering.token(request),
            ),
            "now": now,
        }

    async def _conversation_facts(
        self,
        request: web.Request,
        conversation_id: str,
        agent: Agent,
        *,
        before: int | None = None,
    ) -> dict[str, Any]:
        now = self._now()
        try:
            transcript = await self._queues.transcript(conversation_id, at=now, before=before)
        except ConversationNotFound:
            raise web.HTTPNotFound from None
        if before is None:
            seen = newest(transcript.messages)
            await self._looks.seen(conversation_id, agent.id, seen)
            self._lists.saw(conversation_id, agent.id, seen)
        conversation, spell = transcript.conversation, transcript.spell
        attendance = await self._agents.all()
        names: Mapping[str, Agent] = {one.agent.id: one.agent for one in attendance}
        cases = await self._cases.cases_of(conversation.person_id, limit=5)
        number = cases[0].number if cases else ""
        customer = await self._customers.of(conversation.person_id, request[ACCOUNT])
        until = await self._service.open_until(conversation)
        ours = [one.id for one in transcript.messages if one.sender is not Sender.CITIZEN]
        return {
            "opened": transcript,
            "conversation": conversation,
            "spell": spell,
            "lines": lines(transcript),
            "delivered": await self._ledger.statuses(ours),
            "mode": mode(spell, agent),
            "owner": names.get(spell.owner_id or "") if spell else None,
            "others": [one for one in transcript.looks if one.agent.id != agent.id],
            "colleagues": [one for one in attendance if one.agent.id != agent.id],
            "names": names,
            "customer": customer,
            "cases": customer.cases if customer else (),
            "here_id": conversation.id,
            "canned": offered(
                await self._canned.all(),
                conversation,
                fields_of(transcript, agent, number=number),
                request[ACCOUNT],
                self._rendering.language(request),
            ),
            "window_until": until,
            "window_closed": until is not None and until <= now,
            "may_edit_canned": any(request[ACCOUNT].may(one) for one in EDITORS),
            "may_retry": mode(spell, agent) == "mine" or agent.supervises,
            "templates": self._service.templates(conversation, number=number),
            "kinds": list(CaseKind),
            "once": self._new_id(),
            "outcomes": ASKED_AT_CLOSING,
            "departments": DEPARTMENTS,
            "seen": newest(transcript.messages),
            "cursor": transcript.cursor,
            "agent": agent,
            "lamp": lamp,
            "called": called,
            "short": short,
            "now": now,
        }


def _queue_of(request: web.Request) -> Queue:
    wanted = request.query.get("queue", "")
    return Queue(wanted) if wanted in list(Queue) else Queue.ALL
