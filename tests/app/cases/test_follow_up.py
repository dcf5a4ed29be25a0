"""What further words of a person make of their open case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.errors import CaseNotFound
from cases.model import CaseKind, CaseState, EventKind, Priority
from cases.service import CaseService
from stores.memory_case_store import MemoryCaseStore
from tests.app.cases.test_service import AGENT, CARD, REQUEST, Clock, service_on

PLAIN = "التطبيق بطيء وما يفتح، الطلب INV-9"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cases(clock: Clock) -> CaseService:
    return service_on(MemoryCaseStore(), clock)


async def opened(cases: CaseService, text: str = PLAIN, kind: CaseKind = CaseKind.COMPLAINT) -> str:
    return (await cases.open(replace(REQUEST, text=text, kind=kind))).number


async def said(cases: CaseService, number: str, words: str, message: str = "m-9") -> None:
    await cases.follow_up(number, words, person_id="p-7", caused_by=message)


async def test_the_words_are_kept_once_with_who_said_them(cases: CaseService, clock: Clock) -> None:
    number = await opened(cases)
    clock.now += timedelta(hours=2)
    for _ in range(3):
        await said(cases, number, "مب مستعجل بس حبيت أذكركم بالطلب INV-9")
    [_, event] = await cases.timeline(number)
    assert (event.kind, event.actor, event.at) == (
        EventKind.FOLLOWED_UP,
        "person:p-7",
        clock.now,
    )
    assert event.note == "مب مستعجل بس حبيت أذكركم بالطلب INV-9"
    assert "INV-9" not in f"{event.before}{event.after}"
    case = await cases.get(number)
    assert (case.state, case.priority, case.text) == (CaseState.NEW, Priority.P3, PLAIN)
    assert case.changed_at == clock.now


async def test_nothing_secret_is_kept(cases: CaseService) -> None:
    number = await opened(cases)
    await said(cases, number, f"رقم بطاقتي {CARD}")
    assert CARD not in str(await cases.timeline(number))


@pytest.mark.parametrize(
    ("words", "priority", "reason"),
    [
        ("حسبي الله ونعم الوكيل", Priority.P2, "grievance"),
        ("اشتكيت أكثر من مرة وما في فايدة", Priority.P2, "repeat_complaint"),
        ("والله بشتكي للشيخ", Priority.P1, "threat"),
        ("still nothing, thanks", Priority.P3, None),
    ],
)
async def test_grievance_repetition_and_threats_make_it_more_urgent(
    cases: CaseService, words: str, priority: Priority, reason: str | None
) -> None:
    number = await opened(cases)
    before = await cases.get(number)
    await said(cases, number, words)
    case = await cases.get(number)
    event = (await cases.timeline(number))[-1]
    assert case.priority is priority
    assert before.clocks.resolve_due_at is not None
    assert case.clocks.resolve_due_at is not None
    if reason is None:
        assert case.clocks == before.clocks
    else:
        assert case.clocks.resolve_due_at < before.clocks.resolve_due_at
        assert event.before["priority"] == "p3"
        assert reason in str(event.after["priority_reasons"])


async def test_calmer_words_do_not_make_it_less_urgent(cases: CaseService) -> None:
    number = await opened(cases, "بشتكي للشيخ، المبلغ انخصم مرتين")
    await said(cases, number, "شكرا لكم، في انتظاركم")
    assert (await cases.get(number)).priority is Priority.P1


async def test_an_earlier_promise_is_kept(cases: CaseService, clock: Clock) -> None:
    number = await opened(cases)
    promised = (await cases.get(number)).clocks.resolve_due_at
    clock.now += timedelta(days=6)
    await said(cases, number, "حرام عليكم")
    assert (await cases.get(number)).clocks.resolve_due_at == promised


async def test_a_case_that_waited_for_the_person_goes_on(cases: CaseService) -> None:
    number = await opened(cases)
    await cases.move(number, CaseState.OPEN, actor=AGENT)
    await cases.move(number, CaseState.WAITING_CITIZEN, actor=AGENT)
    await said(cases, number, "الإيصال رقمه RC-20")
    assert (await cases.get(number)).state is CaseState.OPEN
    event = (await cases.timeline(number))[-1]
    assert (event.before["state"], event.after["state"]) == ("waiting_citizen", "open")


async def test_a_report_of_bribery_makes_it_confidential(cases: CaseService) -> None:
    number = await opened(cases)
    await said(cases, number, "الموظف طلب رشوة عشان يخلص الطلب")
    assert (await cases.get(number)).confidential
    assert await cases.list() == []


async def test_no_such_case(cases: CaseService) -> None:
    with pytest.raises(CaseNotFound):
        await said(cases, "DF-26-004173", "وين؟")
