"""What screens share is what the queue reader tells, on both databases."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.feed import Feed
from conversations.floor import Reason
from conversations.floor_moves import Escalation
from conversations.handover_errors import HandoverError
from conversations.model import Address
from conversations.queues import Queue
from conversations.shared_lists import STALE_S, Reading, SharedLists
from stores.sql_looks import SqlLooks
from stores.sql_queue_reader import SqlQueueReader
from tests.app.conversations.parts import NOON, Parts
from tests.app.conversations.test_feed import PAYMENTS, PENSIONS, wanted
from tests.app.conversations.test_handover import CHIEF, CLOSING, KHALID, NOURA

VIEWERS = (NOURA, KHALID, CHIEF, PENSIONS, PAYMENTS)


class CountingReader(SqlQueueReader):
    """Counts how often all that is open was read."""

    readings = 0

    async def every_open(self) -> Reading:
        self.readings += 1
        return await super().every_open()


@pytest.fixture
def reader(engine: AsyncEngine) -> CountingReader:
    return CountingReader(engine)


@pytest_asyncio.fixture
async def feed(reader: CountingReader) -> AsyncIterator[Feed]:
    built = Feed(reader, poll_s=0.01)
    yield built
    await built.stop()


class Watch:
    """A clock to be set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


async def until_told(feed: Feed, reader: SqlQueueReader) -> None:
    newest = await reader.newest()
    async with asyncio.timeout(10):
        while feed.cursor < newest:  # noqa: ASYNC110  # it tells followers, and there is none
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("seed", range(3))
async def test_every_list_is_the_one_that_the_reader_gives(
    parts: Parts, reader: CountingReader, feed: Feed, engine: AsyncEngine, seed: int
) -> None:
    draw = random.Random(seed)
    for agent in VIEWERS:
        await parts.agents.enrol(agent)
    looks = SqlLooks(engine)
    for n in range(14):
        who = f"{seed}-{n}"
        department = draw.choice([None, "MIL", "DPS", "TAX"])
        reason = draw.choice([Reason.ASKED, Reason.ANGRY])
        received = await parts.hear("أريد موظف عن INV-9", of=Address("fake", "user", who))
        id_ = received.conversation.id
        await parts.handover.escalate(id_, Escalation(reason, department), actor="system:test")
        agent = draw.choice(VIEWERS)
        for move in draw.sample(("claim", "reply", "snooze", "acknowledge", "hear", "close"), 4):
            try:
                match move:
                    case "claim":
                        await parts.handover.claim(id_, agent)
                    case "reply":
                        await parts.handover.reply(id_, agent, "وصل", seen_seq=99)
                    case "snooze":
                        await parts.handover.snooze(id_, agent)
                    case "acknowledge":
                        await parts.handover.acknowledge(id_, agent)
                    case "close":
                        await parts.handover.close(id_, agent, CLOSING)
                    case "hear":
                        await parts.hear("وبعدين؟", of=Address("fake", "user", who))
            except HandoverError:
                continue
        if draw.random() < 0.5:
            await looks.seen(id_, draw.choice(VIEWERS).id, draw.randint(1, 3))
    lists = SharedLists(reader, feed, now_s=Watch())
    full = 0
    for viewer in VIEWERS:
        for queue in Queue:
            mine = await lists.of(queue, viewer, limit=5, alerts=3)
            assert mine.entries == await reader.list(queue, viewer, limit=5)
            full += len(mine.entries) == 5
        assert mine.counts == await reader.counts(viewer)
        assert mine.alerts == await reader.alerts(viewer, limit=3)
    assert full


