"""A receiver on a real server and a real database, without anybody who answers."""

from __future__ import annotations

import io
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from aiohttp import ClientSession, web
from sqlalchemy.ext.asyncio import AsyncEngine

from app.whatsapp_wiring import service_window
from channels.whatsapp.fake_graph import NUMBER_ID, SECRET
from channels.whatsapp.receiver import PATH, WhatsappReceiver
from channels.whatsapp.signature import HEADER, signature
from channels.whatsapp.statuses import Statuses
from conversations.flood import FloodLimits
from conversations.inbox import Inbox
from conversations.lines import Lines
from conversations.model import Message
from conversations.places import AnswerPlaces
from conversations.wakeup import Wakeup
from conversations.webhook_inbox import WebhookInbox
from phrases.catalogue import Catalogue
from stores.conversation_rows import MESSAGES, message_from
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_delivery_ledger import SqlDeliveryLedger
from stores.sql_webhook_store import SqlWebhookStore
from stores.webhook_tables import RawWebhookRow

OLD_SECRET = "the-secret-before-this-one"


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Receiving:
    engine: AsyncEngine
    url: str
    http: ClientSession
    store: SqlConversationStore
    webhooks: SqlWebhookStore
    ledger: SqlDeliveryLedger

    async def post(self, body: bytes, *, secret: str = SECRET, **headers: str) -> int:
        signed = {HEADER: f"sha256={signature(body, secret)}", **headers}
        async with self.http.post(self.url, data=io.BytesIO(body), headers=signed) as answer:
            return answer.status

    async def messages(self) -> list[Message]:
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                sa.select(MESSAGES).order_by(MESSAGES.c.conversation_id, MESSAGES.c.seq)
            )
            return [message_from(row) for row in rows.mappings()]

    async def heard(self) -> dict[str, Message]:
        """Return what came in, by the service's id."""
        return {one.provider_id: one for one in await self.messages() if one.provider_id}

    async def raw(self, state: str) -> list[sa.RowMapping]:
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                sa.select(RawWebhookRow.__table__).where(RawWebhookRow.state == state)
            )
            return list(rows.mappings())

    async def count(self, table: str) -> int:
        async with self.engine.connect() as connection:
            found = await connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))  # noqa: S608
            return int(found or 0)


@asynccontextmanager
async def receiving(
    engine: AsyncEngine, *, flood: FloodLimits | None = None
) -> AsyncIterator[Receiving]:
    store = SqlConversationStore(engine, new_id=new_id)
    webhooks, ledger = SqlWebhookStore(engine, new_id=new_id), SqlDeliveryLedger(engine)
    inbox = Inbox(
        store,
        Lines(Catalogue.load(), new_id=new_id),
        flood=flood or FloodLimits(),
        now=now,
        new_id=new_id,
        to_answer=AnswerPlaces(),
        to_send=Wakeup(),
    )
    receiver = WhatsappReceiver(
        WebhookInbox(inbox, webhooks),
        phone_number_id=NUMBER_ID,
        app_secrets=(SECRET, OLD_SECRET),
        verify_token="word",
        statuses=Statuses(ledger, service_window(webhooks), now=now),
        now=now,
        new_id=new_id,
    )
    app = web.Application()
    receiver.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    try:
        async with ClientSession() as http:
            yield Receiving(engine, url, http, store, webhooks, ledger)
    finally:
        await runner.cleanup()
