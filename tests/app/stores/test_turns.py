import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.database import urgently
from stores.turns import MOST_URGENT_IN_A_ROW, Turns


async def order_of(turns: Turns, asked: list[tuple[str, bool]]) -> list[str]:
    """Return the order in which those who ask, in this order, get their turn."""
    order: list[str] = []

    async def one(name: str, urgent: bool) -> None:
        await turns.take(urgent=urgent)
        order.append(name)
        await asyncio.sleep(0)
        turns.give()

    await turns.take(urgent=False)
    waiting = [asyncio.create_task(one(*each)) for each in asked]
    await asyncio.sleep(0)
    turns.give()
    await asyncio.gather(*waiting)
    return order


async def test_urgent_ones_go_first_each_kind_in_its_order() -> None:
    asked = [("a", False), ("b", True), ("c", False), ("d", True)]
    assert await order_of(Turns(), asked) == ["b", "d", "a", "c"]


async def test_nobody_waits_for_ever() -> None:
    urgent = [(f"u{n}", True) for n in range(2 * MOST_URGENT_IN_A_ROW)]
    order = await order_of(Turns(), [("patient", False), *urgent])
    assert order.index("patient") == MOST_URGENT_IN_A_ROW


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    turns = Turns()
    await turns.take(urgent=False)
    gone = asyncio.create_task(turns.take(urgent=True))
    stays = asyncio.create_task(turns.take(urgent=False))
    await asyncio.sleep(0)
    turns.give()  # to the one that is cancelled in the same moment
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    async with asyncio.timeout(1):
        await stays
    turns.give()
    await turns.take(urgent=False)


async def test_a_write_that_fails_gives_its_turn_back(engine: AsyncEngine) -> None:
    async def broken() -> None:
        async with urgently(engine).begin() as connection:
            await connection.execute(sa.text("UPDATE no_such_table SET x = 1"))

    for outcome in await asyncio.gather(*(broken() for _ in range(20)), return_exceptions=True):
        assert isinstance(outcome, sa.exc.DBAPIError)
    async with asyncio.timeout(5), engine.begin() as connection:
        await connection.execute(sa.text("UPDATE lease SET owner = 'x'"))


async def test_a_write_that_is_cancelled_gives_its_turn_back(engine: AsyncEngine) -> None:
    async def slow() -> None:
        async with engine.begin() as connection:
            await connection.execute(sa.text("UPDATE lease SET owner = 'x'"))
            await asyncio.sleep(3600)

    for _ in range(3):
        writing = [asyncio.create_task(slow()) for _ in range(3)]
        await asyncio.sleep(0.2)
        for one in writing:
            one.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
    async with asyncio.timeout(10), engine.begin() as connection:
        await connection.execute(sa.text("UPDATE lease SET owner = 'x'"))
