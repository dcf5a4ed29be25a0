"""Objections to an outcome in the chat, and answers to what was asked of a person."""

from datetime import timedelta
from typing import Any

import pytest

from actions.objecting import objects, to_an_outcome
from cases.model import Case, CaseKind, CaseState, EventKind, Priority
from cases.service import CaseService
from tests.app.actions.house import MONDAY_MORNING, a_case_service, an_action, ran, responses
from tests.app.actions.test_follow_up import buttons, notes, opened
from tests.app.actions.turns import a_tracker

WORDS = "أعترض على نتيجة شكواي، الخصم INV-9 مو صحيح"


async def finished(cases: CaseService, mid: str = "m-0", **changes: Any) -> Case:
    case = await opened(cases, mid, **changes)
    for state in (CaseState.OPEN, CaseState.RESOLVED):
        case = await cases.move(case.number, state, actor="agent:mariam")
    return case


@pytest.mark.parametrize(
    ("text", "against", "an_outcome"),
    [
        ("أعترض على نتيجة الشكوى", True, True),
        ("أبغي أتظلّم من القرار", True, True),
        ("مب مقتنع بالرد أبدا", True, True),
        ("أنا غير راضية عن ردكم على شكواي", True, True),
        ("ما قبلت بالنتيجة", True, True),
        ("لا أوافق على إغلاق طلبي", True, True),
        ("a3tare9 3ala alnatija", True, False),
        ("I object to the outcome", True, True),
        ("I'm not satisfied with your answer", True, True),
        ("we would like to appeal this decision, ref TX-8841", True, True),
        ("أعترض على الغرامة", True, False),
        ("I dispute this fine", True, False),
        ("كيف أعترض على النتيجة؟", False, False),
        ("can I appeal the decision?", False, False),
        ("شكرا على الرد", False, False),
        ("وين وصلت شكواي", False, False),
    ],
)
def test_which_words_object(text: str, against: bool, an_outcome: bool) -> None:
    assert (objects(text), to_an_outcome(text)) == (against, an_outcome)


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_track_case", "track_case"),
        ("action_start_case", "complaint"),
        ("action_unsure", "nlu_fallback"),
        ("action_yes_no", "deny"),
    ],
)
async def test_an_objection_is_asked_about_and_then_registered_once(
    action: str, intent: str
) -> None:
    cases = a_case_service()
    case = await finished(cases)
    said, left = await ran(an_action(action, cases), a_tracker(WORDS, intent=intent))
    assert [one for one in responses(said) if one != "utter_sorry"] == ["utter_object"]
    assert len(buttons(said)) == 2
    slots = {"pending": left["pending"]}
    choice = {"choice": f"object/{case.number}"}
    pressed = a_tracker("/choose", intent="choose", entities=choice, slots=slots)
    for _ in range(2):
        said, left = await ran(an_action("action_choose", cases), pressed)
        assert responses(said) == ["utter_object_registered"]
        assert left["pending"] is None
    again = await cases.get(case.number)
    assert (again.state, again.priority) == (CaseState.OPEN, Priority.P2)
    events = [one for one in await cases.timeline(case.number) if one.kind is EventKind.GRIEVED]
    assert [(one.note, one.actor) for one in events] == [(WORDS, "person:p-7")]


async def test_a_yes_registers_it_and_a_no_goes_on_with_the_new_matter() -> None:
    cases = a_case_service()
    case = await finished(cases)
    _, left = await ran(an_action("action_start_case", cases), a_tracker(WORDS, intent="complaint"))
    asked = {"event": "bot", "metadata": {"utter_action": "utter_object"}}
    slots = {"pending": left["pending"]}
    told = a_tracker("لا", intent="deny", slots=slots, before=[asked])
    said, left = await ran(an_action("action_yes_no", cases), told)
    assert left["followup"] == "complaint_form"
    assert left["case_text"] == WORDS
    told = a_tracker("نعم", intent="affirm", slots=slots, before=[asked])
    said, _ = await ran(an_action("action_yes_no", cases), told)
    assert responses(said) == ["utter_object_registered"]
    assert (await cases.get(case.number)).state is CaseState.OPEN


async def test_of_two_outcomes_it_is_asked_which() -> None:
    cases = a_case_service()
    first, second = await finished(cases), await finished(cases, "m-00", department="MIL")
    said, left = await ran(
        an_action("action_track_case", cases), a_tracker(WORDS, intent="track_case")
    )
    assert responses(said) == ["utter_object_which"]
    assert len(buttons(said)) == 3
    asked = {"event": "bot", "metadata": {"utter_action": "utter_object_which"}}
    slots = {"pending": left["pending"]}
    told = a_tracker("نعم", intent="affirm", slots=slots, before=[asked])
    said, _ = await ran(an_action("action_yes_no", cases), told)
    assert responses(said) == ["utter_choose_one"]
    text = f"أعترض على نتيجة {first.number}"
    said, _ = await ran(an_action("action_track_case", cases), a_tracker(text, intent="track_case"))
    assert responses(said) == ["utter_object"]
    assert first.number in said[0]["number"]
    assert second.state is CaseState.RESOLVED


