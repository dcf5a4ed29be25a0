"""Calls of actions, responses and what else a turn asks for are those of stock Rasa, and small."""

from __future__ import annotations

import ast
import asyncio
import copy
import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from rasa.core.actions import action
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.episodes import SqlEpisodes
from bot.patches import apply_patches, debug_copies
from bot.patches.action_calls import MESSAGES, RANKED, call_format, recent_events
from bot.patches.default_actions import default_actions
from bot.patches.domain_emptiness import is_empty
from bot.patches.response_choice import response_for
from tests.rasa.stock_rasa import STOCK, stock, unpatch

ENDPOINT = EndpointConfig("http://127.0.0.1:9/webhook", enable_selective_domain=True)
SENDER = "web-لمى-7"


@pytest.fixture(autouse=True)
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    unpatch(monkeypatch)


# --- what is sent ---


def talked(turns: int, domain: Domain) -> DialogueStateTracker:
    said: list[Event] = []
    for number in range(turns):
        said += [
            UserUttered(f"وين طلبي DF-26-{number}", {"name": "faq"}, []),
            ActionExecuted("utter_faq"),
            BotUttered(f"answer {number}"),
            ActionExecuted("action_listen"),
        ]
    return DialogueStateTracker.from_events(SENDER, said, domain.slots)


SELECTED: dict[str, Any] = {
    "response": {"intent_response_key": "faq/k0", "utter_action": "utter_faq/k0"},
    "ranking": [{"intent_response_key": f"faq/k{place}"} for place in range(10)],
}
UNDERSTOOD: dict[str, Any] = {
    "text": "متى ينزل المعاش DF-26",
    "intent": {"name": "faq", "confidence": 0.9},
    "text_tokens": [[0, 3], [4, 8]],
    "intent_ranking": [{"name": f"i{place}", "confidence": 0.1} for place in range(10)],
    "department": {"name": "MIL", "confidence": 0.8},
    "department_ranking": [{"name": f"D{place}", "confidence": 0.1} for place in range(10)],
    "candidates": [{"name": "faq/working_hours", "confidence": 0.5}],
    "response_selector": {
        "all_retrieval_intents": ["faq"],
        "faq": SELECTED,
        "default": SELECTED,
    },
}


def sent_and_stock(
    tracker: DialogueStateTracker, domain: Domain
) -> tuple[dict[str, Any], dict[str, Any]]:
    remote = RemoteAction("action_note", ENDPOINT)
    whole = stock(RemoteAction, "_action_call_format")(remote, tracker, domain)
    return call_format(remote, tracker, domain), whole


def test_a_first_turn_is_sent_as_by_rasa(tiny_domain: Domain) -> None:
    said = [UserUttered("وين طلبي DF-26", {"name": "faq"}), *slots_told()]
    tracker = DialogueStateTracker.from_events(SENDER, said, tiny_domain.slots)
    sent, whole = sent_and_stock(tracker, tiny_domain)
    assert sent == whole


def slots_told() -> list[Event]:
    return [SlotSet("language", "ar"), ActionExecuted("utter_faq"), SlotSet("what", "INV-9")]


def test_of_earlier_turns_goes_what_was_said_and_of_this_one_everything(
    tiny_domain: Domain,
) -> None:
    said = [*talked(2, tiny_domain).events, UserUttered("والثانية؟"), *slots_told()]
    tracker = DialogueStateTracker.from_events(SENDER, said, tiny_domain.slots)
    sent, whole = sent_and_stock(tracker, tiny_domain)
    events = [one["event"] for one in sent["tracker"]["events"]]
    assert events == ["user", "bot"] * 2 + ["user", "slot", "action", "slot"]
    assert sent["tracker"]["events"][-4:] == whole["tracker"]["events"][-4:]


