"""Rasa's own commands work on the project, and a parse result holds what the app reads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent

from tests.rasa.models import run


@pytest.fixture(scope="module")
def agent(model: Path) -> Agent:
    return Agent.load(model)


def parsed(agent: Agent, text: str) -> dict[str, Any]:
    return asyncio.run(agent.parse_message(text))


def test_the_project_is_valid_for_rasa(tmp_path: Path) -> None:
    log = tmp_path / "validate.log"
    code = run("rasa", "data", "validate", log=log)
    assert code == 0, log.read_text("utf-8")[-6000:]


@pytest.mark.parametrize(
    ("text", "language", "variety", "department"),
    [
        ("انخصم من بطاقتي المبلغ مرتين على معاملة وحدة", "ar", "gulf", "DPS"),
        ("my card was charged twice for one transaction", "en", "en", "DPS"),
        ("معاش الوالد ما نزل هالشهر ومحد رد علينا", "ar", "gulf", "MIL"),
        ("فاتورتنا INV-7781 متأخرة من شهرين as a supplier ومحد رد", "ar", "mixed", "ACC"),
    ],
)
def test_a_parse_result_holds_what_the_app_reads(
    agent: Agent, text: str, language: str, variety: str, department: str
) -> None:
    told = parsed(agent, text)
    assert told["text"] == text
    assert (told["language"], told["variety"]) == (language, variety)
    assert told["department"]["name"] == department
    assert told["department"] == told["department_ranking"][0]
    assert told["intent"] == told["intent_ranking"][0]
    assert told["intent"]["name"] == "complaint"
    assert 0 < len(told["candidates"]) <= 3
    for one in (told["intent"], told["department"], *told["candidates"]):
        assert 0 <= one["confidence"] <= 1
    answers = told["response_selector"]["default"]["ranking"]
    assert len(answers) == 10
    assert all(one["intent_response_key"].startswith("faq/") for one in answers)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("متى ينزل المعاش؟", "faq/mil_pension_pay_date"),
        ("how long does a complaint take?", "faq/complaint_timeframe"),
    ],
)
def test_a_question_finds_its_answer(agent: Agent, text: str, topic: str) -> None:
    told = parsed(agent, text)
    assert told["intent"]["name"] == "faq"
    assert told["candidates"][0]["name"] == topic
    best = told["response_selector"]["faq"]["response"]
    assert (best["intent_response_key"], best["utter_action"]) == (topic, f"utter_{topic}")


@pytest.mark.parametrize("text", ["", " ", "٣", "👍", "\u202e\u2066", "ا" * 4000])
def test_any_text_is_parsed(agent: Agent, text: str) -> None:
    told = parsed(agent, text)
    assert told["intent"]["name"]
    assert told["language"] in ("ar", "en")


def test_a_pressed_button_carries_its_choice(agent: Agent) -> None:
    told = parsed(agent, '/choose{"choice": "faq/working_hours"}')
    assert told["intent"]["name"] == "choose"
    assert [(e["entity"], e["value"]) for e in told["entities"]] == [
        ("choice", "faq/working_hours")
    ]


BARE_WISHES = {
    "complaint": [
        "أريد تقديم شكوى",
        "عندي شكوى",
        "ودي أسجل عندكم شكوى لو سمحت",
        "I want to make a complaint",
        "I wish to lodge a complaint",
    ],
    "suggestion": ["عندي اقتراح", "أود تقديم مقترح", "I have a suggestion"],
    "consultation": ["أريد استشارة مالية", "I need a consultation", "can I ask for advice"],
}


@pytest.mark.parametrize("kind", ["complaint", "suggestion", "consultation"])
def test_a_wish_without_its_matter_begins_the_form(agent: Agent, kind: str) -> None:
    found = {text: parsed(agent, text)["intent"]["name"] for text in BARE_WISHES[kind]}
    assert found == dict.fromkeys(BARE_WISHES[kind], kind)
