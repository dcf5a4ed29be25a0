"""Two app processes on one database: a tab hears what the other process sent or took in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from app.bootstrap import House, open_house
from app.server import serving
from app.settings import Settings
from conversations.fake_rasa import FakeRasa
from tests.app.webchat_house import Client, settings_for

SECRET = "s" * 32


@asynccontextmanager
async def two_houses(database_url: str, folder: Path) -> AsyncIterator[tuple[Settings, Settings]]:
    """Give two houses; only the second one's workers run."""
    async with AsyncExitStack() as stack:
        rasa = await FakeRasa().start()
        stack.push_async_callback(rasa.stop)
        told: list[Settings] = []
        for name in ("a", "b"):
            settings = settings_for(database_url, folder / name, rasa, webchat_secret=SECRET)
            house = await stack.enter_async_context(open_house(settings))
            await stack.enter_async_context(serving(house))
            if name == "a":
                await _idle(house)
            told.append(settings)
        yield told[0], told[1]


async def _idle(house: House) -> None:
    for worker in house.workers:
        if worker.name in ("relay", "outbox"):
            await worker.stop()


async def test_a_tab_gets_answers_that_another_process_sent(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        two_houses(database_url, tmp_path) as (first, _),
        Client(f"http://127.0.0.1:{first.port}") as tab,
    ):
        ack = await tab.say("أين الفاتورة INV-9؟", client_id="m-1")
        assert ack["ok"]
        await tab.until(lambda: len(tab.heard) == 1)
        assert tab.heard[0]["text"] == "سمعت: أين الفاتورة INV-9؟"
        await asyncio.sleep(0.4)  # a second telling would have come by now
        assert len(tab.heard) == 1
        assert tab.echoes == []


async def test_tabs_of_one_session_on_two_processes_see_the_same(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        two_houses(database_url, tmp_path) as (first, second),
        Client(f"http://127.0.0.1:{first.port}") as one,
        Client(f"http://127.0.0.1:{second.port}", session=one.session) as other,
    ):
        assert other.session == one.session
        await one.say("من اللسان الأول", client_id="m-1")
        await other.until(lambda: len(other.echoes) == 1 and len(other.heard) == 1)
        await one.until(lambda: len(one.heard) == 1)
        await other.say("من الثاني INV-2", client_id="m-2")
        await one.until(lambda: len(one.echoes) == 1 and len(one.heard) == 2)
        await other.until(lambda: len(other.heard) == 2)
        assert [told["text"] for told in one.heard] == [told["text"] for told in other.heard]
        assert [told["text"] for told in one.echoes] == ["من الثاني INV-2"]
        assert [told["text"] for told in other.echoes] == ["من اللسان الأول"]
