"""What editors read of people's messages, and how it is grouped."""

from datetime import UTC, datetime

import pytest

from content.improvements import (
    HIDDEN,
    Cause,
    Improvement,
    ImprovementState,
    counted,
    grouped,
    veiled,
)
from kernel.language import Language

AT = datetime(2026, 11, 25, 6, tzinfo=UTC)


def one(id_: int, text: str, *, cause: Cause = Cause.UNSURE, who: str = "") -> Improvement:
    return Improvement(
        id=id_,
        message_id=f"m-{id_}",
        conversation_id=who or f"c-{id_}",
        seq=1,
        cause=cause,
        text=text,
        language=Language.AR if text[:1] > "z" else Language.EN,
        state=ImprovementState.NEW,
        at=AT,
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("رقمي 0501234567 وما رديتوا", f"رقمي {HIDDEN} وما رديتوا"),
        ("رقمي ٠٥٠ ١٢٣ ٤٥٦٧ اتصلوا", f"رقمي {HIDDEN} اتصلوا"),
        ("+971 50 123 4567 call me", f"{HIDDEN} call me"),
        ("my case DF-2026-018472 is late", f"my case {HIDDEN} is late"),
        ("راسلوني على sara.k@mail.example.ae اليوم", f"راسلوني على {HIDDEN} اليوم"),
        ("القانون رقم (12) لسنة 2020", "القانون رقم (12) لسنة 2020"),
        ("دفعت 1500 درهم مرتين  \n عن INV-9", "دفعت 1500 درهم مرتين عن INV-9"),
        ("90 working days", "90 working days"),
    ],
)
def test_nothing_leads_to_a_person_and_the_question_stays(text: str, left: str) -> None:
    assert veiled(text) == left
    assert veiled(left) == left


def test_what_asks_alike_is_one_group_and_the_most_asked_comes_first() -> None:
    waiting = [
        one(1, "where is my invoice"),
        one(2, "وين اقدر اشوف كشف راتب التقاعد حقي"),
        one(3, "وين أقدر أشوف كشف راتب التقاعد"),
        one(4, "وين اقدر اشوف كشف راتب التقاعد حقي", cause=Cause.NOT_HELPED, who="c-2"),
        one(5, "ابغي شهادة براءة ذمة"),
    ]
    groups = grouped(waiting)
    assert [[member.id for member in group.members] for group in groups] == [[2, 3, 4], [5], [1]]
    assert groups[0].people == 2
    assert groups[0].causes == (Cause.UNSURE, Cause.NOT_HELPED)
    assert groups[0].texts == (waiting[1].text, waiting[2].text)
    assert counted(waiting)[Cause.UNSURE] == 4
