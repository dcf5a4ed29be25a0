"""The service on the memory store; the stores have their own contract."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.errors import (
    CaseChanged,
    CaseNotFound,
    MoveNotAllowed,
    NumberMistyped,
    NumberNotUnderstood,
)
from cases.model import Case, CaseKind, CaseState, EventKind, Priority, Segment
from cases.ports import CaseQuery, Change
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService, OpenRequest
from kernel.language import Language
from stores.memory_case_store import MemoryCaseStore

DUBAI = ZoneInfo("Asia/Dubai")
MONDAY_10 = datetime(2026, 11, 2, 10, tzinfo=DUBAI)
AGENT = "agent:mariam"
CARD = "4111 1111 1111 1111"
REQUEST = OpenRequest(
    kind=CaseKind.COMPLAINT,
    text="انخصم المبلغ مرتين عن الفاتورة INV-9",
    language=Language.AR,
    channel="webchat",
    person_id="p-7",
    conversation_id="c-7",
    caused_by="m-1",
    department="DPS",
    department_confidence=0.91,
    segment=Segment.PUBLIC,
    contact="٠٥٠ ١٢٣ ٤٥٦٧",
    reference="INV-9",
    amount="٥٢٠ درهم",
)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = MONDAY_10

    def __call__(self) -> datetime:
        return self.now


def service_on(store: MemoryCaseStore, clock: Clock | None = None) -> CaseService:
    return CaseService(
        store,
        calendar=WorkingCalendar.load(),
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=clock or Clock(),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cases(clock: Clock) -> CaseService:
    return service_on(MemoryCaseStore(), clock)


async def test_opens_a_case_with_all_that_is_decided(cases: CaseService) -> None:
    case = await cases.open(REQUEST)
    assert case.number == "DF-26-000010"
    assert (case.kind, case.state, case.language) == ("complaint", "new", "ar")
    assert (case.department, case.priority) == ("DPS", Priority.P2)
    assert (case.contact, case.amount, case.reference) == ("+971501234567", "520 درهم", "INV-9")
    assert case.clocks.contact_due_at == datetime(2026, 11, 3, 15, 30, tzinfo=DUBAI)
    assert case.clocks.resolve_due_at == datetime(2026, 11, 5, 15, 30, tzinfo=DUBAI)
    assert await cases.get(case.number) == case


async def test_the_timeline_says_why(cases: CaseService) -> None:
    case = await cases.open(replace(REQUEST, text="حسبي الله، وصلني رابط مشبوه"))
    [event] = await cases.timeline(case.number)
    assert (event.kind, event.actor) == (EventKind.OPENED, "person:p-7")
    assert event.after["route"] == "phishing"
    assert event.after["refer_to"] == case.refer_to == "dubai_police_ecrime"
    assert event.after["priority_reasons"] == ["fraud_in_progress", "grievance"]
    assert "رابط" not in str(event)


async def test_the_same_message_opens_one_case_of_a_kind(cases: CaseService) -> None:
    opened = await asyncio.gather(*(cases.open(REQUEST) for _ in range(20)))
    assert {case.number for case in opened} == {opened[0].number}
    other = await cases.open(replace(REQUEST, kind=CaseKind.CALLBACK))
    assert other.number != opened[0].number


async def test_nothing_secret_and_nothing_unstorable_is_kept(cases: CaseService) -> None:
    case = await cases.open(
        replace(
            REQUEST,
            text=f"بطاقتي {CARD}\x00\ud800",
            reference=CARD,
            amount=f"من {CARD}",
            contact=f"card {CARD}",
        )
    )
    await cases.add_note(case.number, f"قال رقم بطاقته {CARD}", actor=AGENT)
    stored = f"{await cases.get(case.number)}{await cases.timeline(case.number)}"
    assert CARD not in stored
    assert "1111" in stored
    stored.encode()
    assert "\x00" not in stored


async def test_numbers_count_by_the_year_in_dubai(cases: CaseService, clock: Clock) -> None:
    clock.now = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)  # 01:00 on 1 January in Dubai
    assert (await cases.open(REQUEST)).number.startswith("DF-27-00001")


async def test_a_confidential_case_is_not_listed_but_its_owner_sees_it(
    cases: CaseService,
) -> None:
    case = await cases.open(replace(REQUEST, text="أبلغ عن رشوة في مناقصة T-88"))
    assert case.confidential
    assert case.refer_to == "faa"
    assert await cases.list() == []
    assert await cases.list(CaseQuery(with_confidential=True)) == [case]
    assert await cases.cases_of("p-7") == [case]


async def test_an_overdue_case_makes_the_next_one_urgent(cases: CaseService, clock: Clock) -> None:
    plain = replace(REQUEST, text="التطبيق بطيء INV-9")
    assert (await cases.open(plain)).priority is Priority.P3
    assert (await cases.open(replace(plain, caused_by="m-2"))).priority is Priority.P3
    clock.now += timedelta(days=30)
    assert (await cases.open(replace(plain, caused_by="m-3"))).priority is Priority.P2
    other = replace(plain, caused_by="m-4", person_id="p-8")
    assert (await cases.open(other)).priority is Priority.P3


@pytest.mark.parametrize("given", ["0501234567", "+971 50 123 4567", "٠٥٠١٢٣٤٥٦٧"])
async def test_a_case_is_shown_to_its_person_or_with_its_contact(
    cases: CaseService, given: str
) -> None:
    case = await cases.open(REQUEST)
    assert await cases.find_for("رقم شكوتي ٢٦ ٠٠٠٠١٠", person_id="p-7") == case
    assert await cases.find_for("df 26 000010", person_id="stranger", contact=given) == case


async def test_a_stranger_cannot_tell_a_case_from_none(cases: CaseService) -> None:
    await cases.open(REQUEST)
    await cases.open(replace(REQUEST, caused_by="m-2", contact=None))
    refusals = []
    for typed, contact in [
        ("DF-26-000010", None),
        ("DF-26-000010", "0509999999"),
        ("DF-26-000010", "ما عندي"),
        ("DF-26-000029", ""),
        ("DF-26-000029", "0501234567"),
        ("DF-26-004173", "0501234567"),
    ]:
        with pytest.raises(CaseNotFound) as refusal:
            await cases.find_for(typed, person_id="stranger", contact=contact)
        refusals.append((type(refusal.value), set(refusal.value.facts)))
    assert len({repr(refusal) for refusal in refusals}) == 1


async def test_a_mistyped_number_is_told_apart_from_an_unknown_one(cases: CaseService) -> None:
    await cases.open(REQUEST)
    with pytest.raises(NumberMistyped):
        await cases.find_for("DF-26-000011", person_id="p-7")
    with pytest.raises(NumberNotUnderstood):
        await cases.find_for("ما اذكر الرقم", person_id="p-7")


async def test_moves_are_kept_with_actor_and_note(cases: CaseService, clock: Clock) -> None:
    case = await cases.open(REQUEST)
    clock.now += timedelta(hours=2)
    moved = await cases.move(case.number, CaseState.OPEN, actor=AGENT, note="استلمت INV-9")
    assert (moved.state, moved.changed_at, moved.version) == (CaseState.OPEN, clock.now, 1)
    assert (await cases.timeline(case.number))[-1].note == "استلمت INV-9"
    with pytest.raises(MoveNotAllowed):
        await cases.move(case.number, CaseState.CLOSED, actor=AGENT)
    with pytest.raises(CaseNotFound):
        await cases.move("DF-26-004173", CaseState.OPEN, actor=AGENT)


async def test_nobody_changes_a_case_namelessly(cases: CaseService) -> None:
    case = await cases.open(REQUEST)
    with pytest.raises(ValueError, match="actor"):
        await cases.move(case.number, CaseState.OPEN, actor="")
    assert len(await cases.timeline(case.number)) == 1


class BusyStore(MemoryCaseStore):
    """Somebody else saves first, ``times`` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def save(self, change: Change) -> Case:
        if self.times:
            self.times -= 1
            raise CaseChanged(number=change.case.number)
        return await super().save(change)


async def test_a_note_waits_for_its_turn() -> None:
    cases = service_on(BusyStore(4))
    case = await cases.open(REQUEST)
    assert (await cases.add_note(case.number, "ملاحظة", actor=AGENT)).version == 1


async def test_a_case_that_never_holds_still_is_given_up() -> None:
    cases = service_on(BusyStore(50))
    case = await cases.open(REQUEST)
    with pytest.raises(CaseChanged):
        await cases.add_note(case.number, "ملاحظة", actor=AGENT)
