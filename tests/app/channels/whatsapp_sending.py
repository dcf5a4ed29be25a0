"""The parts of a conversation with a WhatsApp channel that sends to a server that plays Meta."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from app.whatsapp_wiring import service_window
from cases.calendar import WorkingCalendar
from channels.whatsapp.channel import WhatsappChannel
from channels.whatsapp.envelope import StatusTold
from channels.whatsapp.fake_graph import NUMBER_ID, TOKEN, FakeGraph
from channels.whatsapp.graph import GraphClient
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.statuses import Statuses
from conversations.answer_clocks import AnswerClocks
from conversations.arrivals import Arrival, RawWebhook
from conversations.handover import Handover
from conversations.lines import Lines
from conversations.model import Address, InboundMessage, Message, Sender
from conversations.outbox import Outbox
from conversations.wakeup import Wakeup
from conversations.webhook_inbox import WebhookInbox
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.sql_agent_store import SqlAgentStore
from stores.sql_delivery_ledger import SqlDeliveryLedger
from stores.sql_handover import SqlHandover
from stores.sql_webhook_store import SqlWebhookStore
from tests.app.conversations.parts import Parts, all_parts, new_id

MARIAM = Address("whatsapp", "phone", "971501234567")
SALEM = Address("whatsapp", "user_id", "AE.1A2B3C4D5E6F")
PHRASES = Catalogue.load()


def say(key: str, language: Language) -> str:
    return PHRASES.say(key, language)


@dataclass
class Sending:
    parts: Parts
    meta: FakeGraph
    outbox: Outbox
    handover: Handover
    statuses: Statuses
    ledger: SqlDeliveryLedger
    webhooks: WebhookInbox

    async def writes(self, text: str, *, of: Address = MARIAM) -> None:
        """Let somebody write through the webhook."""
        at = self.parts.clock()
        inbound = InboundMessage(address=of, provider_id=new_id(), text=text, sent_at=at)
        raw = RawWebhook(new_id(), "whatsapp", new_id(), text, len(text), at)
        await self.webhooks.receive_webhook(raw, [Arrival(inbound=inbound)])

    async def answered(self, *texts: str, of: Address = MARIAM) -> None:
        """Let somebody say something and the assistant answer it."""
        for text in texts:
            await self.parts.hear(text, of=of)
        await self.parts.answer_all()

    async def send_all(self) -> None:
        while (lease := await self.outbox.claims.lease()) is not None:
            await self.outbox.work(lease)

    async def ours(self, of: Address = MARIAM) -> Sequence[Message]:
        return [one for one in await self.parts.messages(of) if one.sender is not Sender.CITIZEN]

    async def states(self, of: Address = MARIAM) -> list[tuple[str, str | None]]:
        return [(one.state.value, one.reason) for one in await self.ours(of)]

    async def told(self, message: Message, status: str, code: str | None = None) -> None:
        """Let Meta tell a status."""
        one = StatusTold("wamid.X", status, self.parts.clock(), message.id, code)
        await self.statuses.note([one])


@asynccontextmanager
async def sending(engine: AsyncEngine, **graph: Any) -> AsyncIterator[Sending]:
    meta = await FakeGraph(slow_s=1.0).start()
    try:
        async with all_parts(engine) as parts, ClientSession() as http:
            webhooks = SqlWebhookStore(engine, new_id=new_id)
            window, ledger = service_window(webhooks), SqlDeliveryLedger(engine)

            def now_s() -> float:
                return parts.clock.at.timestamp()

            channel = WhatsappChannel(
                GraphClient(
                    http,
                    url=meta.url,
                    version="v26.0",
                    phone_number_id=NUMBER_ID,
                    token=TOKEN,
                    timeout_s=0.3,
                ),
                say=say,
                pair_rate=PairRate(now_s=now_s),
                throughput=Throughput(80, now_s=asyncio.get_running_loop().time),
                last_heard=webhooks.last_heard,
            )
            handover = Handover(
                SqlHandover(engine),
                SqlAgentStore(engine),
                clocks=AnswerClocks.load(WorkingCalendar.load()),
                lines=Lines(PHRASES, new_id=new_id),
                now=parts.clock,
                new_id=new_id,
                to_send=Wakeup(),
                window=window,
                hold_s=0.0,
            )
            outbox = Outbox(
                parts.store,
                {channel.name: channel},
                owner="outbox",
                now=parts.clock,
                window=window,
            )
            statuses = Statuses(ledger, window, now=parts.clock)
            inbox = WebhookInbox(parts.inbox, webhooks)
            yield Sending(parts, meta, outbox, handover, statuses, ledger, inbox)
            await channel.close()
    finally:
        await meta.stop()
