import pytest

from cases.model import CaseKind, Segment
from tests.app.actions.house import (
    MONDAY_MORNING,
    SATURDAY,
    a_case_service,
    an_action,
    ran,
    responses,
)
from tests.app.actions.turns import a_tracker

GATHERED = {
    "case_kind": "complaint",
    "case_text": "انخصم مني المبلغ مرتين، الإيصال RC-209",
    "case_department": "DPS",
    "case_detail": "RC-209",
    "case_segment": "public",
    "case_contact": "+971501234567",
    "case_confirmed": True,
}


async def test_a_confirmed_form_becomes_a_case_with_every_field() -> None:
    cases = a_case_service()
    said, left = await ran(
        an_action("action_open_case", cases), a_tracker("نعم", intent="affirm", slots=GATHERED)
    )
    [case] = await cases.cases_of("p-7")
    assert (case.kind, case.department) == (CaseKind.COMPLAINT, "DPS")
    assert (case.segment, case.contact) == (Segment.PUBLIC, "+971501234567")
    assert (case.text, case.reference) == (GATHERED["case_text"], "RC-209")
    assert responses(said)[0] == "utter_complaint_opened"
    assert said[1]["custom"]["card"]["number"] == case.number
    assert left["case_text"] is None


async def test_the_same_message_never_opens_two_cases() -> None:
    cases = a_case_service()
    for _ in range(2):
        await ran(an_action("action_open_case", cases), a_tracker("نعم", slots=GATHERED))
    assert len(await cases.cases_of("p-7")) == 1


@pytest.mark.parametrize("lacking", [{"case_confirmed": None}, {"case_text": None}])
async def test_a_form_that_broke_off_opens_nothing(lacking: dict[str, object]) -> None:
    cases = a_case_service()
    said, _ = await ran(
        an_action("action_open_case", cases), a_tracker("", slots={**GATHERED, **lacking})
    )
    assert responses(said) == ["utter_case_not_opened"]
    assert await cases.cases_of("p-7") == []


async def test_phishing_names_the_police_too() -> None:
    slots = {**GATHERED, "case_text": "وصلتني رسالة فيها رابط مزور باسمكم"}
    said, _ = await ran(an_action("action_open_case"), a_tracker("نعم", slots=slots))
    assert "utter_refer_to" in responses(said)


async def test_a_person_follows_up_by_a_number_in_eastern_digits() -> None:
    cases = a_case_service()
    await ran(an_action("action_open_case", cases), a_tracker("نعم", slots=GATHERED))
    [case] = await cases.cases_of("p-7")
    eastern = case.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).replace("-", " ")
    said, _ = await ran(
        an_action("action_track_case", cases), a_tracker(f"وين وصلت {eastern}", intent="track_case")
    )
    assert responses(said) == ["utter_case_status"]
    assert case.number in said[0]["number"]


async def test_somebody_elses_case_asks_for_the_contact_and_tells_nothing() -> None:
    cases = a_case_service()
    await ran(an_action("action_open_case", cases), a_tracker("نعم", slots=GATHERED))
    [case] = await cases.cases_of("p-7")
    stranger = {"person_id": "p-8"}
    said, left = await ran(
        an_action("action_track_case", cases), a_tracker(case.number, metadata=stranger)
    )
    assert responses(said) == []
    assert left["followup"] == "track_form"
    for contact, answer in (
        ("+971559999999", "utter_case_not_found"),
        ("050 123 4567", "utter_case_status"),
    ):
        slots = {"track_number": case.number, "track_contact": contact}
        said, _ = await ran(
            an_action("action_tell_case", cases), a_tracker(contact, slots=slots, metadata=stranger)
        )
        assert responses(said) == [answer]


async def test_a_slip_in_the_number_is_called_a_slip() -> None:
    said, _ = await ran(
        an_action("action_tell_case"),
        a_tracker("x", slots={"track_number": "DF-26-000011"}),
    )
    assert responses(said) == ["utter_number_mistyped"]


@pytest.mark.parametrize(
    ("now", "when"), [(MONDAY_MORNING, "خلال ساعات العمل اليوم"), (SATURDAY, "30")]
)
async def test_a_call_back_names_a_time_we_are_there(now: object, when: str) -> None:
    cases = a_case_service(now)  # type: ignore[arg-type]
    action = an_action("action_talk_to_human", cases)
    tracker = a_tracker("ابي اكلم موظف على 0501234567", intent="talk_to_human")
    said, _ = await ran(action, tracker)
    assert responses(said) == ["utter_human_intro", "utter_callback_opened"]
    assert when in said[1]["when"]
    [case] = await cases.cases_of("p-7")
    assert case.kind is CaseKind.CALLBACK


async def test_a_call_back_without_a_contact_asks_for_one() -> None:
    action = an_action("action_talk_to_human")
    _, left = await ran(action, a_tracker("موظف", intent="talk_to_human"))
    assert left["followup"] == "callback_form"
