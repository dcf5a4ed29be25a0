"""What screens hear, on both databases: nothing is missed, and nothing is heard by others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from conversations.feed import MOST_CAUGHT_UP, Feed
from conversations.floor import Reason
from conversations.floor_moves import Escalation
from conversations.model import Address
from stores.conversation_writes import append_events
from stores.sql_looks import SqlLooks
from stores.sql_queue_reader import SqlQueueReader
from tests.app.conversations.parts import NOON, Parts
from tests.app.conversations.test_handover import CHIEF, CLOSING, KHALID, NOURA

PENSIONS = Agent(
    id="a-3", name_ar="سيف الكعبي", name_en="Saif Al Kaabi", departments=frozenset({"MIL"})
)
PAYMENTS = Agent(
    id="a-4", name_ar="ريم الفلاسي", name_en="Reem Al Falasi", departments=frozenset({"DPS"})
)


@pytest_asyncio.fixture
async def feed(engine: AsyncEngine) -> AsyncIterator[Feed]:
    built = Feed(SqlQueueReader(engine), poll_s=0.01)
    yield built
    await built.stop()


async def wanted(parts: Parts, who: str, department: str) -> str:
    received = await parts.hear("أريد موظف", of=Address("fake", "user", who))
    await parts.handover.escalate(
        received.conversation.id, Escalation(Reason.ASKED, department), actor="system:test"
    )
    return received.conversation.id


async def test_each_hears_what_is_theirs_and_the_supervisor_all(parts: Parts, feed: Feed) -> None:
    mil, dps = await wanted(parts, "a", "MIL"), await wanted(parts, "b", "DPS")
    await parts.hear("أين INV-9؟", of=Address("fake", "user", "nobody's"))

    async def heard(viewer: Agent) -> set[str]:
        return {one.conversation_id for one in (await feed.after(viewer, 0)).events}

    assert await heard(PENSIONS) == {mil}
    assert await heard(PAYMENTS) == {dps}
    assert await heard(NOURA) == {mil, dps}
    assert len(await heard(CHIEF)) == 3
    batch = await feed.after(PENSIONS, 0)
    assert (await feed.after(PENSIONS, batch.cursor)).events == []


async def test_who_loses_a_conversation_hears_of_it_and_of_no_more(
    parts: Parts, feed: Feed
) -> None:
    for agent in (NOURA, KHALID):
        await parts.agents.enrol(agent)
    of = await wanted(parts, "a", "MIL")
    cursor = (await feed.after(PENSIONS, 0)).cursor
    await parts.handover.transfer(of, NOURA, department="DPS")
    await parts.hear("هل من أحد؟", of=Address("fake", "user", "a"))
    batch = await feed.after(PENSIONS, cursor)
    assert [one.data["what"] for one in batch.events] == ["transferred"]
    await parts.handover.note(of, NOURA, "ما رأيك؟", mentions=["a-3"])
    batch = await feed.after(PENSIONS, batch.cursor)
    assert [one.kind for one in batch.events] == ["note"]


async def test_followers_get_everything_once_in_order_while_many_write(
    parts: Parts, feed: Feed
) -> None:
    feed.start()
    heard: dict[str, list[int]] = {}

    async def follow(name: str, cursor: int) -> None:
        cursors = heard.setdefault(name, [])
        async for batch in feed.follow(CHIEF, cursor, beat_s=5):
            cursors.extend(one.cursor for one in batch.events)
            if len(cursors) >= 30:
                return

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(follow(f"screen {n}", 0) for n in range(5)),
            *(
                parts.hear(f"رسالة {n}", of=Address("fake", "user", f"u-{n % 6}"))
                for n in range(30)
            ),
        )
    assert all(one == sorted(set(one)) and len(one) == 30 for one in heard.values())
    cursor = heard["screen 0"][-1]
    slept = asyncio.create_task(follow("asleep", cursor - 10))
    for n in range(20):  # a tab that slept gets the gap, then what is new
        await parts.hear(f"بعد {n}")
    await asyncio.wait_for(slept, 10)
    assert heard["asleep"][0] == cursor - 9


async def test_a_quiet_feed_gives_signs_of_life_and_ends_when_it_is_stopped(feed: Feed) -> None:
    feed.start()
    batches = feed.follow(CHIEF, 0, beat_s=0.05)
    first = await anext(batches)
    assert (first.events, first.reload) == ([], False) or list(first.events) == []
    waiting = asyncio.create_task(anext(batches, None))
    await asyncio.sleep(0)
    await feed.stop()
    await asyncio.wait_for(waiting, 2)
    assert await anext(batches, None) is None
    assert not feed.running


async def test_who_slept_too_long_draws_the_screen_anew(engine: AsyncEngine, feed: Feed) -> None:
    async with engine.begin() as connection:
        happened = [("look", {"agent": "a-1"})] * (MOST_CAUGHT_UP + 1)
        await append_events(connection, "c-1", NOON, happened)
    batch = await feed.after(CHIEF, 0)
    assert batch.reload
    assert not batch.events
    assert (await feed.after(CHIEF, batch.cursor)).events == []


async def test_a_screen_wakes_only_for_what_concerns_it_and_goes_on_from_the_newest(
    parts: Parts, feed: Feed, engine: AsyncEngine
) -> None:
    feed.start()
    following = feed.follow(PENSIONS, 0, beat_s=0.3)
    dps = await wanted(parts, "b", "DPS")
    async with asyncio.timeout(10):
        beat = await anext(following)
        while beat.cursor < await SqlQueueReader(engine).newest():
            beat = await anext(following)
    assert beat.events == []
    mil = await wanted(parts, "a", "MIL")
    await parts.hear("مبلغ INV-9؟", of=Address("fake", "user", "b"))
    heard = set[str]()
    async with asyncio.timeout(10):
        while not heard:
            heard |= {one.conversation_id for one in (await anext(following)).events}
    assert heard == {mil}
    assert dps not in heard
    await following.aclose()


async def test_who_does_not_listen_for_long_draws_the_screen_anew(
    parts: Parts, feed: Feed, engine: AsyncEngine
) -> None:
    feed.start()
    of = await wanted(parts, "a", "MIL")
    following = feed.follow(CHIEF, 0, beat_s=5.0)
    async with asyncio.timeout(20):
        await anext(following)
        for _ in range(3):
            async with engine.begin() as connection:
                told = [("message", {"id": str(n)}) for n in range(MOST_CAUGHT_UP // 2)]
                await append_events(connection, of, NOON, told)
        newest = await SqlQueueReader(engine).newest()
        while feed.cursor < newest:  # noqa: ASYNC110  # the follower is not to listen
            await asyncio.sleep(0.01)
        batch = await anext(following)
    assert batch.reload
    assert batch.cursor == newest
    await following.aclose()


async def test_a_batch_says_whether_a_queue_looks_different_and_who_is_named(
    parts: Parts, feed: Feed, engine: AsyncEngine
) -> None:
    for agent in (NOURA, PENSIONS):
        await parts.agents.enrol(agent)
    of = await wanted(parts, "a", "MIL")
    batch = await feed.after(PENSIONS, 0)
    assert (batch.lists, batch.named) == (True, False)

    async def told(viewer: Agent = PENSIONS) -> tuple[bool, bool]:
        nonlocal batch
        batch = await feed.after(viewer, batch.cursor)
        assert batch.events
        return batch.lists, batch.named

    await SqlLooks(engine).look(of, NOURA, typing=True, at=NOON, until=NOON + timedelta(seconds=30))
    assert await told() == (False, False)
    await parts.hear("أين INV-9؟", of=Address("fake", "user", "a"))
    assert await told() == (True, False)
    async with engine.begin() as connection:
        happened = [("note", {"id": "n-1", "author": NOURA.id, "mentions": [PENSIONS.id]})]
        await append_events(connection, of, NOON, happened)
    cursor = batch.cursor
    assert await told() == (False, True)
    batch = await feed.after(NOURA, cursor)
    assert not batch.named
    await parts.handover.claim(of, NOURA)
    await parts.handover.close(of, NOURA, CLOSING)
    assert await told() == (True, False)
    await parts.hear("شكراً", of=Address("fake", "user", "a"))  # it stands in no queue any more
    assert await told() == (False, False)
    await parts.hear("وسؤال ثانٍ", of=Address("fake", "user", "b"))
    batch = await feed.after(CHIEF, batch.cursor)
    assert (bool(batch.events), batch.lists) == (True, False)


async def test_a_screen_that_follows_is_told_the_same(parts: Parts, feed: Feed) -> None:
    feed.start()
    batches = feed.follow(CHIEF, 0, beat_s=5)
    await parts.hear("مرحبا", of=Address("fake", "user", "a"))
    assert not (await anext(batches)).lists
    await wanted(parts, "a", "MIL")
    async with asyncio.timeout(5):
        while not (await anext(batches)).lists:
            pass
    await batches.aclose()
