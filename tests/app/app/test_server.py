import logging
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.app.webchat_house import Client, running_house


async def test_ready_tells_each_part(sqlite_url: str, tmp_path: Path) -> None:
    async with running_house(sqlite_url, tmp_path) as running, ClientSession() as http:
        async with http.get(f"{running.url}/ready") as answer:
            assert answer.status == 200
            parts = await answer.json()
            assert parts.pop("status") == "ready"
            assert parts.keys() >= {"database", "rasa", "relay", "outbox", "feed", "timekeeper"}
            assert all(parts.values())
        await running.rasa.stop()
        async with http.get(f"{running.url}/ready") as answer:
            assert answer.status == 503
            assert (await answer.json())["rasa"] is False
        async with http.get(f"{running.url}/health") as answer:
            assert answer.status == 200


async def test_the_log_holds_no_words_and_no_session(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running_house(sqlite_url, tmp_path) as running, Client(running.url) as client:
        await client.say("سرّ بطاقتي INV-9 4111 1111 1111 1111")
        await client.until(lambda: len(client.heard) == 2)
        async with (
            ClientSession() as http,
            http.get(f"{running.url}/health?session={client.session}"),
        ):
            pass
        session = str(client.session)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite")
    )
    assert "INV-9" not in ours
    assert session not in ours
    assert "GET /health 200" in ours


async def test_a_message_on_its_way_survives_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    async with running_house(sqlite_url, tmp_path, give_up_s=60.0) as running:
        await running.rasa.stop()
        async with Client(running.url) as client:
            assert (await client.say("أين الفاتورة INV-9؟"))["ok"]
            session = client.session
    async with (
        running_house(sqlite_url, tmp_path) as running,
        Client(running.url, session=session, after=1) as again,
    ):
        await again.until(lambda: len(again.heard) + len(again.history) == 1)
        [answer] = again.heard + again.history
        assert answer["text"] == "سمعت: أين الفاتورة INV-9؟"
