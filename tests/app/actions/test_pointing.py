"""What "2", «والثانية؟» and "the same" mean after what was shown."""

from typing import Any

import pytest

from actions.pointing import Offer, as_pressed, pointed_at, pressed
from actions.turn import Turn
from tests.app.actions.house import a_case_service, an_action, ran, responses
from tests.app.actions.turns import a_tracker

HELPED = [
    {"title": "نعم", "payload": '/feedback{"helped": "yes"}'},
    {"title": "لا", "payload": '/feedback{"helped": "no"}'},
]
MEANT = [
    {"title": "استرداد الرسوم", "payload": '/choose{"choice": "faq/refund_how_to"}'},
    {"title": "تقديم شكوى", "payload": '/choose{"choice": "complaint"}'},
    {"title": "التحدث مع موظف", "payload": "/talk_to_human"},
]
SEGMENTS = [
    {"title": "من الجمهور", "payload": '/inform{"segment": "public"}'},
    {"title": "مورّد", "payload": '/inform{"segment": "supplier"}'},
]
SAID: dict[str, Any] = {"event": "user", "text": "شي عن INV-9", "parse_data": {}}


def bot(
    response: str = "utter_unsure", *, buttons: object = None, card: str | None = None
) -> dict[str, Any]:
    data: dict[str, Any] = {"buttons": buttons}
    if card:
        data["custom"] = {"card": {"number": card}}
    return {"event": "bot", "text": "..", "data": data, "metadata": {"utter_action": response}}


def refers(said: str, *before: dict[str, Any], **told: Any) -> Any:
    return a_tracker("/refer", intent="refer", entities={"said": said}, before=[*before], **told)


@pytest.mark.parametrize(
    ("said", "place"), [("٢", 1), ("الاول", 0), ("the second one", 1), ("last", 2), ("4", None)]
)
def test_a_place_in_the_list_shown_last(said: str, place: int | None) -> None:
    found = pointed_at(refers(said, SAID, bot(buttons=MEANT)))
    expected = Offer(**MEANT[place]) if place is not None else None
    assert found == expected


def test_a_number_answers_did_this_help_and_an_ordinal_goes_back_to_what_was_listed() -> None:
    before = [SAID, bot(buttons=MEANT), SAID, bot("utter_faq/x"), bot(buttons=HELPED)]
    number = pointed_at(refers("2", *before))
    ordinal = pointed_at(refers("والثانيه", *before))
    assert number == Offer(**HELPED[1])
    assert ordinal == Offer(**MEANT[1])


def test_answers_and_cases_are_lists_too() -> None:
    answers = [SAID, bot("utter_faq/working_hours"), bot("utter_faq/payment_channels")]
    found = pointed_at(refers("والثانيه", *answers))
    assert found == Offer("", '/choose{"choice": "faq/payment_channels"}')
    cards = [bot("utter_case_status"), bot(card="DF-26-000010"), bot(card="DF-26-000029")]
    found = pointed_at(refers("والثاني", SAID, *cards))
    assert found == Offer("", '/choose{"choice": "case/DF-26-000029"}')


def test_what_was_said_long_ago_is_not_pointed_at() -> None:
    later = [event for _ in range(5) for event in (SAID, bot("utter_greet"))]
    assert pointed_at(refers("الثاني", SAID, bot(buttons=MEANT), *later)) is None


@pytest.mark.parametrize("text", ["2", "٢", "مورد", "مورّد"])
def test_a_form_hears_a_place_or_a_title_as_the_button(text: str) -> None:
    tracker = a_tracker(text, form="complaint_form", before=[SAID, bot(buttons=SEGMENTS)])
    turn = Turn(pressed(tracker))
    assert (turn.intent, turn.entity("segment"), turn.text) == ("inform", "supplier", "")


@pytest.mark.parametrize("text", ["520", "INV-9", "7", "نحن نورّد المعدات"])
def test_a_form_reads_all_else_as_it_stands(text: str) -> None:
    tracker = a_tracker(text, form="complaint_form", before=[SAID, bot(buttons=SEGMENTS)])
    assert pressed(tracker) is tracker


def test_one_button_is_no_list() -> None:
    tracker = a_tracker("1", form="complaint_form", before=[SAID, bot(buttons=MEANT[:1])])
    assert pressed(tracker) is tracker


def test_a_press_keeps_what_the_app_told_of_the_message() -> None:
    turn = Turn(as_pressed(a_tracker("2"), '/choose{"choice": "faq/x"}'))
    assert (turn.message_id, turn.person_id, turn.entity("choice")) == ("m-1", "p-7", "faq/x")


async def test_the_second_of_what_was_offered_is_answered() -> None:
    tracker = refers("الثاني", SAID, bot(buttons=[MEANT[1], MEANT[0]]))
    said, _ = await ran(an_action("action_refer"), tracker)
    assert responses(said) == ["utter_faq/refund_how_to", "utter_did_this_help"]


async def test_the_second_of_two_questions_that_was_not_heard_is_asked_for() -> None:
    two = {**SAID, "text": "متى دوامكم؟ وكم رسوم INV-9؟"}
    for before, response in (([two], "utter_second_alone"), ([SAID], "utter_say_it_whole")):
        said, _ = await ran(an_action("action_refer"), refers("والثانيه", *before))
        assert responses(said) == [response]


@pytest.mark.parametrize("asked", ["case_contact", "case_segment"])
async def test_the_same_as_last_time(asked: str) -> None:
    cases = a_case_service()
    slots = {
        "case_kind": "suggestion",
        "case_text": "أضيفوا الدفع بالساعة",
        "case_department": "STRAT",
        "case_segment": "supplier",
        "case_contact": "+971501234567",
        "case_confirmed": True,
    }
    await ran(an_action("action_open_case", cases), a_tracker("نعم", slots=slots))
    for said, found in (("نفس السابق", slots[asked]), ("the same", slots[asked])):
        tracker = refers(said, form="complaint_form", asked=asked)
        _, left = await ran(an_action("validate_complaint_form", cases), tracker)
        assert left[asked] == found
    tracker = refers("نفسه", form="complaint_form", asked=asked, metadata={"person_id": "p-8"})
    said_back, left = await ran(an_action("validate_complaint_form", cases), tracker)
    assert left[asked] is None
    assert responses(said_back) == [
        "utter_contact_unclear" if asked == "case_contact" else "utter_choose_one"
    ]
