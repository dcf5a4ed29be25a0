"""What a draft would make of a message, why, and what an answer takes from others."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.tryout import Tryout
from tests.rasa.models import PROJECT, QUIET

PAID = (
    *("متى تصرفون فاتورة المورد", "كم يوم لين ينصرف مستحق المورد", "متى يدفعون للموردين فواتيرهم"),
    *("when are suppliers paid", "how long until my invoice is paid", "payment time for suppliers"),
    *("موعد صرف فواتير الموردين", "when does the department pay an invoice INV-9"),
)
REFUND = (
    *("كيف استرد رسومي", "ابا فلوسي اللي دفعتها مرتين", "رجعولي الرسوم المدفوعة بالغلط"),
    *("how do I get my fee back", "refund of a fee paid twice", "I want my money back"),
    *("استرداد رسم دفع مرتين", "give me back the duplicate fee INV-9"),
)
HELLO = ("السلام عليكم", "مرحبا", "hello there", "good morning", "صباح الخير", "هلا والله")


def lines() -> list[dict[str, str]]:
    told = [{"text": t, "intent": "faq", "answer": "faq/paid", "department": "ACC"} for t in PAID]
    told += [
        {"text": t, "intent": "faq", "answer": "faq/refund", "department": "REV"} for t in REFUND
    ]
    return told + [{"text": t, "intent": "greet"} for t in HELLO]


def taken(*texts: str) -> list[dict[str, str]]:
    told = [{"text": t, "intent": "faq", "answer": "faq/fresh", "department": "REV"} for t in texts]
    return lines() + told


@pytest.fixture(scope="module")
def tryout() -> Tryout:
    found = Tryout({"TextFeatures": {"least": 1}})
    found.learn(lines())
    return found


@pytest.mark.parametrize(
    ("text", "topic", "language", "department"),
    [
        ("متى تصرفون فواتير الموردين INV-9", "faq/paid", "ar", "ACC"),
        ("refund of my fee please", "faq/refund", "en", "REV"),
    ],
)
def test_a_parse_tells_language_department_and_topics(
    tryout: Tryout, text: str, topic: str, language: str, department: str
) -> None:
    told = tryout.parse(text)["parse"]
    assert told["language"] == language
    assert told["department"]["name"] == department
    assert told["intent_ranking"][0]["name"] in ("faq", "nlu_fallback")
    ranking = told["response_selector"]["default"]["ranking"]
    assert ranking[0]["intent_response_key"] == topic
    json.dumps(told)


def test_the_words_that_told_come_first(tryout: Tryout) -> None:
    why = tryout.parse("please tell me about a refund")["why"]
    assert why[0]["word"] == "refund"
    assert why[0]["weight"] > 0


def test_what_is_new_in_an_answer_takes_what_is_near_to_it() -> None:
    tryout = Tryout({"TextFeatures": {"least": 1}})
    texts = ("استرداد الرسم المدفوع مرتين", "ابا استرد رسم دفع مرتين", "رسم دفع مرتين")
    tryout.learn(taken(*texts))
    stolen = tryout.steals("faq/fresh", ())["steals"]
    assert "استرداد رسم دفع مرتين" in [one["text"] for one in stolen]
    assert {one["of"] for one in stolen} == {"faq/refund"}
    told = [line["text"] for line in tryout._lines if line.get("answer") == "faq/fresh"]
    assert tryout.steals("faq/fresh", told)["steals"] == []
    assert tryout.steals("faq/unknown", ())["steals"] == []


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.tryout_process"],
        cwd=PROJECT,
        env={**os.environ, **QUIET, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as started:
        yield started
        started.kill()


def test_the_process_answers_line_by_line_and_ends_with_its_input(
    process: "subprocess.Popen[str]",
) -> None:
    def ask(asked: dict[str, object]) -> dict[str, object]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return dict(json.loads(process.stdout.readline()))

    assert "failed" in ask({"do": "parse", "text": "سؤال INV-9"})  # nothing is learnt yet
    assert ask({"do": "learn", "lines": lines()})["learnt"] == len(lines())
    assert "parse" in ask({"do": "parse", "text": "سؤال INV-9"})
    assert process.stdin
    process.stdin.close()
    assert process.wait(20) == 0