async def test_a_late_objection_hears_what_is_possible_instead() -> None:
    cases = a_case_service()
    case = await finished(cases)
    late = a_case_service(MONDAY_MORNING + timedelta(days=30))
    late._store = cases._store
    said, left = await ran(
        an_action("action_track_case", late), a_tracker(WORDS, intent="track_case")
    )
    assert responses(said) == ["utter_object_late"]
    assert left["pending"] is None
    assert "5 أيام عمل" in said[0]["days"].replace("\u2068", "").replace("\u2069", "")
    # A fine that somebody objects to is a complaint of its own.
    said, left = await ran(
        an_action("action_start_case", late),
        a_tracker("أعترض على الغرامة، سيارتي كانت في الكراج ذاك اليوم", intent="complaint"),
    )
    assert "utter_object_late" not in responses(said)
    assert left["followup"] == "complaint_form"
    assert (await cases.get(case.number)).state is CaseState.RESOLVED


@pytest.mark.parametrize("kind", [CaseKind.CALLBACK, None])
async def test_where_there_is_nothing_to_object_to_all_is_as_ever(kind: CaseKind | None) -> None:
    cases = a_case_service()
    if kind is not None:
        await finished(cases, kind=kind)
    said, _ = await ran(an_action("action_start_case", cases), a_tracker(WORDS, intent="complaint"))
    assert "utter_object" not in responses(said)


async def test_with_a_colleague_at_hand_it_is_registered_at_once() -> None:
    cases = a_case_service()
    case = await finished(cases)
    angry = a_tracker(WORDS, intent="complaint", metadata={"handover": "angry"})
    said, _ = await ran(an_action("action_start_case", cases), angry)
    assert "utter_object_registered" in responses(said)
    assert {"matter": {"kind": "complaint", "department": "DPS", "case": case.number}} in [
        one.get("custom") for one in said
    ]


# --- answers to what was asked ---


async def waiting(cases: CaseService, mid: str = "m-0", **changes: Any) -> Case:
    case = await opened(cases, mid, **changes)
    for state in (CaseState.OPEN, CaseState.WAITING_CITIZEN):
        case = await cases.move(case.number, state, actor="agent:mariam")
    return case


@pytest.mark.parametrize(
    ("action", "intent", "text"),
    [
        ("action_unsure", "nlu_fallback", "الإيصال R-11 بتاريخ ٣ مارس"),
        ("action_unsure", "out_of_scope", "عند أخوي في العين"),
        ("action_yes_no", "affirm", "نعم"),
        ("action_track_case", "track_case", "هذا رقم الإيصال R-11 لشكواي عندكم"),
    ],
)
async def test_an_answer_goes_to_the_case_that_waits_for_it(
    action: str, intent: str, text: str
) -> None:
    cases = a_case_service()
    case = await waiting(cases)
    said, _ = await ran(an_action(action, cases), a_tracker(text, intent=intent))
    assert responses(said)[-1] == "utter_follow_up_noted"
    assert await notes(cases, case) == [text]
    assert (await cases.get(case.number)).state is CaseState.OPEN


async def test_a_bare_number_is_an_answer_where_one_is_waited_for() -> None:
    cases = a_case_service()
    case = await waiting(cases)
    told = a_tracker("/refer", intent="refer", entities={"said": "4417"})
    said, _ = await ran(an_action("action_refer", cases), told)
    assert responses(said) == ["utter_follow_up_noted"]
    assert await notes(cases, case) == ["4417"]


async def test_a_question_is_no_answer_and_of_two_that_wait_it_is_asked_which() -> None:
    cases = a_case_service()
    case = await waiting(cases)
    said, _ = await ran(
        an_action("action_unsure", cases), a_tracker("كم رسوم الاعتراض؟", intent="nlu_fallback")
    )
    assert "utter_follow_up_noted" not in responses(said)
    await waiting(cases, "m-00", department="MIL")
    said, _ = await ran(
        an_action("action_unsure", cases), a_tracker("الإيصال R-11", intent="nlu_fallback")
    )
    assert responses(said) == ["utter_which_case"]
    assert await notes(cases, case) == []


async def test_what_reads_as_a_complaint_is_asked_about_the_case_that_waits() -> None:
    cases = a_case_service()
    await waiting(cases, kind=CaseKind.CONSULTATION)
    told = a_tracker("خصمتم المبلغ مرتين عن الفاتورة INV-9 يوم الأحد", intent="complaint")
    said, _ = await ran(an_action("action_start_case", cases), told)
    assert responses(said) == ["utter_same_case"]
    told = a_tracker("إيصال R-11", intent="complaint")  # too short for a matter of its own
    said, left = await ran(an_action("action_start_case", cases), told)
    assert responses(said) == ["utter_same_case"]
    assert left["pending"]["text"] == "إيصال R-11"
