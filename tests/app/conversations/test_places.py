"""Messages that go from hand to hand: nobody looks for them, and none is lost between hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.fake_rasa import Fault
from conversations.model import MessageState
from conversations.places import Place
from conversations.workers import Worker
from tests.app.conversations.parts import Parts, all_parts

SELDOM_S = 30.0


class Looks:
    """Counts how often a worker looks for work by itself."""

    def __init__(self, claim: object) -> None:
        self._claim = claim
        self.count = 0

    async def __call__(self) -> object:
        self.count += 1
        return await self._claim()


@asynccontextmanager
async def working(parts: Parts, **changes: object) -> AsyncIterator[tuple[Looks, Looks]]:
    """Run the workers; by themselves they look so seldom that no test would live to see it."""
    told = {"slots": 4, "poll_s": SELDOM_S} | changes
    relay, outbox = parts.relay, parts.outbox
    looks = Looks(relay.claims.lease), Looks(outbox.claims.lease)
    workers = [
        Worker(
            "relay",
            claim=looks[0],
            work=relay.work,
            wakeup=parts.to_answer,
            claims=relay.claims.next,
            **told,
        ),
        Worker(
            "outbox",
            claim=looks[1],
            work=outbox.work,
            wakeup=parts.to_send,
            claims=outbox.claims.next,
            on_stop=outbox.close,
            **told,
        ),
    ]
    for worker in workers:
        worker.start()
    await asyncio.sleep(0.05)
    try:
        yield looks
    finally:
        for worker in workers:
            await worker.stop(0.5)


async def sent(parts: Parts, count: int) -> list[str]:
    """Return what was sent, once it is so many and each is noted."""
    for _ in range(500):
        noted = [one for one in await parts.messages() if one.state is MessageState.SENT]
        if len(noted) == count:
            return [one.message.text for one in parts.channel.sent]
        await asyncio.sleep(0.02)
    raise AssertionError("nobody worked")


async def test_a_message_is_answered_and_sent_without_anybody_looking_for_it(
    parts: Parts,
) -> None:
    async with working(parts) as looks:
        await has_a_place(parts)
        before = [one.count for one in looks]
        await parts.hear("أين الفاتورة INV-9؟")
        assert await sent(parts, 1) == ["سمعت: أين الفاتورة INV-9؟"]
        assert [one.count for one in looks] == before
    assert [one.state for one in await parts.messages()] == [
        MessageState.ANSWERED,
        MessageState.SENT,
    ]


async def test_what_comes_while_the_first_is_answered_follows_it_at_once(parts: Parts) -> None:
    said = [f"رسالة {n} INV-9" for n in range(8)]
    async with working(parts):
        for text in said:
            await parts.hear(text)
        assert await sent(parts, 8) == [f"سمعت: {one}" for one in said]


async def test_with_no_place_free_messages_are_found_as_ever(parts: Parts) -> None:
    async with working(parts, slots=1):
        said = [f"رسالة {n} INV-9" for n in range(4)]
        await asyncio.gather(*(parts.hear(text) for text in said))
        assert sorted(await sent(parts, 4)) == [f"سمعت: {one}" for one in said]


async def test_a_place_that_nobody_took_is_free_again(parts: Parts) -> None:
    async with working(parts, slots=1):
        await parts.hear("أين الفاتورة؟", provider_id="wamid.1")
        await sent(parts, 1)
        for _ in range(3):
            await parts.hear("أين الفاتورة؟", provider_id="wamid.1")  # known
            await parts.hear("   ", refusal_shown=True)
        await parts.hear("وهل INV-9 مدفوعة؟")
        assert (await sent(parts, 2))[-1] == "سمعت: وهل INV-9 مدفوعة؟"


async def test_a_place_is_free_again_when_storing_fails(parts: Parts) -> None:
    async with working(parts, slots=1):
        for _ in range(2):
            await has_a_place(parts)
            try:
                async with parts.to_answer.place():
                    raise OSError("the database is away")
            except OSError:
                continue
        await parts.hear("أين INV-9؟")
        assert await sent(parts, 1) == ["سمعت: أين INV-9؟"]


async def has_a_place(parts: Parts) -> None:
    for _ in range(500):
        async with parts.to_answer.place() as place:
            if place.claim is not None:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("no place")


async def test_who_stops_keeps_no_place_and_leaves_what_it_has_to_others(
    engine: AsyncEngine,
) -> None:
    async with all_parts(engine, slow_s=5) as parts:
        parts.rasa.faults.append(Fault.SLOW)
        async with working(parts):
            received = await parts.hear("أين INV-9؟")
            await asyncio.sleep(0.1)
        async with parts.to_answer.place() as place:
            assert place.claim is None
        lease = await parts.relay.claims.lease()
        assert lease is not None
        assert lease.taken_over
        assert lease.conversation_id == received.conversation.id


async def test_a_place_without_a_claim_takes_nothing() -> None:
    place = Place[str](None)
    assert not place.take(None, "عمل INV-9")
    place.leave()
    assert place.handed.result() is None
