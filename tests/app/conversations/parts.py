"""A store, an inbox, a relay and an outbox on one database, with a clock that tests move."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.escalation import EscalationRules
from channels.fake import FakeChannel
from conversations.answer_clocks import AnswerClocks
from conversations.asking import Patience
from conversations.attention import Attention
from conversations.duty import Roster
from conversations.escalating import Escalating
from conversations.fake_rasa import Answering, FakeRasa, echo
from conversations.flood import FloodLimits
from conversations.handover import Handover
from conversations.inbox import Inbox
from conversations.lines import Lines
from conversations.model import Address, Conversation, InboundMessage, Message
from conversations.outbox import Outbox
from conversations.places import AnswerPlaces, Place, Places, SendPlaces
from conversations.ports import Assistant, Claim, Lease, Received
from conversations.rasa_assistant import RasaAssistant
from conversations.rating_turns import RatingTurns
from conversations.relay import Relay
from conversations.sending import Backoff
from phrases.catalogue import Catalogue
from stores.sql_agent_store import SqlAgentStore
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_handover import SqlHandover
from stores.sql_rating_store import SqlRatingStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MARIAM = Address("fake", "user", "mariam")
SOON = Backoff(usual_s=(10.0, 20.0), by_code_s={"131056": (40.0,)})
QUICK = Patience(one_moment_s=0.3, give_up_s=0.9, most_errors=3, pause_s=0.01)


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Clock:
    """Moves a little with each look, so that everything has an order."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Hands[Work]:
    """Keeps a place free each time in a worker's stead; a test has done what was handed over."""

    def __init__(self, places: Places[Work], claims: Callable[[], Claim]) -> None:
        self._claims = claims
        self._kept: list[Place[Work]] = []
        self.open = True
        places.kept_by(self._keep)

    async def _keep(self) -> Place[Work] | None:
        if not self.open:
            return None
        self._kept.append(Place(self._claims()))
        return self._kept[-1]

    def take(self) -> tuple[Lease, Work] | None:
        """Return what was handed over first and not taken yet."""
        for place in list(self._kept):
            if place.handed.done():
                self._kept.remove(place)
                if (handed := place.handed.result()) is not None:
                    return handed
        return None


@dataclass
class Parts:
    store: SqlConversationStore
    clock: Clock
    inbox: Inbox
    relay: Relay
    outbox: Outbox
    channel: FakeChannel
    rasa: FakeRasa
    handover: Handover
    agents: SqlAgentStore
    handover_store: SqlHandover
    to_answer: AnswerPlaces
    to_send: SendPlaces
    typing: list[bool] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    turns: Hands[Any] | None = None
    sendings: Hands[Any] | None = None

    async def hear(self, text: str, *, of: Address = MARIAM, **more: Any) -> Received:
        inbound = InboundMessage(
            address=of, provider_id=f"p-{next(self.numbers)}", text=text, sent_at=self.clock()
        )
        return await self.inbox.receive(replace(inbound, **more))

    async def answer_all(self) -> None:
        while (turn := await self.next_turn()) is not None:
            await self.relay.work(*turn)

    async def next_turn(self) -> tuple[Lease, Any] | None:
        handed = self.turns.take() if self.turns else None
        lease = None if handed else await self.relay.claims.lease()
        return handed or (lease and (lease, None))

    def keep_places(self, keep: bool) -> None:
        """Have workers keep places free from now on, or none."""
        for hands in (self.turns, self.sendings):
            assert hands is not None
            hands.open = keep

    async def send_all(self) -> None:
        while (sending := await self._next_sending()) is not None:
            await self.outbox.work(*sending)

    async def _next_sending(self) -> tuple[Lease, Any] | None:
        handed = self.sendings.take() if self.sendings else None
        lease = None if handed else await self.outbox.claims.lease()
        return handed or (lease and (lease, None))

    async def messages(self, of: Address = MARIAM) -> Sequence[Message]:
        conversation = await self.conversation(of)
        found, more = await self.store.history(conversation.id, after=0, limit=10_000)
        assert not more
        return found

    async def conversation(self, of: Address = MARIAM) -> Conversation:
        found = await self.store.find(of)
        assert found is not None
        return found


@asynccontextmanager
async def all_parts(
    engine: AsyncEngine,
    *,
    answering: Answering = echo,
    patience: Patience = QUICK,
    flood: FloodLimits | None = None,
    slow_s: float = 0.5,
    hold_s: float = 0.0,
    assistant: Assistant | None = None,
    said_by: Callable[[], Mapping[str, Any]] = dict,
    handing: bool = False,
) -> AsyncIterator[Parts]:
    clock, typing, channel = Clock(), [], FakeChannel()
    agents, hours = SqlAgentStore(engine), WorkingCalendar.load()
    duty = Roster(agents, hours=hours, now=clock)
    store = SqlConversationStore(engine, new_id=new_id)
    phrases = Catalogue.load()
    lines = Lines(phrases, new_id=new_id)
    to_answer, to_send = AnswerPlaces(), SendPlaces()
    inbox = Inbox(
        store,
        lines,
        flood=flood or FloodLimits(),
        now=clock,
        new_id=new_id,
        to_answer=to_answer,
        to_send=to_send,
    )

    handover_store = SqlHandover(engine)
    handover = Handover(
        handover_store,
        agents,
        clocks=AnswerClocks.load(hours),
        lines=lines,
        now=clock,
        new_id=new_id,
        to_send=to_send,
        hold_s=hold_s,
    )

    async def show_typing(_conversation: Conversation, on: bool) -> None:
        typing.append(on)

    rasa = await FakeRasa(answering, slow_s=slow_s).start()
    async with ClientSession() as http:
        relay = Relay(
            store,
            assistant or RasaAssistant(http, url=rasa.url),
            lines,
            patience=patience,
            attention=Attention(EscalationRules.load().hear, duty.anybody, phrases.say),
            show_typing=show_typing,
            to_send=to_send,
            owner="relay",
            now=clock,
            new_id=new_id,
            escalating=Escalating(handover.moves, handover.words, duty),
            ratings=RatingTurns(SqlRatingStore(engine), lines, now=clock),
            said_by=said_by,
        )
        outbox = Outbox(store, {"fake": channel}, owner="outbox", now=clock, backoff=SOON)
        try:
            yield Parts(
                store=store,
                clock=clock,
                inbox=inbox,
                relay=relay,
                outbox=outbox,
                channel=channel,
                rasa=rasa,
                handover=handover,
                agents=agents,
                handover_store=handover_store,
                to_answer=to_answer,
                to_send=to_send,
                typing=typing,
                turns=Hands(to_answer, relay.claims.next) if handing else None,
                sendings=Hands(to_send, outbox.claims.next) if handing else None,
            )
        finally:
            await rasa.stop()
