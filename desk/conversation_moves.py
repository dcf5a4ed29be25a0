"""What an agent does with a conversation: take it, speak in it, pass it on, end it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from accounts.model import Role
from cases.departments import ACTIVE, DEPARTMENTS
from conversations.agents import Agent
from conversations.canned import CannedStore
from conversations.handover import Handover
from conversations.handover_errors import AlreadyClaimed, HandoverError
from conversations.queues import LookStore, QueueReader
from conversations.resending import Resending
from desk.access import Handler, Routes
from desk.conversation_files import ConversationFiles
from desk.inbox_pages import InboxPages
from desk.rendering import Rendering
from desk.viewer import Id, theirs
from kernel.iban import ibans_in
from kernel.language import Language

SAID = "said"
LOOKS_FOR = timedelta(seconds=30)
MORNING = 8

Move = Callable[[web.Request, str, Agent], Awaitable[object]]


class ConversationMoves:
    """A move that is not allowed now comes back with the page as it is and why."""

    def __init__(
        self,
        handover: Handover,
        queues: QueueReader,
        looks: LookStore,
        inbox: InboxPages,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        files: ConversationFiles,
        resending: Resending,
        canned: CannedStore,
    ) -> None:
        self._canned = canned
        self._files = files
        self._resending = resending
        self._handover = handover
        self._queues = queues
        self._looks = looks
        self._inbox = inbox
        self._rendering = rendering
        self._now = now
        self._zone = zone

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        floor = self._handover
        moves: dict[str, Move] = {
            "claim": lambda _request, id_, agent: floor.claim(id_, agent),
            "take-over": lambda _request, id_, agent: floor.take_over(id_, agent),
            "give-back": lambda _request, id_, agent: floor.give_back(id_, agent),
            "acknowledge": lambda _request, id_, agent: floor.acknowledge(id_, agent),
            "release": self._release,
            "transfer": self._transfer,
            "close": self._close,
            "snooze": self._snooze,
            "template": self._template,
            "retry": self._retry,
        }
        for name, move in moves.items():
            routes.post(f"/inbox/{Id}/{name}", self._moving(move), Role.AGENT)
        routes.post(f"/inbox/{Id}/reply", self.reply, Role.AGENT)
        routes.post(f"/inbox/{Id}/note", self.note, Role.AGENT)
        routes.post(f"/inbox/{Id}/undo", self.undo, Role.AGENT)
        routes.post(f"/inbox/{Id}/look", self.look, Role.AGENT)

    def _moving(self, move: Move) -> Handler:
        """Return the handler of a move: back to the conversation, or the page with why not."""

        async def handler(request: web.Request) -> web.StreamResponse:
            conversation_id, agent = await theirs(request, self._queues)
            try:
                await move(request, conversation_id, agent)
            except HandoverError as error:
                return await self._inbox.opened(
                    request, problem=self._why(request, error), status=409
                )
            seen = await self._queues.may_see(agent, conversation_id)
            raise web.HTTPSeeOther(f"/desk/inbox/{conversation_id}" if seen else "/desk/inbox")

        return handler

    async def _release(self, request: web.Request, id_: str, agent: Agent) -> object:
        note = str((await request.post()).get("note", "")) or None
        return await self._handover.release(id_, agent, note=note)

    async def _transfer(self, request: web.Request, id_: str, agent: Agent) -> object:
        form = await request.post()
        if form.get("unit") and form["unit"] not in ACTIVE:
            raise web.HTTPBadRequest
        return await self._handover.transfer(
            id_,
            agent,
            to=str(form.get("to", "")) or None,
            department=str(form.get("unit", "")) or None,
            note=str(form.get("note", "")) or None,
        )

    async def _close(self, request: web.Request, id_: str, agent: Agent) -> object:
        form = await request.post()
        fields = ("outcome", "department", "case", "summary")
        told = {name: str(form.get(name, "")).strip() for name in fields}
        if told["department"] and told["department"] not in DEPARTMENTS:
            raise web.HTTPBadRequest
        return await self._handover.close(
            id_, agent, {name: value for name, value in told.items() if value}
        )

    async def _snooze(self, request: web.Request, id_: str, agent: Agent) -> object:
        until = str((await request.post()).get("until", ""))
        now = self._now()
        morning = (now.astimezone(self._zone) + timedelta(days=1)).replace(
            hour=MORNING, minute=0, second=0, microsecond=0
        )
        moments = {"hour": now + timedelta(hours=1), "morning": morning}
        return await self._handover.snooze(id_, agent, until=moments.get(until))

    async def _template(self, request: web.Request, id_: str, agent: Agent) -> object:
        """Say an approved line, which the service takes at any time."""
        name = str((await request.post()).get("name", ""))
        line, seen = await self._inbox.approved_line(id_, name)
        if line is None:
            raise web.HTTPBadRequest
        return await self._handover.reply(
            id_, agent, line.text, seen_seq=seen, metadata=line.metadata
        )

    async def _retry(self, request: web.Request, id_: str, agent: Agent) -> object:
        """Send once more what did not arrive; what may have arrived only if they are sure."""
        form = await request.post()
        message_id, sure = str(form.get("message", ""))[:36], form.get("sure") == "yes"
        await self._resending.again(id_, message_id, agent, sure=sure)
        return None

    async def _own_ibans(self) -> frozenset[str]:
        """Return the accounts that stand in a ready reply: somebody answers for these."""
        replies = await self._canned.all()
        return ibans_in("\n".join(one.text_ar + "\n" + one.text_en for one in replies))

    async def reply(self, request: web.Request) -> web.StreamResponse:
        """Say something to the customer; what was typed stays typed until it is kept."""
        conversation_id, agent = await theirs(request, self._queues)
        form = await request.post()
        seen = str(form.get("seen", ""))
        try:
            line = await self._handover.reply(
                conversation_id,
                agent,
                str(form.get("text", "")),
                seen_seq=int(seen) if seen.isascii() and seen.isdecimal() else 0,
                line_id=str(form.get("line", ""))[:36] or None,
                own_ibans=await self._own_ibans(),
                files=await self._files.chosen(
                    conversation_id, [str(one) for one in form.getall("file", [])]
                ),
            )
        except HandoverError as error:
            return self._told(request, {"problem": self._why(request, error)}, status=409)
        held = line.send_at > self._now()
        return self._told(request, {"line": line if held else None, "id": conversation_id})

    async def note(self, request: web.Request) -> web.StreamResponse:
        """Leave word for colleagues."""
        conversation_id, agent = await theirs(request, self._queues)
        form = await request.post()
        mentions = [str(one) for one in form.getall("mention", [])]
        try:
            await self._handover.note(
                conversation_id, agent, str(form.get("text", "")), mentions=mentions
            )
        except HandoverError as error:
            return self._told(request, {"problem": self._why(request, error)}, status=409)
        return self._told(request, {})

    async def undo(self, request: web.Request) -> web.StreamResponse:
        """Take back the last line, while that can be done."""
        conversation_id, agent = await theirs(request, self._queues)
        line_id = str((await request.post()).get("line", ""))
        try:
            await self._handover.undo(conversation_id, agent, line_id)
        except HandoverError as error:
            return self._told(request, {"problem": self._why(request, error)}, status=409)
        return self._told(request, {}, undone=True)

    async def look(self, request: web.Request) -> web.StreamResponse:
        """Keep that somebody looks, and whether they type."""
        conversation_id, agent = await theirs(request, self._queues)
        typing = "typing" in await request.post()
        now = self._now()
        await self._looks.look(conversation_id, agent, typing=typing, at=now, until=now + LOOKS_FOR)
        return web.Response(status=204)

    def _told(
        self,
        request: web.Request,
        facts: dict[str, object],
        *,
        status: int = 200,
        undone: bool = False,
    ) -> web.StreamResponse:
        shown = {"problem": "", "line": None, "id": "", **facts}
        answer = self._rendering.page(request, "told.html", shown, status=status)
        if status == 200 and not undone:
            answer.headers["HX-Trigger"] = SAID
        return answer

    def _why(self, request: web.Request, error: HandoverError) -> str:
        if isinstance(error, AlreadyClaimed):
            arabic = self._rendering.language(request) is Language.AR
            name = str(error.facts.get("name_ar" if arabic else "name_en", ""))
            return self._rendering.say(request, "desk_already_claimed", name=name)
        return self._rendering.say(request, f"desk_{error.code}")
