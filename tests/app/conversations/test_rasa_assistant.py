"""What our side makes of Rasa's answers, against a server in Rasa's shapes."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from conversations.errors import AssistantError, AssistantUnreachable
from conversations.fake_rasa import FakeRasa, Fault
from conversations.model import Answer, Button
from conversations.rasa_assistant import RasaAssistant, merged


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    server = await FakeRasa().start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_says_what_rasa_said(rasa: FakeRasa, http: ClientSession) -> None:
    assistant = RasaAssistant(http, url=rasa.url)
    [answer] = await assistant.reply("c-1", "أين INV-9؟", {"mid": "m-1"})
    assert answer.text == "سمعت: أين INV-9؟"
    assert rasa.heard == [{"sender": "c-1", "message": "أين INV-9؟", "metadata": {"mid": "m-1"}}]


async def test_recalls_a_turn_by_its_message(rasa: FakeRasa, http: ClientSession) -> None:
    assistant = RasaAssistant(http, url=rasa.url)
    await assistant.reply("c-1", "أولًا", {"mid": "m-1"})
    await assistant.reply("c-1", "ثانيًا", {"mid": "m-2"})
    recalled = await assistant.recall("c-1", "m-1")
    assert recalled is not None
    assert [one.text for one in recalled] == ["سمعت: أولًا"]
    assert await assistant.recall("c-1", "m-3") is None


async def test_a_silent_turn_is_not_the_same_as_no_turn(
    rasa: FakeRasa, http: ClientSession
) -> None:
    assistant = RasaAssistant(http, url=rasa.url)
    rasa.faults.extend([Fault.EMPTY, Fault.NO_TURN])
    assert await assistant.reply("c-1", "أولًا", {"mid": "m-1"}) == []
    assert await assistant.reply("c-1", "ثانيًا", {"mid": "m-2"}) == []
    assert await assistant.recall("c-1", "m-1") == []
    assert await assistant.recall("c-1", "m-2") is None


async def test_nobody_there_is_told_apart_from_a_failure(
    rasa: FakeRasa, http: ClientSession
) -> None:
    assistant = RasaAssistant(http, url=rasa.url)
    rasa.faults.append(Fault.ERROR)
    with pytest.raises(AssistantError) as failed:
        await assistant.reply("c-1", "أين؟", {})
    assert not isinstance(failed.value, AssistantUnreachable)
    await rasa.stop()
    async with ClientSession() as fresh:  # a line that was open before proves nothing
        assistant = RasaAssistant(fresh, url=rasa.url)
        with pytest.raises(AssistantUnreachable):
            await assistant.reply("c-1", "أين؟", {})
        assert not await assistant.loaded()


async def test_a_broken_line_may_have_been_heard(rasa: FakeRasa, http: ClientSession) -> None:
    rasa.faults.append(Fault.CUT_AFTER)
    with pytest.raises(AssistantError) as failed:
        await RasaAssistant(http, url=rasa.url).reply("c-1", "أين؟", {"mid": "m-1"})
    assert not isinstance(failed.value, AssistantUnreachable)


async def test_patience_ends(http: ClientSession) -> None:
    rasa = await FakeRasa(slow_s=2).start()
    rasa.faults.append(Fault.SLOW)
    with pytest.raises(AssistantError):
        await RasaAssistant(http, url=rasa.url, timeout_s=0.1).reply("c-1", "أين؟", {})
    await rasa.stop()


@pytest.mark.parametrize("body", ["", "{", '{"version": 1}', "null", "[null, 3]"])
async def test_strange_bodies_are_failures_or_nothing(http: ClientSession, body: str) -> None:
    async def odd(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", odd)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    assistant = RasaAssistant(http, url=f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        assert await assistant.reply("c-1", "أين؟", {}) == []
    except AssistantError:
        assert body != "[null, 3]"
    with pytest.raises(AssistantError):
        await assistant.recall("c-1", "m-1")
    assert not await assistant.loaded()
    await runner.cleanup()


def test_facts_join_the_text_before_them() -> None:
    assert merged(
        [
            {"recipient_id": "c", "text": "الطلب DF-26-000019"},
            {"recipient_id": "c", "custom": {"card": {"number": "DF-26-000019"}}},
            {"recipient_id": "c", "image": "https://x/i.png"},
            {
                "recipient_id": "c",
                "text": "وماذا بعد؟",
                "buttons": [{"title": "نعم", "payload": "/affirm"}, {"title": "لا"}],
            },
        ]
    ) == [
        Answer(
            "الطلب DF-26-000019",
            (),
            {"card": {"number": "DF-26-000019"}, "image": "https://x/i.png"},
        ),
        Answer("وماذا بعد؟", (Button("نعم", "/affirm"), Button("لا", "لا"))),
    ]


def test_facts_without_a_text_stand_alone_and_nothing_is_nothing() -> None:
    assert merged([{"custom": {"card": {}}}]) == [Answer("", (), {"card": {}})]
    assert merged([{"text": "  "}, {"text": None}, {}]) == []


async def test_a_reset_begins_a_session_that_knows_only_the_language() -> None:
    told: list[object] = []

    async def tracker(request: web.Request) -> web.Response:
        assert request.query["include_events"] == "NONE"
        slots = {"language": "en", "case_text": "شكوى INV-9"}
        return web.json_response({"slots": slots})

    async def events(request: web.Request) -> web.Response:
        told.extend(await request.json())
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/conversations/c-1/tracker", tracker)
    app.router.add_post("/conversations/c-1/tracker/events", events)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as http:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        await RasaAssistant(http, url=url).reset("c-1")
    assert told == [
        {"event": "action", "name": "action_session_start"},
        {"event": "session_started"},
        {"event": "slot", "name": "language", "value": "en"},
        {"event": "action", "name": "action_listen"},
    ]
    await runner.cleanup()
