"""A turn whose action fails is neither kept nor answered, so that it can be asked again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.patches import apply_patches
from bot.patches.broken_turns import BrokenTurn
from tests.rasa.stock_rasa import unpatch

NOBODY = EndpointConfig("http://127.0.0.1:9/webhook")


@pytest.fixture(autouse=True)
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    unpatch(monkeypatch)
    apply_patches()


async def run(model: Path, action: Any) -> tuple[bool, CollectingOutputChannel]:
    agent = Agent.load(model)
    tracker = DialogueStateTracker("c-7", agent.domain.slots)
    tracker.update(ActionExecuted("action_listen"))
    channel = CollectingOutputChannel()
    await channel.send_text_message("c-7", "لحظة عن INV-9")
    prediction = PolicyPrediction.for_action_name(agent.domain, "action_listen")
    another = await agent.processor._run_action(action, tracker, channel, None, prediction)
    return another, channel


def test_nobody_who_does_it_ends_the_turn_without_a_word(tiny_model: Path) -> None:
    with pytest.raises(BrokenTurn, match="action_note"):
        asyncio.run(run(tiny_model, RemoteAction("action_note", NOBODY)))


class Listens(RemoteAction):
    """Does nothing, as ``action_listen``."""

    async def run(self, *_: Any, **__: Any) -> list[Any]:
        return []


class HandsOver(RemoteAction):
    """A form that leaves the turn to others."""

    async def run(self, *_: Any, **__: Any) -> list[Any]:
        raise ActionExecutionRejection(self.name())


def test_what_was_said_before_is_taken_back(tiny_model: Path) -> None:
    channel = CollectingOutputChannel()

    async def broken() -> None:
        agent = Agent.load(tiny_model)
        tracker = DialogueStateTracker("c-7", agent.domain.slots)
        await channel.send_text_message("c-7", "لحظة عن INV-9")
        prediction = PolicyPrediction.for_action_name(agent.domain, "action_listen")
        action = RemoteAction("action_note", NOBODY)
        await agent.processor._run_action(action, tracker, channel, None, prediction)

    with pytest.raises(BrokenTurn):
        asyncio.run(broken())
    assert channel.messages == []


def test_an_action_that_works_and_a_form_that_hands_over_are_no_failures(tiny_model: Path) -> None:
    another, channel = asyncio.run(run(tiny_model, Listens("action_listen", NOBODY)))
    assert another is False
    assert len(channel.messages) == 1
    another, channel = asyncio.run(run(tiny_model, HandsOver("case_form", NOBODY)))
    assert another is True
    assert len(channel.messages) == 1
