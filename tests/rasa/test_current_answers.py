"""Answers are given in their time only; what stands in their place is not asked about."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import pytest
from rasa.core.actions.action import ActionBotResponse
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.patches import current_answers
from bot.patches.current_answers import HELPED, INSTEAD
from tests.rasa.models import PROJECT

TODAY = date(2026, 11, 26)
DAY = timedelta(days=1)
BUTTONS = [{"title": "موظف", "payload": "/talk_to_human"}]


class Rest(CollectingOutputChannel):
    """The channel of the app."""

    @classmethod
    def name(cls) -> str:
        """Return its name."""
        return "rest"


def nlg_with(**about: object) -> TemplatedNaturalLanguageGenerator:
    return TemplatedNaturalLanguageGenerator(
        {
            "utter_faq/refund_how_to": [{"text": "خلال 5 أيام، INV-9", "metadata": about}],
            "utter_greet": [{"text": "مرحبا", "metadata": about}],
            INSTEAD: [{"text": "لا يتوفر جواب", "buttons": BUTTONS}],
            HELPED: [{"text": "هل أفادك؟"}],
        }
    )


@pytest.fixture(autouse=True)
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    nlg, said = TemplatedNaturalLanguageGenerator, ActionBotResponse
    monkeypatch.setattr(nlg, "generate_from_slots", current_answers.generate_from_slots)
    monkeypatch.setattr(said, "run", current_answers.run)
    monkeypatch.setattr(current_answers, "today", lambda: TODAY)


def said_by(nlg: TemplatedNaturalLanguageGenerator, name: str, channel: str = "rest") -> Any:
    return nlg.generate_from_slots(name, {}, channel)


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"valid_from": str(TODAY), "valid_until": str(TODAY)},
        {"valid_until": TODAY + DAY, "status": "confirmed"},
        {"valid_from": "some day", "valid_until": ""},
    ],
)
def test_an_answer_in_its_time_is_given_and_says_what_it_is_for(about: dict[str, Any]) -> None:
    made = said_by(nlg_with(**about), "utter_faq/refund_how_to")
    assert made["text"] == "خلال 5 أيام، INV-9"
    assert made["custom"] == {"answer": "refund_how_to"}
    assert json.dumps(made)  # it goes into the tracker


@pytest.mark.parametrize(
    "about",
    [
        {"valid_until": str(TODAY - DAY)},
        {"valid_from": TODAY + DAY},
        {"valid_from": "2020-01-01", "valid_until": "2020-12-31"},
        {"status": "out of date"},
    ],
)
def test_another_is_not_and_ways_on_are_offered(about: dict[str, Any]) -> None:
    made = said_by(nlg_with(**about), "utter_faq/refund_how_to")
    assert (made["text"], made["buttons"]) == ("لا يتوفر جواب", BUTTONS)
    assert made["custom"] == {"answer": "refund_how_to", "outdated": True}
    assert said_by(nlg_with(**about), "utter_greet")["text"] == "مرحبا"


def test_a_terminal_is_told_no_facts() -> None:
    assert "custom" not in said_by(nlg_with(), "utter_faq/refund_how_to", "cmdline")


def test_where_nothing_can_stand_in_its_place_nothing_is_said() -> None:
    old = [{"text": "INV-9 قديم", "metadata": {"valid_until": "2020-01-01"}}]
    nlg = TemplatedNaturalLanguageGenerator({"utter_faq/x": old})
    assert said_by(nlg, "utter_faq/x") is None


@pytest.mark.parametrize(("until", "asked"), [(TODAY, [HELPED]), (TODAY - DAY, [])])
def test_nobody_is_asked_whether_no_answer_helped(until: date, asked: list[str]) -> None:
    nlg = nlg_with(valid_until=str(until))
    tracker = DialogueStateTracker("c-1", [])
    tracker.update(UserUttered("كيف أسترد INV-9؟"))
    for name in ("utter_faq/refund_how_to", HELPED):
        for event in run(name, nlg, tracker):
            tracker.update(event)
    said = [one.metadata["utter_action"] for one in tracker.events if isinstance(one, BotUttered)]
    assert said == ["utter_faq/refund_how_to", *asked]
    tracker.update(UserUttered("شكرا"))
    assert len(run(HELPED, nlg, tracker)) == 1  # another turn is another matter


def run(
    name: str, nlg: TemplatedNaturalLanguageGenerator, tracker: DialogueStateTracker
) -> list[Event]:
    action = ActionBotResponse(name)
    return asyncio.run(action.run(Rest(), nlg, tracker, Domain.empty()))


def test_what_stands_in_its_place_is_there_in_both_languages() -> None:
    domain = Domain.load(str(PROJECT / "domain.yml"))
    nlg = TemplatedNaturalLanguageGenerator(domain.responses)
    for language in ("ar", "en"):
        made = nlg.generate_from_slots(INSTEAD, {"language": language}, "rest")
        assert made is not None
        assert [one["payload"] for one in made["buttons"]] == [
            "/talk_to_human",
            '/choose{"choice": "consultation"}',
        ]
