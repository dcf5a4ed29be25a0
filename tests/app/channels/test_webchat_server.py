"""The web chat over a real socket: from a message to its answer and back."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import socketio
from aiohttp import ClientSession

from channels.webchat.pages import content_policy
from conversations.fake_rasa import Fault, Item
from tests.app.webchat_house import Client, Running, running_house


def with_button(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    return [
        {"text": f"سمعت: {text}", "buttons": [{"title": "تقديم شكوى", "payload": "/complaint"}]}
    ]


@pytest.fixture
async def running(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(database_url, tmp_path, answering=with_button) as house:
        yield house


async def test_answers_what_was_asked(running: Running) -> None:
    async with Client(running.url) as client:
        ack = await client.say("أين الفاتورة INV-9؟", client_id="c-1")
        assert ack["ok"]
        assert (ack["seq"], ack["text"]) == (1, "أين الفاتورة INV-9؟")
        await client.until(lambda: len(client.heard) == 1)
        [answer] = client.heard
        assert answer["text"] == "سمعت: أين الفاتورة INV-9؟"
        assert (answer["seq"], answer["sender"], answer["language"]) == (2, "bot", "ar")


async def test_shows_that_an_answer_is_coming_when_it_does_not_come_at_once(
    running: Running,
) -> None:
    running.rasa.faults.append(Fault.SLOW)
    async with Client(running.url) as client:
        await client.say("أين الفاتورة INV-9؟")
        await client.until(lambda: len(client.heard) == 1)
        await client.until(lambda: client.typing == [True, False])


async def test_a_widget_made_for_rasa_works(running: Running) -> None:
    async with Client(running.url, ours=False) as client:
        await client.say("أين الفاتورة INV-9؟", customData={"language": "ar"})
        await client.until(lambda: len(client.heard) == 1)
        assert client.heard[0].keys() == {"text", "quick_replies"}
        await client.say("/complaint")
        await client.until(lambda: len(client.heard) == 2)
        assert running.rasa.heard[1]["message"] == "/complaint"
        await client.say("")
        await client.until(lambda: len(client.heard) == 3)  # it shows no acknowledgement
        assert client.heard[2].keys() == {"text"}
        assert client.history == []


async def test_a_pressed_button_is_shown_by_its_title(running: Running) -> None:
    async with Client(running.url) as client:
        await client.say("مرحبا")
        await client.until(lambda: len(client.heard) == 1)
        ack = await client.say("/complaint", client_id="b-1")
        assert ack["text"] == "تقديم شكوى"


async def test_the_same_client_id_is_the_same_message(running: Running) -> None:
    async with Client(running.url) as client:
        acks = await asyncio.gather(
            *(client.say("أين الفاتورة؟", client_id="c-1") for _ in range(20))
        )
        assert all(ack == acks[0] for ack in acks)
        await client.until(lambda: len(client.heard) == 1)
        assert len(running.rasa.heard) == 1
    async with Client(running.url) as other:
        assert (await other.say("شخص آخر", client_id="c-1"))["seq"] == 1


async def test_after_a_reconnection_what_was_missed_comes_in_order(running: Running) -> None:
    async with Client(running.url) as client:
        for n in range(3):
            await client.say(f"رسالة {n} INV-{n}", client_id=f"c-{n}")
        await client.until(lambda: len(client.heard) >= 1)
        session, seen = client.session, 2
    for _ in range(100):
        if sum(len(one["message"]) > 0 for one in running.rasa.heard) == 3:
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    async with Client(running.url, session=session, after=seen) as again:
        await again.until(lambda: len(again.history) == 4)
        assert again.session == session
        assert [one["seq"] for one in again.history] == [3, 4, 5, 6]
        assert {one["sender"] for one in again.history} == {"citizen", "bot"}


async def test_a_long_history_comes_in_pages(database_url: str, tmp_path: Path) -> None:
    async with running_house(database_url, tmp_path, flood_burst=1000, flood_hourly=1000) as house:
        async with Client(house.url) as client:
            await asyncio.gather(*(client.say(f"رسالة {n}") for n in range(205)))
            session = client.session
        async with Client(house.url, session=session) as again:
            await again.until(lambda: len(again.history) >= 205)
            seqs = [one["seq"] for one in again.history]
            assert seqs == list(range(1, len(seqs) + 1))


async def test_two_tabs_show_the_same(running: Running) -> None:
    async with Client(running.url) as one, Client(running.url, session=one.session) as two:
        await one.say("من اللسان الأول INV-1", client_id="c-1")
        await two.until(lambda: len(two.echoes) == 1 and len(two.heard) == 1)
        await one.until(lambda: len(one.heard) == 1)
        assert two.echoes[0]["text"] == "من اللسان الأول INV-1"
        assert two.echoes[0]["sender"] == "citizen"
        assert one.echoes == []


@pytest.mark.parametrize("forged", ["x", "3f2b8a1e-0000-4000-8000-000000000000", 7, {"a": 1}])
async def test_nobody_gets_into_a_conversation_by_a_made_up_id(
    running: Running, forged: object
) -> None:
    async with Client(running.url, session=forged) as client:
        assert client.session != forged
        assert isinstance(client.session, str)


async def test_a_stolen_name_without_its_signature_hears_nothing(running: Running) -> None:
    async with Client(running.url) as owner:
        name = owner.session.partition(".")[0]
        async with Client(running.url, session=name) as thief:
            await owner.say("سرّ INV-9")
            await owner.until(lambda: len(owner.heard) == 1)
            assert thief.heard == thief.echoes == thief.history == []


async def test_a_session_of_a_lost_database_begins_anew(running: Running) -> None:
    async with Client(running.url) as client:
        empty = client.session
    async with Client(running.url, session=empty) as again:
        assert again.session == empty  # nothing was seen in it: it may go on
    async with Client(running.url, session=empty, after=5) as behind:
        assert behind.session != empty


async def test_saying_something_before_a_session_is_told_so(running: Running) -> None:
    stranger = socketio.AsyncClient()
    await stranger.connect(running.url, wait_timeout=20)
    ack = await stranger.call("user_uttered", {"message": "مرحبا", "session_id": "made up"})
    assert (ack["ok"], ack["code"]) == (False, "session_unknown")
    await stranger.disconnect()


async def test_refusals_come_back_in_the_acknowledgement(running: Running) -> None:
    async with Client(running.url, language="en") as client:
        ack = await client.say("", client_id="c-1")
        assert (ack["ok"], ack["code"]) == (False, "empty")
        ack = await client.say("m" * 4_001, client_id="c-2")
        assert (ack["ok"], ack["code"]) == (False, "too_long")
        assert "4,000" in ack["text"]
        assert client.heard == []
        async with Client(running.url, session=client.session) as again:
            await again.until(lambda: len(again.history) == 2)
            assert [one["state"] for one in again.history] == ["refused", "refused"]


async def test_the_language_switch_is_kept(running: Running) -> None:
    async with Client(running.url, language="ar") as client:
        await client.emit("language_set", {"language": "en", "session_id": client.session})
        await client.say("INV-9")
        await client.until(lambda: len(client.heard) == 1)
        metadata = running.rasa.heard[0]["metadata"]
        assert (metadata["language"], metadata["pinned"]) == ("en", True)


async def test_apologies_reach_the_person(running: Running) -> None:
    running.rasa.faults.append(Fault.EMPTY)
    async with Client(running.url, language="en") as client:
        await client.say("Where is INV-9?")
        await client.until(lambda: len(client.heard) == 1)
        assert client.heard[0]["sender"] == "system"
        assert client.heard[0]["quick_replies"][0]["payload"] == "/talk_to_human"


@pytest.mark.parametrize("event", ["session_request", "user_uttered", "language_set", "nonsense"])
async def test_strange_arguments_do_not_break_the_line(running: Running, event: str) -> None:
    async with Client(running.url) as client:
        for given in ([], [None], [1, 2, 3], ["x"], [{"message": {"deep": [1]}}], [b"\x00\xff"]):
            await client.emit(event, *given)
        await client.request_session()
        assert (await client.say("ما زلت هنا INV-9"))["ok"]


async def test_the_page_and_its_files(running: Running) -> None:
    async with ClientSession() as http:
        async with http.get(f"{running.url}/") as page:
            assert page.status == 200
            policy = page.headers["Content-Security-Policy"]
            text = await page.text()
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in text
        for path in ("widget.js", "static/chat.js", "static/socket.io.min.js", "static/icon.svg"):
            async with http.get(f"{running.url}/{path}") as file:
                assert file.status == 200, path
                assert file.headers["X-Content-Type-Options"] == "nosniff"
                assert file.headers["ETag"]
        async with http.get(
            f"{running.url}/static/fonts/ibm-plex-mono-latin-500-normal.woff2"
        ) as font:
            assert "immutable" in font.headers["Cache-Control"]
        for path in (
            "static/../server.py",
            "static/chat.html",
            "static//etc/passwd",
            "static/%2e%2e/server.py",
        ):
            async with http.get(f"{running.url}/{path}") as file:
                assert file.status == 404, path


def test_a_strange_host_does_not_get_into_the_policy() -> None:
    assert "ws://127.0.0.1:8000" in content_policy("127.0.0.1:8000")
    assert "evil" not in content_policy("evil.example; script-src *")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:{port}", 200),
        ("https://finance.example", 200),
        ("https://evil.example", 400),
    ],
)
async def test_only_pages_that_are_listed_may_embed(
    database_url: str, tmp_path: Path, origin: str, status: int
) -> None:
    origins = ("https://finance.example",)
    async with running_house(database_url, tmp_path, webchat_origins=origins) as house:
        port = house.house.settings.port
        headers = {"Origin": origin.format(port=port)}
        url = f"{house.url}/socket.io/?EIO=4&transport=polling"
        async with ClientSession() as http, http.get(url, headers=headers) as answer:
            assert answer.status == status
