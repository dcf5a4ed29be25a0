import asyncio

from conversations.places import AnswerPlaces
from conversations.workers import Worker
from tests.app.conversations.parts import Parts


def worker(parts: Parts, **changes: object) -> Worker:
    told = {"wakeup": AnswerPlaces(), "slots": 4, "poll_s": 0.05} | changes
    return Worker("relay", claim=parts.relay.claims.lease, work=parts.relay.work, **told)


async def settled(parts: Parts, count: int) -> None:
    for _ in range(250):
        if len(await parts.messages()) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody worked")


async def test_finds_by_itself_what_another_process_stored(parts: Parts) -> None:
    relay = worker(parts)
    relay.start()
    await parts.hear("أين الفاتورة INV-9؟")
    await settled(parts, 2)
    assert relay.running
    await relay.stop()
    assert not relay.running


async def test_a_wake_up_is_faster_than_the_next_look(parts: Parts) -> None:
    wakeup = AnswerPlaces()
    relay = worker(parts, wakeup=wakeup, poll_s=30)
    relay.start()
    await asyncio.sleep(0.05)
    await parts.hear("أين الفاتورة INV-9؟")
    wakeup.wake()
    await settled(parts, 2)
    await relay.stop()


async def test_goes_on_after_an_error(parts: Parts) -> None:
    failures = [OSError("the database is away")]
    claim = parts.relay.claims.lease

    async def failing() -> object:
        if failures:
            raise failures.pop()
        return await claim()

    relay = Worker("relay", claim=failing, work=parts.relay.work, wakeup=AnswerPlaces(), slots=1)
    relay.start()
    await parts.hear("أين الفاتورة؟")
    await settled(parts, 2)
    await relay.stop()


async def test_a_stop_lets_an_answer_on_its_way_finish(parts: Parts) -> None:
    started, finished = asyncio.Event(), asyncio.Event()

    async def slow(lease: object, _given: object) -> bool:
        started.set()
        await asyncio.sleep(0.2)
        finished.set()
        return True

    relay = Worker(
        "relay", claim=parts.relay.claims.lease, work=slow, wakeup=AnswerPlaces(), slots=1
    )
    await parts.hear("أين الفاتورة؟")
    relay.start()
    await started.wait()
    await relay.stop(5)
    assert finished.is_set()


async def test_a_stop_does_not_wait_for_ever(parts: Parts) -> None:
    started = asyncio.Event()

    async def endless(lease: object, _given: object) -> bool:
        started.set()
        await asyncio.sleep(3600)
        return True

    relay = Worker(
        "relay", claim=parts.relay.claims.lease, work=endless, wakeup=AnswerPlaces(), slots=1
    )
    await parts.hear("أين الفاتورة؟")
    relay.start()
    await started.wait()
    async with asyncio.timeout(2):
        await relay.stop(0.1)
