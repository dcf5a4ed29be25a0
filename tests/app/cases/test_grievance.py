"""Who objects to what came of a case in time has it looked at again."""

from datetime import date

import pytest

from cases.chasing import Step
from cases.errors import CaseChanged, GrievanceTooLate, MoveNotAllowed, ReasonMissing
from cases.model import CaseKind, CaseState, EventKind, Priority
from cases.timetable import Announced, DayKind, DayRule
from tests.app.cases.test_follow_through import NOURA, Life, at, life

__all__ = ["life"]

PERSON = "person:p-1"


async def finished(life: Life, kind: CaseKind = CaseKind.COMPLAINT, cause: str = "m-1") -> str:
    number = await life.opened(kind, cause)
    life.now = at("03 10:00")
    outcome = life.law.outcomes(kind)[0]
    await life.handling.resolve(number, outcome, "راجعنا العقد CN-7", actor=NOURA, seen=0)
    return number


async def test_it_goes_back_to_its_unit_with_a_new_clock_once(life: Life) -> None:
    number = await finished(life)
    life.now = at("05 10:00")
    for _ in range(2):
        case = await life.cases.grieve(number, "الخصم مكرر INV-9", actor=PERSON, caused_by="m-9")
    assert (case.state, case.version, case.priority) == (CaseState.OPEN, 2, Priority.P2)
    assert case.course.owner == "unit:DPS"  # not whoever answered
    assert case.course.outcome is None
    # 3 working days of a complaint that comes back: Fri 6, Mon 9, Tue 10.
    assert case.clocks.resolve_due_at == at("10 15:30")
    *_, event = await life.cases.timeline(number)
    assert (event.kind, event.note) == (EventKind.GRIEVED, "الخصم مكرر INV-9")


async def test_to_the_last_minute_and_not_after(life: Life) -> None:
    first, second = await finished(life), await finished(life, cause="m-2")
    until = at("10 15:30")  # 5 working days from Tue 3: Wed Thu Fri Mon Tue
    case = await life.cases.get(first)
    assert life.cases.objection_until(case) == until
    life.now = until
    await life.cases.grieve(first, "نعترض", actor=PERSON, caused_by="m-9")
    life.now = at("10 15:31")
    assert not life.cases.may_object(await life.cases.get(second))
    with pytest.raises(GrievanceTooLate):
        await life.cases.grieve(second, "نعترض", actor=PERSON, caused_by="m-10")


async def test_a_case_that_was_closed_early_is_objected_to_as_well(life: Life) -> None:
    number = await finished(life)
    await life.move(number, CaseState.CLOSED, "04 10:00")
    life.now = at("09 10:00")
    case = await life.cases.grieve(number, "نعترض", actor=PERSON, caused_by="m-9")
    assert case.state is CaseState.OPEN


async def test_days_off_that_are_announced_late_give_more_time_to_object(life: Life) -> None:
    number = await finished(life)
    before = await life.cases.get(number)
    closure = DayRule(
        kind=DayKind.CLOSURE,
        first=date(2026, 11, 9),
        last=date(2026, 11, 10),
        name_ar="إغلاق",
        name_en="Closed",
    )
    life.calendar.announce(Announced(days=(closure,)))
    assert (await life.chasing.recount(), await life.chasing.recount()) == (1, 0)
    case = await life.cases.get(number)
    assert case.course.grievance_until == at("12 15:30")
    assert case.clocks == before.clocks  # it was answered in time, and stays so
    assert await life.steps("12 15:29") == []
    assert await life.steps("12 15:30") == [Step.CLOSE]


async def test_what_cannot_be_objected_to(life: Life) -> None:
    number = await life.opened()
    with pytest.raises(MoveNotAllowed):
        await life.cases.grieve(number, "نعترض", actor=PERSON, caused_by="m-9")
    call = await finished(life, CaseKind.CALLBACK, "m-2")
    assert life.cases.objection_until(await life.cases.get(call)) is None
    with pytest.raises(MoveNotAllowed):
        await life.cases.grieve(call, "نعترض", actor=PERSON, caused_by="m-9")
    number = await finished(life, cause="m-3")
    with pytest.raises(ReasonMissing):
        await life.cases.grieve(number, "  ", actor=PERSON, caused_by="m-9")
    with pytest.raises(CaseChanged):
        await life.cases.grieve(number, "نعترض", actor=NOURA, caused_by="m-9", seen=0)
