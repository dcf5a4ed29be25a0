"""Raw webhooks are forgotten after their time, on both databases."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.arrivals import RawWebhook, Unreadable
from conversations.raw_retention import RawRetention
from stores.sql_raw_webhooks import SqlRawWebhooks
from stores.sql_webhook_store import SqlWebhookStore
from stores.webhook_tables import RawWebhookRow
from tests.app.conversations.parts import new_id

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


async def bodies(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.scalars(sa.select(RawWebhookRow.body)))


async def test_old_ones_go_in_small_steps_and_what_was_put_aside_stays_longer(
    engine: AsyncEngine,
) -> None:
    store = SqlWebhookStore(engine, new_id=new_id)

    def raw(name: str, days: float) -> RawWebhook:
        body = f"أين طلبي {name}؟"
        return RawWebhook(new_id(), "fake", name, body, 20, NOW - timedelta(days=days))

    for n in range(5):
        await store.keep(raw(f"INV-{n}", 31 + n), ())
    await store.keep(raw("new", 29), ())
    await store.quarantine(raw("aside", 60), "not_json")
    await store.quarantine(raw("aside-old", 91), "not_json")
    await store.keep(raw("parts", 40), (), unreadable=(Unreadable("shape", "جزء INV-9"),))

    retention = RawRetention(SqlRawWebhooks(engine), days=30, now=lambda: NOW, at_once=3)
    rounds = 1
    while await retention.once():
        rounds += 1
    assert rounds == 3
    assert await bodies(engine) == {"أين طلبي new؟", "أين طلبي aside؟", "جزء INV-9"}
    assert not await retention.once()
