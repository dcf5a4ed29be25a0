"""Limits by network address, as a proxy of ours tells it, and blocks; through a running house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData

from app.cli import main
from tests.app.webchat_house import Client, Running, running_house

HERE, THERE = "203.0.113.9", "198.51.100.1"


@pytest_asyncio.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(
        database_url,
        tmp_path,
        trusted_proxies=("127.0.0.0/8",),
        address_sessions_hourly=2,
        address_messages_minute=3,
        address_uploads_hourly=1,
    ) as running:
        yield running


def coming_from(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": f"10.1.1.1, {address}"}


async def upload(url: str, session: str, address: str) -> int:
    form = FormData()
    form.add_field("file", "رقم الفاتورة INV-9", filename="ملاحظة.txt")
    headers = {"Authorization": f"Bearer {session}", **coming_from(address)}
    async with (
        ClientSession() as http,
        http.post(f"{url}/attachments", data=form, headers=headers) as answer,
    ):
        return answer.status


async def test_messages_and_files_are_counted_by_address(house: Running) -> None:
    async with (
        Client(house.url, language="ar", headers=coming_from(HERE)) as mariam,
        Client(house.url, headers=coming_from(HERE)) as sister,
        Client(house.url, headers=coming_from(THERE)) as salem,
    ):
        acks = [await tab.say(f"سؤال {n} INV-9") for n in range(2) for tab in (mariam, sister)]
        assert [ack["ok"] for ack in acks] == [True, True, True, False]
        assert acks[-1]["code"] == "too_fast"
        assert "يُرجى" in acks[-1]["text"] or "نرجو" in acks[-1]["text"]
        assert (await salem.say("أين INV-9؟"))["ok"]
        assert await upload(house.url, mariam.session, HERE) == 200
        assert await upload(house.url, sister.session, HERE) == 429
        assert await upload(house.url, salem.session, THERE) == 200


async def test_new_chats_are_counted_and_old_ones_go_on(house: Running) -> None:
    async with (
        Client(house.url, headers=coming_from(HERE)) as one,
        Client(house.url, headers=coming_from(HERE)),
    ):
        third = Client(house.url, headers=coming_from(HERE))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await third.__aenter__()
        await third.__aexit__()
        assert third.confirmed == []
        assert "text" in third.heard[0]
        async with Client(house.url, session=one.session, headers=coming_from(HERE)) as again:
            assert again.session == one.session


async def test_a_blocked_network_is_kept_and_not_answered(
    house: Running,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BADDALA_DATABASE_URL", database_url)
    block = ["block", "203.0.113.0/24", "--reason", "إساءة", "--hours", "2"]
    assert await asyncio.to_thread(main, block) == 0
    async with Client(house.url, language="en", headers=coming_from(HERE)) as tab:
        ack = await tab.say("Where is INV-9?")
        assert (ack["ok"], ack["code"]) == (False, "blocked")
        assert "by another way" in ack["text"]
        assert await upload(house.url, tab.session, HERE) == 403
    assert house.rasa.heard == []
    assert await asyncio.to_thread(main, ["blocks"]) == 0
    assert "203.0.113.0/24" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["unblock", "1"]) == 0
    assert await asyncio.to_thread(main, ["unblock", "1"]) == 1
    assert await asyncio.to_thread(main, ["blocks"]) == 0
    assert "Nobody is blocked." in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["block", "مريم", "--reason", "x"]) == 1