async def test_many_screens_read_once_until_something_happens(
    parts: Parts, reader: CountingReader, feed: Feed
) -> None:
    await wanted(parts, "a", "DPS")
    watch = Watch()
    lists = SharedLists(reader, feed, now_s=watch)
    feed.start()
    await until_told(feed, reader)
    told = await asyncio.gather(*(lists.of(Queue.ALL, viewer) for viewer in VIEWERS * 4))
    assert reader.readings == 1
    assert {len(one.entries) for one in told} == {0, 1}
    await parts.hear("متى الدوام؟", of=Address("fake", "user", "the assistant's"))
    await until_told(feed, reader)
    await lists.of(Queue.ALL, CHIEF)
    assert reader.readings == 1
    await wanted(parts, "b", "MIL")
    await until_told(feed, reader)
    assert len((await lists.of(Queue.ALL, CHIEF)).entries) == 2
    assert reader.readings == 2
    watch.now_s += STALE_S
    await lists.of(Queue.ALL, CHIEF)
    assert reader.readings == 3


async def test_without_the_feed_nothing_is_shared(
    parts: Parts, reader: CountingReader, feed: Feed
) -> None:
    lists = SharedLists(reader, feed, now_s=Watch())
    assert not (await lists.of(Queue.ALL, CHIEF)).entries
    await wanted(parts, "a", "DPS")
    assert len((await lists.of(Queue.ALL, CHIEF)).entries) == 1


async def test_what_an_agent_has_seen_is_read_at_once(
    parts: Parts, reader: CountingReader, feed: Feed, engine: AsyncEngine
) -> None:
    of = await wanted(parts, "a", "DPS")
    await parts.hear("أين طلبي INV-9؟", of=Address("fake", "user", "a"))
    lists = SharedLists(reader, feed, now_s=Watch())
    feed.start()
    await until_told(feed, reader)
    unread = [(await lists.of(Queue.ALL, one)).entries[0].unread for one in (CHIEF, PAYMENTS)]
    assert unread == [2, 2]
    await SqlLooks(engine).seen(of, PAYMENTS.id, 99)
    lists.saw(of, PAYMENTS.id, 99)
    unread = [(await lists.of(Queue.ALL, one)).entries[0].unread for one in (CHIEF, PAYMENTS)]
    assert (unread, reader.readings) == ([2, 0], 1)
    await parts.handover.claim(of, CHIEF)
    await until_told(feed, reader)
    assert (await lists.of(Queue.ALL, PAYMENTS)).entries[0].unread == 0
    assert reader.readings == 2


async def test_what_no_list_shows_makes_nobody_draw_it(
    parts: Parts, reader: CountingReader, feed: Feed, engine: AsyncEngine
) -> None:
    await parts.agents.enrol(PAYMENTS)
    of = await wanted(parts, "a", "DPS")
    lists = SharedLists(reader, feed, now_s=Watch())
    feed.start()
    await until_told(feed, reader)
    await lists.of(Queue.ALL, PAYMENTS)
    looks = SqlLooks(engine)
    until = NOON + timedelta(seconds=30)
    await looks.look(of, PAYMENTS, typing=True, at=NOON, until=until)
    await until_told(feed, reader)
    assert (await lists.of(Queue.ALL, PAYMENTS)).available is False
    assert reader.readings == 1
    await parts.agents.beat(PAYMENTS.id, at=NOON, available=True)
    await parts.hear("مرحبا", of=Address("fake", "user", "a"))
    await until_told(feed, reader)
    told = await lists.of(Queue.ALL, PAYMENTS)
    assert (told.entries[0].unread, told.available, reader.readings) == (2, True, 2)


async def test_pages_show_what_is_there_when_they_are_asked_for(
    parts: Parts, reader: CountingReader, feed: Feed
) -> None:
    lists = SharedLists(reader, feed, now_s=Watch())
    feed.start()
    await wanted(parts, "a", "DPS")  # nobody waits until the feed has told of it
    assert len((await lists.of(Queue.ALL, CHIEF, fresh=True)).entries) == 1
    assert reader.readings == 1
    told = await asyncio.gather(
        *(lists.of(Queue.ALL, viewer, fresh=True) for viewer in VIEWERS * 4)
    )
    assert reader.readings == 2  # they all asked before it began
    assert {len(one.entries) for one in told} == {0, 1}
    await parts.agents.enrol(CHIEF)
    await parts.agents.beat(CHIEF.id, at=NOON, available=True)
    assert (await lists.of(Queue.MINE, CHIEF, fresh=True)).available
