"""A follow-up joins the open case it is about; the same matter is not registered twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.own_cases import meant, says_more
from cases.model import Case, CaseKind, CaseState
from cases.service import CaseService
from cases.work import CaseWork
from kernel.bidi import isolate
from kernel.language import Language
from stores.memory_case_store import MemoryCaseStore
from tests.app.actions.house import MONDAY_MORNING, a_case_service, an_action, ran, responses
from tests.app.actions.turns import a_tracker
from tests.app.cases.test_service import REQUEST, Clock, service_on

STORY = "انخصم من بطاقتي المبلغ مرتين وللحين ما رجع لي شي"
BASE = replace(REQUEST, person_id="p-7", reference=None, contact=None)


async def opened(cases: CaseService, mid: str, **told: Any) -> Case:
    return await cases.open(replace(BASE, caused_by=mid, **told))


async def notes(cases: CaseService, case: Case) -> list[str]:
    return [event.note for event in await cases.timeline(case.number) if event.note]


def buttons(said: list[dict[str, Any]]) -> list[str]:
    return [one["payload"] for message in said for one in message.get("buttons") or ()]


# --- which words say more, and about which case ---


@pytest.mark.parametrize(
    "text",
    [
        "لين الحين ما وصلني شي بخصوص شكواي 123",
        "any news on my complaint? they still did not call",
        "still waiting on DF-26-000010, nobody has called me",
        "وين وصل طلبي؟ الإيصال رقمه RC-20 وصلني أمس",
    ],
)
def test_a_reproach_or_news_says_more(text: str) -> None:
    assert says_more(text)


@pytest.mark.parametrize(
    "text",
    ["DF-26-000010", "وين وصلت شكواي؟", "what is the status of my case DF-26-000010?", "شكواي", ""],
)
def test_asking_how_it_stands_says_no_more(text: str) -> None:
    assert not says_more(text)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("وين شكواي 12", [0]),
        ("وين شكواي ١٢", [0]),
        ("my suggestion, any news", [2]),
        ("شو صار على اقتراحي", [2]),
        ("شو صار على شكواي", [0, 1]),
        ("وين وصل طلبي", [0, 1, 2]),
        ("دفعت 520 درهم", [0, 1, 2]),
    ],
)
async def test_which_case_is_meant(text: str, places: list[int]) -> None:
    case = await opened(a_case_service(), "m-0")
    own = [
        replace(case, number="DF-26-000124"),
        replace(case, number="DF-26-000133"),
        replace(case, number="DF-26-000142", kind=CaseKind.SUGGESTION),
    ]
    assert meant(text, own) == [own[place] for place in places]


# --- following up ---


async def test_the_words_are_kept_once_and_the_state_is_told() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0")
    tracker = a_tracker("لين الحين ما وصلني شي بخصوص شكواي", intent="track_case")
    for _ in range(2):
        said, _ = await ran(an_action("action_track_case", cases), tracker)
        assert responses(said) == ["utter_case_status", "utter_follow_up_noted"]
    assert await notes(cases, case) == ["لين الحين ما وصلني شي بخصوص شكواي"]
    assert len(await cases.cases_of("p-7")) == 1


async def test_a_note_does_not_change_since_when_it_is_there() -> None:
    cases = a_case_service()
    await opened(cases, "m-0")
    told = []
    for mid in ("m-1", "m-2"):
        tracker = a_tracker("محد تواصل معاي لين الحين", metadata={"mid": mid})
        said, _ = await ran(an_action("action_track_case", cases), tracker)
        told.append(said[0]["since"])
    assert told[0] == told[1]
    assert str(MONDAY_MORNING.day) in told[0]


async def test_two_cases_that_may_be_meant_are_told_and_asked_about() -> None:
    cases = a_case_service()
    first, second = await opened(cases, "m-0"), await opened(cases, "m-00", department="MIL")
    text = "لين الحين ما وصلني شي بخصوص شكواي"
    said, left = await ran(
        an_action("action_track_case", cases), a_tracker(text, intent="track_case")
    )
    assert responses(said) == ["utter_case_status", "utter_case_status", "utter_which_case"]
    assert len(buttons(said)) == 2
    slots = {"pending": left["pending"]}
    choice = {"choice": f"case/{first.number}"}
    pressed = a_tracker("/choose", intent="choose", entities=choice, slots=slots)
    said, left = await ran(an_action("action_choose", cases), pressed)
    assert responses(said) == ["utter_case_status", "utter_follow_up_noted"]
    assert left["pending"] is None
    assert (await notes(cases, first), await notes(cases, second)) == ([text], [])


async def test_a_finished_case_takes_no_words_but_shows_a_way_on() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0")
    for state in (CaseState.OPEN, CaseState.RESOLVED):
        await cases.move(case.number, state, actor="agent:mariam")
    text = f"شكواي {case.number} ما انحلت وبعدني متضايق"
    said, _ = await ran(an_action("action_track_case", cases), a_tracker(text))
    assert responses(said) == ["utter_case_status", "utter_case_finished"]
    assert await notes(cases, case) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ar", "الطلب رقم {} ضُمّ إلى الطلب رقم {}، ويُتابع بالرقم الأخير."),
        ("en", "Case {} was merged into case {} and goes on under that number."),
    ],
)
async def test_a_merged_number_is_said_to_go_on_as_the_other(language: str, sentence: str) -> None:
    store, clock = MemoryCaseStore(), Clock()
    cases = service_on(store, clock)
    stays, ends = await opened(cases, "m-0"), await opened(cases, "m-1")
    work = CaseWork(store, cases.rules, now=clock)
    await work.merge(ends.number, into=stays.number, actor="agent:mariam", seen=0)
    slots = {"language": language}
    said, _ = await ran(
        an_action("action_track_case", cases), a_tracker(f"شكواي {ends.number}", slots=slots)
    )
    numbers = (isolate(ends.number), isolate(stays.number))
    assert said[0]["text"] == sentence.format(*numbers)
    assert said[1]["number"] == isolate(stays.number)
    said, _ = await ran(
        an_action("action_track_case", cases), a_tracker(f"شكواي {stays.number}", slots=slots)
    )
    assert said[0]["response"] == "utter_case_status"


async def test_words_said_before_the_number_are_kept_when_the_case_is_found() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0", person_id="p-9", contact="0501234567")
    text = "any news on my complaint? they still did not call"
    _, left = await ran(an_action("action_track_case", cases), a_tracker(text))
    assert (left["followup"], left["case_text"]) == ("track_form", text)
    slots = {"track_number": case.number, "track_contact": "0501234567", "case_text": text}
    said, _ = await ran(an_action("action_tell_case", cases), a_tracker("0501234567", slots=slots))
    assert responses(said) == ["utter_case_status", "utter_follow_up_noted"]
    assert await notes(cases, case) == [text]


async def test_somebody_elses_case_is_not_told_by_a_forged_choice() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0", person_id="p-9")
    choice = {"choice": f"case/{case.number}"}
    said, _ = await ran(
        an_action("action_choose", cases), a_tracker("/choose", intent="choose", entities=choice)
    )
    assert responses(said) == ["utter_case_not_found"]


# --- the same matter again ---


def complains(text: str = STORY, **told: Any) -> Any:
    return a_tracker(text, intent="complaint", **told)


async def test_the_same_matter_is_asked_about_and_a_yes_adds_to_it() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0")
    said, left = await ran(an_action("action_start_case", cases), complains())
    assert responses(said) == ["utter_sorry", "utter_same_case"]
    assert buttons(said) == [
        f'/choose{{"choice": "case/{case.number}"}}',
        '/choose{"choice": "new_case"}',
    ]
    asked = {"event": "bot", "metadata": {"utter_action": "utter_same_case"}}
    yes = a_tracker("هيه", intent="affirm", slots={"pending": left["pending"]}, before=[asked])
    said, left = await ran(an_action("action_yes_no", cases), yes)
    assert responses(said) == ["utter_case_status", "utter_follow_up_noted"]
    assert (left["pending"], left["case_text"]) == (None, None)
    assert await notes(cases, case) == [STORY]


@pytest.mark.parametrize("how", ["button", "word"])
async def test_a_new_matter_begins_with_what_was_told(how: str) -> None:
    cases = a_case_service()
    await opened(cases, "m-0")
    _, left = await ran(an_action("action_start_case", cases), complains())
    asked = {"event": "bot", "metadata": {"utter_action": "utter_same_case"}}
    told: dict[str, Any] = {"slots": {"pending": left["pending"]}, "before": [asked]}
    if how == "button":
        new = a_tracker("/choose", intent="choose", entities={"choice": "new_case"}, **told)
        _, left = await ran(an_action("action_choose", cases), new)
    else:
        # The department comes from the story, not from the word "no".
        no = a_tracker("لا", intent="deny", department=("MIL", 0.9), **told)
        _, left = await ran(an_action("action_yes_no", cases), no)
    assert (left["case_text"], left["case_department"]) == (STORY, "DPS")
    assert left["followup"] == "complaint_form"


@pytest.mark.parametrize(
    "other",
    [
        {"kind": CaseKind.SUGGESTION},
        {"department": "MIL", "text": "شي ثاني عن المعاش"},
        {"person_id": "p-9"},
    ],
)
async def test_another_matter_is_not_asked_about(other: dict[str, Any]) -> None:
    cases = a_case_service()
    await opened(cases, "m-0", **other)
    _, left = await ran(an_action("action_start_case", cases), complains())
    assert left["followup"] == "complaint_form"


async def test_the_same_reference_is_the_same_matter_in_any_department() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0", reference="TX-8841", department="MIL", text="نقص")
    said, _ = await ran(
        an_action("action_start_case", cases), complains("انخصم المبلغ مرتين عن المعاملة TX-8841")
    )
    assert case.number in said[-1]["number"]


async def test_a_complaint_that_names_an_open_case_is_kept_on_it() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0")
    text = f"طولتوا وايد على شكواي {case.number} وما حد يرد"
    said, _ = await ran(an_action("action_start_case", cases), complains(text))
    assert responses(said)[-2:] == ["utter_case_status", "utter_follow_up_noted"]
    assert await notes(cases, case) == [text]


# --- when a colleague takes over ---

HANDED = {"metadata": {"care": "anger", "handover": "angry"}}


async def test_a_complaint_is_registered_before_the_colleague_goes_on() -> None:
    cases = a_case_service()
    said, left = await ran(an_action("action_start_case", cases), complains(**HANDED))
    [case] = await cases.cases_of("p-7")
    assert (case.text, case.language) == (STORY, Language.AR)
    assert responses(said) == ["utter_complaint_opened"]
    matter = {"kind": "complaint", "department": case.department, "case": case.number}
    assert {"matter": matter} in [one.get("custom") for one in said]
    assert "followup" not in left


async def test_a_turn_that_is_repeated_registers_once_and_adds_nothing() -> None:
    cases = a_case_service()
    for _ in range(2):
        said, _ = await ran(an_action("action_start_case", cases), complains(**HANDED))
        assert responses(said) == ["utter_complaint_opened"]
    [case] = await cases.cases_of("p-7")
    assert await notes(cases, case) == []


async def test_a_case_that_was_passed_on_is_there_since_then() -> None:
    clock = Clock()
    cases = service_on(MemoryCaseStore(), clock)
    case = await opened(cases, "m-0")
    clock.now += timedelta(days=1)
    await cases.reclassify(
        case.number,
        kind=case.kind,
        department="MIL",
        priority=case.priority,
        actor="agent:mariam",
    )
    said, _ = await ran(an_action("action_track_case", cases), a_tracker(case.number))
    assert f" {clock.now.day} " in said[0]["since"]


async def test_an_open_case_gets_the_words_before_the_colleague_goes_on() -> None:
    cases = a_case_service()
    case = await opened(cases, "m-0")
    await ran(an_action("action_start_case", cases), complains(**HANDED))
    assert await notes(cases, case) == [STORY]
    assert len(await cases.cases_of("p-7")) == 1


async def test_a_form_that_is_open_is_registered_as_far_as_it_is_filled() -> None:
    cases = a_case_service()
    slots = {"case_kind": "complaint", "case_text": STORY, "case_department": "DPS"}
    told: dict[str, Any] = {"form": "complaint_form", "asked": "case_contact", "slots": slots}
    _, left = await ran(
        an_action("validate_complaint_form", cases), a_tracker("انتوا حمير", **told, **HANDED)
    )
    assert left["requested_slot"] is None
    said, _ = await ran(
        an_action("action_open_case", cases), a_tracker("انتوا حمير", slots=slots, **HANDED)
    )
    assert responses(said) == ["utter_complaint_opened"]
    assert len(await cases.cases_of("p-7")) == 1


async def test_a_bare_insult_is_answered_kindly_and_registers_nothing() -> None:
    cases = a_case_service()
    said, _ = await ran(an_action("action_start_case", cases), complains("يا حمير", **HANDED))
    assert responses(said) == ["utter_sorry"]
    assert await cases.cases_of("p-7") == []


async def test_a_wish_for_a_person_goes_to_one_who_is_there() -> None:
    cases = a_case_service()
    action = an_action("action_talk_to_human", cases, on_duty=True)
    said, left = await ran(action, a_tracker("موظف لو سمحت", intent="talk_to_human"))
    assert responses(said) == ["utter_handed_over_asked"]
    escalate = {"reason": "asked", "department": "DPS", "kind": None}
    assert said[1]["custom"] == {"escalate": escalate}
    assert left["case_text"] is None
    assert "followup" not in left


@pytest.mark.parametrize(
    ("intent", "response"),
    [
        ("nlu_fallback", "utter_handed_over_unsure_twice"),
        ("out_of_scope", "utter_unsure_again"),
    ],
)
async def test_unclear_twice_goes_to_a_colleague_but_not_what_is_beside_the_point(
    intent: str, response: str
) -> None:
    missed = {"event": "user", "text": "هممم", "parse_data": {"intent": {"name": intent}}}
    action = an_action("action_unsure", on_duty=True)
    said, _ = await ran(action, a_tracker("هممم", intent=intent, before=[missed]))
    assert responses(said)[0] == response