def test_what_was_understood_goes_in_full_once_and_else_in_brief(tiny_domain: Domain) -> None:
    heard = UserUttered(UNDERSTOOD["text"], UNDERSTOOD["intent"], [], UNDERSTOOD)
    before = copy.deepcopy(heard.parse_data)
    sent, whole = sent_and_stock(DialogueStateTracker.from_events(SENDER, [heard]), tiny_domain)
    latest = sent["tracker"]["latest_message"]
    theirs = whole["tracker"]["latest_message"]
    assert latest["response_selector"] == {"default": UNDERSTOOD["response_selector"]["default"]}
    left_out = {"text_tokens", "response_selector"}
    assert {name: theirs[name] for name in theirs.keys() - left_out} == {
        name: latest[name] for name in latest.keys() - left_out
    }
    brief = sent["tracker"]["events"][0]["parse_data"]
    assert brief["intent_ranking"] == UNDERSTOOD["intent_ranking"][:RANKED]
    assert brief["department_ranking"] == UNDERSTOOD["department_ranking"][:RANKED]
    answers = brief["response_selector"]["default"]["ranking"]
    assert answers == UNDERSTOOD["response_selector"]["default"]["ranking"][:RANKED]
    for name in ("text", "intent", "department", "candidates"):
        assert brief[name] == UNDERSTOOD[name]
    assert len(json.dumps(brief)) < len(json.dumps(UNDERSTOOD)) / 2
    assert heard.parse_data == before  # nothing is taken from the tracker itself


def test_the_domain_goes_along_where_rasa_sends_it(tiny_domain: Domain) -> None:
    remote = RemoteAction("action_note", EndpointConfig("http://127.0.0.1:9/webhook"))
    assert call_format(remote, talked(1, tiny_domain), tiny_domain)["domain"]


def test_a_long_conversation_is_sent_from_the_last_messages_on(tiny_domain: Domain) -> None:
    tracker = talked(50, tiny_domain)
    sent, whole = sent_and_stock(tracker, tiny_domain)
    texts = [event["text"] for event in sent["tracker"]["events"] if event["event"] == "user"]
    assert texts == [f"وين طلبي DF-26-{number}" for number in range(50 - MESSAGES, 50)]
    assert {**whole["tracker"], "events": None} == {**sent["tracker"], "events": None}


def test_events_before_any_message_are_sent_too(tiny_domain: Domain) -> None:
    tracker = DialogueStateTracker.from_events(SENDER, [ActionExecuted("action_listen")])
    assert recent_events(tracker) == list(tracker.events)


