"""Care and hand-over round the assistant's answers, whatever it took the message for."""

from dataclasses import dataclass, replace

import pytest

from conversations.attention import Attended, Attention
from conversations.model import Answer, Button
from kernel.language import Language
from tests.app.conversations.test_buttons import MESSAGE

ANSWER = Answer("يُصرف المعاش وفق INV-9", (), {})
HELPED = Answer("هل أفادك؟", (Button("نعم", '/feedback{"helped": "yes"}'),), {})


@dataclass(frozen=True)
class Care:
    name: str
    reason: str | None


HEARD = {
    "بذبح نفسي": Care("danger", "sensitive"),
    "you idiots": Care("anger", "angry"),
    "حسبي الله": Care("grievance", None),
}


def attention(*, on_duty: bool) -> Attention:
    async def anybody(language: Language, department: str | None) -> bool:
        return on_duty

    return Attention(HEARD.get, anybody, lambda key, language: f"{key}.{language.value}")


@pytest.mark.parametrize(
    ("text", "on_duty", "attended"),
    [
        ("بذبح نفسي", True, Attended("danger", "sensitive")),
        ("بذبح نفسي", False, Attended("danger", None)),
        ("حسبي الله", True, Attended("grievance", None)),
        ("متى ينزل المعاش عن INV-9؟", True, Attended()),
    ],
)
async def test_a_person_goes_on_only_where_one_is_there(
    text: str, on_duty: bool, attended: Attended
) -> None:
    judged = await attention(on_duty=on_duty).judge(replace(MESSAGE, text=text))
    assert judged == attended
    assert None not in judged.facts().values()


async def test_a_pressed_button_asks_for_nothing() -> None:
    message = replace(MESSAGE, text="بذبح نفسي", payload="/affirm")
    assert await attention(on_duty=True).judge(message) == Attended()


def completed(*answers: Answer, attended: Attended) -> list[Answer]:
    return attention(on_duty=True).complete(answers, MESSAGE, attended)


def test_other_messages_are_answered_as_before() -> None:
    assert completed(ANSWER, HELPED, attended=Attended()) == [ANSWER, HELPED]


def test_care_comes_first_and_the_answer_after_it() -> None:
    said = completed(ANSWER, HELPED, attended=Attended("grievance"))
    assert [one.text for one in said] == ["care_grievance.ar", ANSWER.text, HELPED.text]
    assert "escalate" not in str(said)


def test_the_hand_over_comes_last_and_nothing_is_asked_any_more() -> None:
    said = completed(ANSWER, HELPED, attended=Attended("danger", "sensitive"))
    assert [one.text for one in said] == [
        "care_danger.ar",
        ANSWER.text,
        "handed_over_sensitive.ar",
    ]
    assert said[-1].metadata == {"escalate": {"reason": "sensitive", "department": None}}


def test_the_colleague_is_told_what_was_registered() -> None:
    matter = {"kind": "complaint", "department": "DPS", "case": "DF-26-000010"}
    opened = Answer("سُجّلت شكواك برقم DF-26-000010", (), {"card": {}, "matter": matter})
    said = completed(opened, attended=Attended("anger", "angry"))
    assert said[-1].metadata["escalate"] == {"reason": "angry", **matter}
    assert said[1].metadata == {"card": {}}


def test_a_hand_over_that_the_assistant_made_itself_is_the_only_one() -> None:
    asked = Answer("بكل سرور", (), {"escalate": {"reason": "asked", "department": None}})
    said = completed(asked, attended=Attended("anger", "angry"))
    assert [one.metadata.get("escalate") for one in said] == [None, asked.metadata["escalate"]]


def test_a_turn_in_silence_stays_one() -> None:
    assert completed(attended=Attended("danger", "sensitive")) == []
