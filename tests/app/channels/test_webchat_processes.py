"""Two app processes on one database: a tab hears what the other process sent or took in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from app.bootstrap import House, open_house
from app.server import serving
from app.settings import Settings
from channels.webchat.channel import address_of
from conversations.attachments import AttachmentState
from conversations.fake_rasa import FakeRasa
from tests.app.webchat_house import Client, settings_for
from tests.contracts.attachment_store import NOON, a_file

SECRET = "s" * 32


@asynccontextmanager
async def two_houses(database_url: str, folder: Path) -> AsyncIterator[tuple[Settings, Settings]]:
    """Give two houses; only the second one answers and sends, and neither scans files."""
    async with AsyncExitStack() as stack:
        rasa = await FakeRasa().start()
        stack.push_async_callback(rasa.stop)
        told: list[Settings] = []
        for name in ("a", "b"):
            settings = settings_for(database_url, folder / name, rasa, webchat_secret=SECRET)
            house = await stack.enter_async_context(open_house(settings))
            await stack.enter_async_context(serving(house))
            await _idle(house, "scanning", *(("relay", "outbox") if name == "a" else ()))
            told.append(settings)
        yield told[0], told[1]


async def _idle(house: House, *names: str) -> None:
    for worker in house.workers:
        if worker.name in names:
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


async def test_a_reconnection_at_another_process_brings_only_what_was_missed(
    database_url: str, tmp_path: Path
) -> None:
    async with two_houses(database_url, tmp_path) as (first, second):
        async with Client(f"http://127.0.0.1:{first.port}") as tab:
            await tab.say("أين الفاتورة INV-9؟", client_id="m-1")
            await tab.until(lambda: len(tab.heard) == 1)
            seen = tab.heard[0]["seq"]
        async with Client(f"http://127.0.0.1:{second.port}", session=tab.session) as other:
            await other.say("وأين INV-10؟", client_id="m-2")
            await other.until(lambda: len(other.heard) == 1)
        again = Client(f"http://127.0.0.1:{second.port}", session=tab.session, after=seen)
        async with again:
            await again.until(lambda: len(again.history) == 2)
            assert [told["seq"] for told in again.history] == [seen + 1, seen + 2]
            assert again.session == tab.session


async def test_what_a_scanner_says_in_one_process_is_told_in_the_other(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        two_houses(database_url, tmp_path) as (first, second),
        Client(f"http://127.0.0.1:{first.port}") as tab,
        open_house(second) as house,
    ):
        await tab.say("مرحبا", client_id="m-1")
        await tab.until(lambda: len(tab.heard) == 1)
        conversation = await house.conversations.find(address_of(tab.session.split(".")[0]))
        assert conversation is not None
        store = house.attachments.store
        kept = await store.put(a_file(store, conversation.id), hourly=9, most=9)
        ack = await tab.say("الإيصال", client_id="m-2", attachments=[kept.attachment.id])
        assert ack["attachments"][0]["state"] == "pending"
        await store.scanned(kept.attachment.id, AttachmentState.CLEAN, finding=None, at=NOON)
        await tab.until(lambda: bool(tab.echoes))
        assert tab.echoes[0]["seq"] == ack["seq"]
        assert tab.echoes[0]["attachments"][0]["state"] == "clean"
