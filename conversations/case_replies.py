"""Answer the person of a case through the channel they came by, or put it down to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.errors import ReplyNotFound
from cases.law import Law
from cases.model import Case, CaseState
from cases.replies import (
    Reply,
    ReplyState,
    check_move,
    replied,
    told,
    written_to_tell,
)
from conversations.agents import Agent
from conversations.delivery import DeliveryLedger
from conversations.duty import AgentStore
from conversations.errors import ConversationNotFound, MessageNotFound
from conversations.floor import Change, Floor, UnsentLine
from conversations.floor_words import Words
from conversations.handover import usable
from conversations.handover_errors import (
    AgentNotFound,
    HandoverError,
    NothingToUndo,
    NotYours,
    WindowClosed,
)
from conversations.handover_ports import HandoverStore
from conversations.model import NOTHING, Conversation
from conversations.reply_ports import ReplyStore
from conversations.wakeup import Wakeup
from conversations.window import TEMPLATE, ServiceWindow
from kernel.reading import read

CASE = "case"


@dataclass(frozen=True, slots=True)
class Way:
    """How the person of a case can be answered now.

    ``conversation`` is None where there is no channel. ``held_by``: a colleague speaks with
    the person, or empty for somebody waiting in the queue; None: nothing is in the way.
    """

    conversation: Conversation | None
    open_until: datetime | None = None
    held_by: str | None = None


class CaseReplies:
    """Answers wait ``hold_s`` and can be taken back so long; then they are said, once."""

    def __init__(
        self,
        store: ReplyStore,
        handovers: HandoverStore,
        agents: AgentStore,
        words: Words,
        ledger: DeliveryLedger,
        window: ServiceWindow,
        law: Law,
        *,
        to_send: Wakeup,
        now: Callable[[], datetime],
        hold_s: float,
    ) -> None:
        self._store = store
        self._handovers = handovers
        self._agents = agents
        self._words = words
        self._ledger = ledger
        self._window = window
        self._law = law
        self._to_send = to_send
        self._now = now
        self._hold = timedelta(seconds=hold_s)
        self.held = Wakeup()

    def outcomes(self, case: Case) -> tuple[str, ...]:
        """Return what may come of a case, one of which an answer that resolves it names."""
        return self._law.outcomes(case.kind)

    async def way(self, case: Case, viewer: Agent) -> Way:
        """Return how the person can be answered now."""
        try:
            conversation = await self._handovers.conversation(case.conversation_id)
        except ConversationNotFound:
            return Way(None)
        spell = await self._handovers.find(conversation.id)
        theirs = spell is None or spell.owner_id == viewer.id
        return Way(
            conversation,
            await self._window.open_until(conversation),
            None if theirs or spell is None else spell.owner_id or "",
        )

    async def reply(
        self,
        case: Case,
        agent: Agent,
        text: str,
        *,
        reply_id: str,
        seen: int,
        move_to: CaseState | None = None,
        outcome: str | None = None,
        metadata: Mapping[str, Any] = NOTHING,
    ) -> Reply:
        """Answer, once for each ``reply_id``.

        Raises:
            TextNotUsable, WindowClosed, NotYours: see there.
            MoveNotAllowed: the case cannot go to ``move_to``.
            OutcomeMissing: it would be resolved, but not as the law of its kind wants it.
            CaseChanged: its version is not ``seen``.
        """
        before = await self._store.find(reply_id)
        if before is not None:
            return before
        kept, at = usable(text), self._now()
        check_move(case, move_to)
        resolves = move_to is CaseState.RESOLVED
        if resolves:
            self._law.check_closing(case.number, case.kind, outcome, kept)
        way = await self.way(case, agent)
        reply = Reply(
            id=reply_id,
            case_number=case.number,
            author_id=agent.id,
            text=kept,
            language=read(kept).language or case.language,
            at=at,
            send_at=at + self._hold,
            move_to=move_to,
            outcome=outcome if resolves else None,
            metadata=dict(metadata),
        )
        if way.conversation is None:
            put_down = replace(reply, state=ReplyState.TO_TELL)
            return await self._store.put_down(
                put_down, lambda case, reply: written_to_tell(case, reply, at=at), seen=seen
            )
        if way.held_by is not None:
            raise NotYours(by=way.held_by)
        if TEMPLATE not in metadata and way.open_until is not None and way.open_until <= at:
            raise WindowClosed(until=way.open_until.isoformat())
        reply = replace(reply, conversation_id=way.conversation.id)
        reply = await self._store.hold(reply, seen=seen)
        if reply.send_at <= at:
            return await self._say(reply, agent)
        self.held.wake()
        return reply

    async def undo(self, number: str, reply_id: str, agent: Agent) -> Reply:
        """Take an answer back; raises ReplyNotFound, NothingToUndo."""
        await self._of(number, reply_id)
        undone = await self._store.settle(
            reply_id, ReplyState.UNDONE, was=ReplyState.HELD, by=agent.actor, at=self._now()
        )
        if undone is None:
            raise NothingToUndo
        return undone

    async def tell(self, number: str, reply_id: str, agent: Agent) -> Reply:
        """Note that the person was told; raises ReplyNotFound. Twice is once."""
        reply, at = await self._of(number, reply_id), self._now()
        done = await self._store.settle(
            reply_id,
            ReplyState.TOLD,
            was=ReplyState.TO_TELL,
            by=agent.actor,
            at=at,
            make=lambda case, reply: told(
                case, self._fitting(case, reply), at=at, actor=agent.actor
            ),
        )
        return done or await self._store.get(reply.id)

    async def of_case(self, number: str) -> Sequence[Reply]:
        """Return the answers of a case, newest first."""
        return await self._store.of_case(number)

    async def to_tell(self, departments: frozenset[str]) -> Sequence[tuple[Reply, Case]]:
        """Return what somebody has yet to tell; see ``ReplyStore.to_tell``."""
        return await self._store.to_tell(departments)

    async def delivery(self, reply: Reply) -> str:
        """Return how far the message is that an answer became: a status or a state."""
        try:
            life = await self._ledger.life(reply.id)
        except MessageNotFound:
            return reply.state.value
        return (life.status or life.message.state).value

    async def say_due(self) -> None:
        """Say what is held and whose time has come; for whoever keeps time."""
        for reply in await self._store.due(self._now()):
            agent = await self._agents.find(reply.author_id)
            if agent is None:
                await self._refused(reply, AgentNotFound.code)
            else:
                await self._say(reply, agent)

    async def _say(self, reply: Reply, agent: Agent) -> Reply:
        at = self._now()
        try:
            said = await self._store.send(
                reply.id,
                lambda case, reply: replied(case, self._fitting(case, reply), at=at),
                lambda floor: self._line(floor, reply, agent, at),
                at=at,
            )
        except (HandoverError, ConversationNotFound) as error:
            return await self._refused(reply, error.code)
        self._to_send.wake()
        return said

    def _fitting(self, case: Case, reply: Reply) -> Reply:
        """Return ``reply``; it resolves nothing when the case became of another kind meanwhile."""
        if reply.move_to is CaseState.RESOLVED and reply.outcome not in self.outcomes(case):
            return replace(reply, move_to=None, outcome=None)
        return reply

    async def _refused(self, reply: Reply, reason: str) -> Reply:
        refused = await self._store.settle(
            reply.id,
            ReplyState.REFUSED,
            was=ReplyState.HELD,
            by="system:replies",
            at=self._now(),
            reason=reason,
        )
        return refused or await self._store.get(reply.id)

    def _line(self, floor: Floor, reply: Reply, agent: Agent, at: datetime) -> Change:
        """Return the change that says it: as the owner, or beside the assistant."""
        line = UnsentLine(
            id=reply.id,
            conversation_id=floor.conversation.id,
            author_id=agent.id,
            text=reply.text,
            language=reply.language,
            at=at,
            send_at=at,
            metadata={
                **reply.metadata,
                CASE: reply.case_number,
                "agent": agent.id,
                "agent_ar": agent.name_ar,
                "agent_en": agent.name_en,
            },
        )
        if floor.spell is not None:
            return self._words.reply(floor, agent, line, take_over=False, at=at)
        return Change(
            what="replied_from_case",
            actor=agent.actor,
            spell=None,
            controller=floor.conversation.controller,
            lines=(line.as_message(),),
            facts={CASE: reply.case_number},
        )

    async def _of(self, number: str, reply_id: str) -> Reply:
        reply = await self._store.get(reply_id)
        if reply.case_number != number:
            raise ReplyNotFound(reply_id=reply_id)
        return reply