class FakeActions:
    """An action server that answers with nothing, and counts connections and bytes."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.bodies: list[bytes] = []
        self.peers: set[Any] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.sizes.append(len(self.bodies[-1]))
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"events": [], "responses": []})

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_post("/webhook", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port, shutdown_timeout=0.1)
        await site.start()
        try:
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


def test_a_call_at_turn_300_is_no_larger_than_an_early_one(
    tiny_model: Path, tiny_domain: Domain, tmp_path: Path
) -> None:
    """Through Rasa itself: the tracker store's episodes and the call's own limit together."""
    store = SqlEpisodes(tiny_domain, dialect="sqlite", db=str(tmp_path / "rasa.sqlite"))
    actions = FakeActions()

    async def talk() -> None:
        async with actions.serving() as port:
            endpoint = EndpointConfig(
                f"http://127.0.0.1:{port}/webhook", enable_selective_domain=True
            )
            agent = Agent.load(tiny_model, tracker_store=store)
            for turn in range(300):
                await agent.handle_message(
                    UserMessage("متى ينزل المعاش", CollectingOutputChannel(), SENDER)
                )
                if turn % 10 == 9:
                    tracker = await store.retrieve(SENDER)
                    remote = RemoteAction("action_note", endpoint)
                    await remote.run(CollectingOutputChannel(), agent.nlg, tracker, tiny_domain)

    asyncio.run(talk())
    assert len(actions.sizes) == 30
    early, late = actions.sizes[0], actions.sizes[-1]
    assert late < 1.2 * early
    assert max(actions.sizes) < 1.5 * early


# --- the connection ---


def test_calls_share_a_connection() -> None:
    actions = FakeActions()

    async def call_often() -> None:
        async with actions.serving() as port:
            endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
            for _ in range(5):
                assert await endpoint.request(json={"a": "أ"}) == {"events": [], "responses": []}

    apply_patches()
    asyncio.run(call_often())
    assert len(actions.sizes) == 5
    assert len(actions.peers) == 1


def test_arabic_is_sent_as_it_is_written() -> None:
    actions = FakeActions()

    async def call() -> None:
        async with actions.serving() as port:
            endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
            await endpoint.request(json={"text": "وين طلبي DF-26-004173"})

    apply_patches()
    asyncio.run(call())
    assert actions.bodies == ['{"text": "وين طلبي DF-26-004173"}'.encode()]


def test_calls_go_on_when_the_action_server_is_started_again() -> None:
    actions = FakeActions()

    async def call_across_a_restart() -> None:
        endpoint: EndpointConfig | None = None
        port = 0
        for _ in range(3):
            async with actions.serving(port) as port:
                endpoint = endpoint or EndpointConfig(f"http://127.0.0.1:{port}/webhook")
                await endpoint.request(json={})
                await endpoint.request(json={})
            await asyncio.sleep(0.05)

    apply_patches()
    asyncio.run(call_across_a_restart())
    assert len(actions.sizes) == 6


def test_credentials_go_along() -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Authorization"), request.headers.get("X-Unit")))
        return web.json_response({})

    async def call() -> None:
        app = web.Application()
        app.router.add_post("/webhook", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        endpoint = EndpointConfig(
            f"http://127.0.0.1:{runner.addresses[0][1]}/webhook",
            headers={"X-Unit": "DF-26"},
            basic_auth={"username": "rasa", "password": "p"},
        )
        await endpoint.request(json={})
        await runner.cleanup()

    apply_patches()
    asyncio.run(call())
    assert seen == [("Basic cmFzYTpw", "DF-26")]


def test_another_loop_gets_a_connection_of_its_own() -> None:
    actions = FakeActions()
    endpoint = EndpointConfig("")

    async def call() -> None:
        async with actions.serving() as port:
            endpoint.url = f"http://127.0.0.1:{port}/webhook"
            await endpoint.request(json={})

    apply_patches()
    asyncio.run(call())
    asyncio.run(call())
    assert len(actions.sizes) == 2


# --- what else a turn asks for ---


def test_default_actions_are_those_of_rasa_and_made_once() -> None:
    mine = default_actions(ENDPOINT)
    assert [type(one) for one in mine] == [
        type(one) for one in stock(action, "default_actions")(ENDPOINT)
    ]
    assert default_actions(ENDPOINT) is mine
    other = EndpointConfig(ENDPOINT.url)
    assert default_actions(other) is not mine
    assert all(vars(one).get("_action_endpoint", other) is other for one in default_actions(other))


SEVERAL = {
    "utter_faq": [
        {"text": "جواب", "condition": [{"type": "slot", "name": "language", "value": "ar"}]},
        {"text": "answer", "condition": [{"type": "slot", "name": "language", "value": "en"}]},
        {"text": "answer by mail", "channel": "mail"},
    ],
    "utter_greet": [{"text": "أهلا"}, {"text": "مرحبا"}],
    "utter_none": [],
}


@pytest.mark.parametrize("name", ["utter_faq", "utter_none", "utter_unknown"])
@pytest.mark.parametrize("language", ["ar", "en", None])
@pytest.mark.parametrize("channel", ["rest", "mail"])
def test_the_response_is_that_of_rasa(name: str, language: str | None, channel: str) -> None:
    nlg = TemplatedNaturalLanguageGenerator(SEVERAL)
    told = (name, channel, {"language": language})
    theirs = stock(TemplatedNaturalLanguageGenerator, "_random_response_for")(nlg, *told)
    assert response_for(nlg, *told) == theirs


def test_of_several_suitable_responses_each_is_said_at_times() -> None:
    nlg = TemplatedNaturalLanguageGenerator(SEVERAL)
    said = {response_for(nlg, "utter_greet", "rest", {})["text"] for _ in range(100)}
    assert said == {"أهلا", "مرحبا"}


def test_an_empty_domain_is_told_from_one_that_says_something(tiny_domain: Domain) -> None:
    assert is_empty(Domain.empty())
    assert not is_empty(tiny_domain)


@pytest.mark.parametrize("module", debug_copies.MODULES, ids=lambda module: module.__name__)
def test_whatever_is_copied_there_is_copied_for_a_debug_line(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    logged = [
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for inner in ast.walk(call)
    ]
    uses = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("copy.")
    ]
    assert uses
    assert all(ast.unparse(use) == "copy.deepcopy" and use in logged for use in uses)


def test_every_place_that_is_patched_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the tests really compare with stock Rasa."""
    before = json.dumps([str(value) for value in STOCK.values()])
    apply_patches()
    changed = [place for place in STOCK if vars(place[0]).get(place[1]) is not STOCK[place]]
    assert changed == list(STOCK)
    unpatch(monkeypatch)
    assert json.dumps([str(value) for value in STOCK.values()]) == before
