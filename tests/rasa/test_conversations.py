"""The conversations of both languages go as their stories say, in words and in moves."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from kernel.folding import fold
from tests.rasa.models import PROJECT, run
from tests.rasa.spoken import CONVERSATIONS, Spoken, spoken_in, stories

FILES = sorted(CONVERSATIONS.glob("test_*.yml"))
LEAST_STORIES = 30
LINES = [line for path in FILES for line in spoken_in(path)]
TYPED = [line for line in LINES if line.language]


@pytest.fixture(scope="module")
def agent(model: Path) -> Agent:
    return Agent.load(model)


def test_every_conversation_goes_as_told(model: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "test.log", tmp_path / "results"
    code = run(
        "tests.rasa.patched",
        *("test", "core"),
        *("--stories", str(CONVERSATIONS)),
        *("--model", str(model)),
        *("--out", str(out)),
        "--e2e",
        "--fail-on-prediction-errors",
        "--no-plot",
        log=log,
    )
    assert code == 0, log.read_text("utf-8").rpartition("Failed Story:")[2][-6000:]
    assert "all good" in (out / "failed_test_stories.yml").read_text("utf-8")


@pytest.mark.parametrize("line", TYPED, ids=[f"{line.story}: {line.text}" for line in TYPED])
def test_what_is_typed_is_understood(agent: Agent, line: Spoken) -> None:
    told = asyncio.run(agent.parse_message(line.text))
    intent = told["intent"]["name"]
    if intent == "faq":
        intent = told["response_selector"]["default"]["ranking"][0]["intent_response_key"]
    assert (intent, told["language"]) == (line.intent, line.language)


# --- the stories themselves ---


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_language_has_its_conversations(language: str) -> None:
    told = [story for path in FILES if path.stem.endswith(language) for story in stories(path)]
    assert len(told) >= LEAST_STORIES
    typed = [line for path in FILES if path.stem.endswith(language) for line in spoken_in(path)]
    assert {line.language for line in typed} == {language, None}


def test_titles_are_not_told_twice_in_a_language() -> None:
    for language in ("ar", "en"):
        titles = [
            story["story"]
            for path in FILES
            if path.stem.endswith(language)
            for story in stories(path)
        ]
        assert len(set(titles)) == len(titles)


def test_a_button_is_all_that_is_not_typed() -> None:
    assert all(line.text.startswith("/") for line in LINES if line.language is None)


def test_no_line_is_one_the_model_has_learnt() -> None:
    learnt = {
        fold(found[1].strip("\"'"))
        for path in PROJECT.glob("data/nlu_*/*.yml")
        for found in re.finditer(r"- text: (.*)", path.read_text("utf-8"))
    }
    assert learnt
    assert [line.text for line in TYPED if fold(line.text) in learnt] == []
