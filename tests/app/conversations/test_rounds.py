"""Rounds: again and again, past a break, and to an end."""

import asyncio

from conversations.rounds import Rounds
from conversations.wakeup import Wakeup
from tests.app.whatsapp_house import until


async def test_rounds_go_on_past_a_break_and_end_when_told() -> None:
    made: list[int] = []

    async def once() -> bool:
        made.append(len(made))
        if len(made) == 2:
            raise OSError("قاعدة البيانات غائبة INV-9")
        return len(made) < 5

    rounds = Rounds("test", once, every_s=60.0, after_error_s=0.01)
    assert not rounds.running
    rounds.start()
    await until(lambda: len(made) == 5)
    assert rounds.running
    async with asyncio.timeout(1):
        await rounds.stop()
    assert not rounds.running
    assert len(made) == 5


async def test_somebody_wakes_them_and_a_break_is_waited_out() -> None:
    made: list[int] = []
    wakeup = Wakeup()

    async def once() -> bool:
        made.append(1)
        if len(made) == 2:
            raise OSError
        return False

    rounds = Rounds("test", once, every_s=60.0, wakeup=wakeup, after_error_s=0.2)
    rounds.start()
    await until(lambda: len(made) == 1)
    wakeup.wake()
    await until(lambda: len(made) == 2)
    wakeup.wake()
    await asyncio.sleep(0.05)
    assert len(made) == 2
    await until(lambda: len(made) == 3)
    await rounds.stop()


async def test_a_stop_lets_the_round_finish_but_not_for_ever() -> None:
    done: list[str] = []

    async def slow() -> bool:
        await asyncio.sleep(0.1)
        done.append("first")
        await asyncio.sleep(60)
        return False

    rounds = Rounds("test", slow, every_s=60.0)
    rounds.start()
    await asyncio.sleep(0.01)
    async with asyncio.timeout(2):
        await rounds.stop(patience_s=0.3)
    assert done == ["first"]
    assert not rounds.running


async def test_the_first_round_may_wait_for_its_time() -> None:
    made: list[int] = []
    wakeup = Wakeup()

    async def once() -> bool:
        made.append(1)
        return False

    rounds = Rounds("test", once, every_s=60.0, wakeup=wakeup, rest_first=True)
    rounds.start()
    await asyncio.sleep(0.05)
    assert not made
    wakeup.wake()
    await until(lambda: len(made) > 0)
    await rounds.stop()
