import pytest

from tests.app.actions.house import an_action, ran, responses
from tests.app.actions.turns import a_tracker

START = an_action("action_start_case")
STORY = "انخصم المبلغ مرتين يوم دفعت رسوم الرخصة TX-88"
SAID = {"event": "user", "text": STORY, "parse_data": {"intent": {"name": "nlu_fallback"}}}


def bot(response: str) -> dict[str, object]:
    return {"event": "bot", "text": "...", "metadata": {"utter_action": response}}


async def test_a_story_starts_its_form_with_what_it_told() -> None:
    said, left = await ran(START, a_tracker(STORY, intent="complaint"))
    assert responses(said) == ["utter_sorry", "utter_questions"]
    assert left["case_text"] == STORY
    assert left["case_department"] == "DPS"
    assert left["case_detail"] == "TX-88"
    assert left["followup"] == "complaint_form"


async def test_a_bare_wish_to_complain_is_asked_what_happened() -> None:
    _, left = await ran(START, a_tracker("عندي شكوى", intent="complaint"))
    assert left["case_text"] is None


async def test_another_kind_in_the_middle_asks_which_one() -> None:
    said, left = await ran(
        START, a_tracker("عندي اقتراح", intent="suggestion", form="complaint_form")
    )
    assert responses(said) == ["utter_other_form"]
    assert left["pending"]["form"] == "complaint_form"


async def test_a_complaint_that_also_asks_gets_both() -> None:
    tracker = a_tracker(
        "انخصم مني مرتين، متى ترجعون المبلغ؟",
        intent="complaint",
        answer=("faq/refund_status", 0.8),
    )
    said, left = await ran(START, tracker)
    assert "utter_faq/refund_status" in responses(said)
    assert left["followup"] == "complaint_form"


async def test_cancel_asks_first_and_a_no_goes_on() -> None:
    said, left = await ran(an_action("action_cancel"), a_tracker("خلاص", form="complaint_form"))
    assert responses(said) == ["utter_ask_cancel"]
    slots = {"pending": left["pending"], "case_text": STORY}
    for intent, expected in (("deny", "followup"), ("affirm", "case_text")):
        said, after = await ran(
            an_action("action_yes_no"),
            a_tracker("..", intent=intent, slots=slots, before=[bot("utter_ask_cancel")]),
        )
        assert expected in after
    assert responses(said) == ["utter_cancelled"]
    assert after["case_text"] is None


async def test_an_old_question_is_not_answered_by_a_later_yes() -> None:
    slots = {"pending": {"ask": "stop", "form": "complaint_form"}}
    said, _ = await ran(
        an_action("action_yes_no"),
        a_tracker("اي", intent="affirm", slots=slots, before=[bot("utter_did_this_help")]),
    )
    assert responses(said) == ["utter_glad"]


@pytest.mark.parametrize(
    ("before", "response"), [([], "utter_unsure"), ([SAID], "utter_unsure_again")]
)
async def test_twice_not_understood_offers_a_person(
    before: list[dict[str, object]], response: str
) -> None:
    said, _ = await ran(an_action("action_unsure"), a_tracker("هممم", before=before))
    assert responses(said) == [response]


async def test_pressing_complaint_keeps_the_words_that_led_there() -> None:
    tracker = a_tracker(
        '/choose{"choice": "complaint"}',
        intent="choose",
        entities={"choice": "complaint"},
        before=[SAID, bot("utter_unsure")],
    )
    _, left = await ran(an_action("action_choose"), tracker)
    assert left["case_text"] == STORY


async def test_a_forged_choice_answers_nothing_of_its_own() -> None:
    tracker = a_tracker("/choose", intent="choose", entities={"choice": "faq/../../etc"})
    said, _ = await ran(an_action("action_choose"), tracker)
    assert responses(said) == ["utter_acknowledge"]


async def test_a_greeting_is_not_what_happened() -> None:
    told = {"intent": {"name": "greet"}, "entities": []}
    hello = {"event": "user", "text": "السلام عليكم، مساكم الله بالخير", "parse_data": told}
    tracker = a_tracker(
        '/choose{"choice": "complaint"}',
        intent="choose",
        entities={"choice": "complaint"},
        before=[hello, bot("utter_greet")],
    )
    _, left = await ran(an_action("action_choose"), tracker)
    assert left["case_text"] is None


async def test_the_department_of_what_was_told_before_the_press_is_kept() -> None:
    told = {
        "intent": {"name": "faq"},
        "department": {"name": "MIL", "confidence": 0.9},
        "department_ranking": [{"name": "MIL", "confidence": 0.9}],
    }
    story = {"event": "user", "text": "المعاش ما نزل هالشهر وما حد رد", "parse_data": told}
    tracker = a_tracker(
        '/choose{"choice": "complaint"}',
        intent="choose",
        entities={"choice": "complaint"},
        before=[story, bot("utter_way_on")],
    )
    _, left = await ran(an_action("action_choose"), tracker)
    assert (left["case_text"], left["case_department"]) == (story["text"], "MIL")
