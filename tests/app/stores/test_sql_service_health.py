"""How the service does is read from what the tables hold, on both systems."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from stores.sql_service_health import HOUR, WEEK, SqlServiceHealth
from tests.app.conversations.parts import NOON, all_parts
from watch.model import Waiting


async def test_an_empty_service_is_well(engine: AsyncEngine) -> None:
    found = await SqlServiceHealth(engine, ["webchat", "whatsapp"]).read(NOON)
    assert [one.name for one in found.channels] == ["webchat", "whatsapp"]
    assert (found.unanswered, found.queues, found.unscanned) == (Waiting(), {}, Waiting())


async def test_sees_what_waits_and_what_usually_comes(engine: AsyncEngine) -> None:
    health = SqlServiceHealth(engine, [])
    async with all_parts(engine) as parts:
        await parts.hear("أين الفاتورة INV-9؟")
        found = await health.read(NOON + timedelta(minutes=1))
        assert found.unanswered.count == 1
        assert found.unanswered.longer_than(timedelta(0), NOON + timedelta(minutes=1))
        await parts.answer_all()
        [channel] = (await health.read(NOON + timedelta(minutes=1))).channels
        assert (channel.lately, channel.pending, channel.usual) == (1, 1, 0.0)
        assert channel.last_inbound is not None
        await parts.send_all()
    later = SqlServiceHealth(engine, [channel.name])
    [channel] = (await later.read(NOON + WEEK + HOUR / 2)).channels
    assert (channel.lately, channel.usual, channel.quiet) == (0, 0.25, False)
