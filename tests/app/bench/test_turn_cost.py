"""A turn's cost is counted for its kind, and only when it went as meant."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bench.action_house import Calls, serving_actions
from bench.rasa_process import free_port
from bench.turn_cost import ACTION, FAQ, Conversation, Costs, Line, cpu_ms, growth, together

QUESTION = Line("متى ينزل المعاش DF-26؟", FAQ, ("utter_faq",))
TRACKER = {
    "sender_id": "لمى-7",
    "slots": {"language": "ar"},
    "latest_message": {"text": "نعم", "entities": [{"entity": "helped", "value": "yes"}]},
    "latest_action_name": "action_listen",
    "events": [],
    "paused": False,
    "followup_action": None,
    "active_loop": {},
}
YES = Line("نعم", ACTION, ("action_yes_no",))


def burn(ms: float) -> None:
    began = time.process_time()
    while (time.process_time() - began) * 1000 < ms:
        pass


class FakeRasa:
    """Answers every message with ``utter_faq``, in the CPU time it is told to use."""

    def __init__(self, ms: float) -> None:
        self._ms = ms
        self._events: list[dict[str, Any]] = [{"event": "action", "name": "action_listen"}]

    async def hear(self, request: web.Request) -> web.Response:
        text = (await request.json())["message"]
        burn(self._ms)
        self._events += [
            {"event": "user", "text": text},
            {"event": "action", "name": "utter_faq"},
            {"event": "action", "name": "action_listen"},
            {"event": "action", "name": "action_session_start"},
        ]
        return web.json_response([])

    async def tracker(self, _request: web.Request) -> web.Response:
        return web.json_response({"events": self._events})


@pytest.fixture
async def talking() -> AsyncIterator[Conversation]:
    rasa = FakeRasa(ms=20)
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", rasa.hear)
    app.router.add_get("/conversations/{sender}/tracker", rasa.tracker)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with ClientSession() as http:
        yield Conversation(http, f"http://127.0.0.1:{port}", os.getpid(), Calls(), "لمى-7")
    await runner.cleanup()


async def test_a_turn_costs_what_the_process_used(talking: Conversation) -> None:
    await talking.say(QUESTION)
    [took] = (await talking.costs()).by_kind[FAQ]
    assert 20 <= took < 200


async def test_a_turn_that_went_otherwise_is_counted_as_strayed(talking: Conversation) -> None:
    await talking.say(QUESTION)
    await talking.say(YES)
    costs = await talking.costs()
    assert len(costs.by_kind[FAQ]) == 1
    assert not costs.by_kind[ACTION]
    assert costs.strayed == 1


async def test_earlier_turns_can_be_left_out(talking: Conversation) -> None:
    for _ in range(3):
        await talking.say(QUESTION)
    assert len((await talking.costs(first=2)).by_kind[FAQ]) == 1


def test_cpu_is_that_of_the_process() -> None:
    before = cpu_ms(os.getpid())
    burn(30)
    assert 30 <= cpu_ms(os.getpid()) - before < 300


def test_conversations_are_told_together() -> None:
    one, other = Costs(), Costs()
    one.by_kind[FAQ] += [1.0, 2.0]
    other.by_kind[FAQ] += [9.0]
    other.bytes_sent += [700]
    row = together([one, other]).row()
    assert (row[FAQ], row["turns"], row["bytes_per_call"]) == (2.0, 3, 700)


def test_growth_is_late_over_early() -> None:
    figures = {"early": {FAQ: 4.0, "bytes_per_call": 100}, "late": {FAQ: 5.0}}
    assert growth(figures) == {FAQ: 1.25}


async def test_the_real_actions_are_served_and_their_calls_measured() -> None:
    port = free_port()
    async with serving_actions(port) as calls, ClientSession() as http:
        call = {"next_action": "action_feedback", "sender_id": "لمى-7", "tracker": TRACKER}
        async with http.post(f"http://127.0.0.1:{port}/webhook", json=call) as answer:
            assert answer.status == 200
        [size] = calls.take()
        assert size > 80
        assert calls.take() == []
