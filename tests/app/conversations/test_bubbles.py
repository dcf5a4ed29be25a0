"""The answers of a turn in as few messages as a channel wants them."""

import pytest

from conversations.bubbles import GAP, in_few_bubbles
from conversations.model import Answer, Button

YES_NO = (Button("نعم", "/affirm"), Button("لا", "/deny"))


def test_answers_become_one_message_that_ends_with_the_buttons() -> None:
    said = [Answer("أهلًا."), Answer("رقم طلبك INV-9.", (), {"card": 1}), Answer("أتؤكد؟", YES_NO)]
    assert in_few_bubbles(said, longest=4096) == [
        Answer("أهلًا.\n\nرقم طلبك INV-9.\n\nأتؤكد؟", YES_NO, {"card": 1})
    ]


def test_what_follows_buttons_is_a_message_of_its_own() -> None:
    said = [Answer("أتؤكد؟", YES_NO), Answer("يمكنك الإلغاء.")]
    assert in_few_bubbles(said, longest=4096) == said


def test_nothing_stays_nothing() -> None:
    assert in_few_bubbles([], longest=4096) == []


@pytest.mark.parametrize("text", ["كلمة " * 2000, "ا" * 9000, "سطر INV-9\n" * 900])
def test_a_long_answer_is_parted_and_nothing_is_lost(text: str) -> None:
    parts = in_few_bubbles([Answer(text, YES_NO)], longest=4096)
    assert all(len(one.text) <= 4096 for one in parts)
    assert "".join("".join(one.text for one in parts).split()) == "".join(text.split())
    assert [one.buttons for one in parts] == [()] * (len(parts) - 1) + [YES_NO]


def test_what_does_not_fit_together_stays_apart() -> None:
    said = [Answer("ا" * 3000), Answer("ب" * 3000)]
    assert in_few_bubbles(said, longest=4096) == said
    assert len(GAP.join(one.text for one in said)) > 4096
