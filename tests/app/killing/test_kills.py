"""The app is killed under load at every named point: nothing is lost, nothing doubled.

What may or may not have gone out when the process died is never sent again by itself: it
is ``unknown``, listed for people, and settled as soon as the service tells of it.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from conversations.fake_rasa import Fault
from stores.sql_delivery_ledger import SqlDeliveryLedger
from tests.app.killing.city import City, check, city
from tests.app.killing.nursery import Child
from tests.app.killing.points import CHAINS, POINTS, WITH_TWO_PROCESSES
from tests.app.whatsapp_house import until

FINISHED_WITHIN_S = 30.0
CROWDED = 2.0
"""As many programs on each processor as the tests themselves bring; with more, all take longer."""

DIES_WITHIN_S = 60.0
SLOTS = 8
"""So many sendings may be on their way when a process dies."""


def test_every_point_is_killed_at() -> None:
    assert {point for chain in CHAINS for point in chain} == set(POINTS)
    assert len(POINTS) >= 12


def patience_s() -> float:
    """Return thirty seconds, and more only where others use the machine as well."""
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return FINISHED_WITHIN_S * max(1.0, crowd / CROWDED)


@asynccontextmanager
async def alive(app: Child) -> AsyncIterator[None]:
    """Stop a process politely at the end."""
    try:
        yield
    finally:
        app.send_signal(signal.SIGTERM)
        await app.wait()


async def dies(built: City, points: Sequence[str]) -> None:
    """Start the app and see it killed, once for each point."""
    for point in points:
        app = await built.start_app(point)
        try:
            code = await asyncio.wait_for(app.wait(), DIES_WITHIN_S)
        except TimeoutError:
            app.kill()
            raise AssertionError(f"never came to {point}: {await built.states()}") from None
        assert code == -signal.SIGKILL, (built.folder / "stderr.log").read_text("utf-8")


async def nothing_is_hidden(built: City, kills: int, *, apologies: bool = False) -> None:
    told = await check(built, apologies=apologies)
    assert told["unknown"] <= SLOTS * kills
    assert told["unknown_but_taken"] == 0, "a status said that it was sent"
    needing = await SqlDeliveryLedger(built.engine).needing_look(limit=1000)
    assert len(needing) == told["unknown"]


@pytest.mark.parametrize("chain", CHAINS, ids=[chain[0] for chain in CHAINS])
async def test_killed_again_and_again_under_load(
    chain: tuple[str, ...], database_url: str, tmp_path: Path
) -> None:
    async with city(database_url, tmp_path) as built:
        writing = asyncio.create_task(built.everybody_writes())
        await dies(built, chain)
        async with alive(await built.start_app()):
            await asyncio.wait_for(writing, patience_s())
            await built.finished(patience_s())
        await nothing_is_hidden(built, len(chain))


async def test_rasa_is_killed_in_the_middle_of_turns(database_url: str, tmp_path: Path) -> None:
    async with city(database_url, tmp_path) as built, alive(await built.start_app()):
        writing = asyncio.create_task(built.everybody_writes())
        await until(lambda: len(built.played.heard) >= 20)
        built.played.faults.extend([Fault.LOST] * 8)  # actions ran, the tracker knows nothing
        await until(lambda: not built.played.faults)
        await built.rasa.stop()
        await asyncio.sleep(2)
        await built.rasa.start()
        await writing
        await built.finished(patience_s())
        await nothing_is_hidden(built, 0)


@pytest.mark.parametrize("point", WITH_TWO_PROCESSES)
async def test_of_two_processes_on_one_postgresql_one_is_killed(
    point: str, postgres_url: str, tmp_path: Path
) -> None:
    async with city(postgres_url, tmp_path, processes=2) as built:
        async with alive(await built.start_app(n=1)):
            writing = asyncio.create_task(built.everybody_writes())
            await dies(built, [point])
            await asyncio.wait_for(writing, patience_s())
            await built.finished(patience_s())
        await nothing_is_hidden(built, 1)
