"""A case on its way: pauses, owners, the ladder; deadlines worked out by hand, Dubai time.

2 November 2026 is a Monday without holidays near it. A complaint of p3 has 1 working day for
the first contact and 7 for the answer: opened Mon 2 at 10:00, Tue 3 15:30 and Wed 11 15:30.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.calendar import WorkingCalendar
from cases.chasing import LADDER, Chasing, Step
from cases.clocks import ServiceClocks
from cases.course import Promise
from cases.errors import (
    AnswerMissing,
    CaseChanged,
    CaseFinished,
    DateNotAhead,
    MoveNotAllowed,
    OutcomeMissing,
)
from cases.handling import Handling
from cases.keeping import Keeping
from cases.kept_store import KeptCases
from cases.law import Law
from cases.model import Case, CaseKind, CaseState, Priority
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService, OpenRequest
from cases.timetable import Announced, DayKind, DayRule
from cases.work import CaseWork
from kernel.language import Language
from stores.memory_case_store import MemoryCaseStore

DUBAI = ZoneInfo("Asia/Dubai")
NOURA, KHALID = "agent:noura", "agent:khalid"
WAIT, ENTITY, OPEN = CaseState.WAITING_CITIZEN, CaseState.WAITING_ENTITY, CaseState.OPEN


def at(text: str) -> datetime:
    """Read ``02 10:00`` as a time of November 2026; ``12-03 10:00`` names the month too."""
    day, clock = text.split(" ")
    whole = f"2026-{day}" if "-" in day else f"2026-11-{day}"
    return datetime.fromisoformat(f"{whole} {clock}").replace(tzinfo=DUBAI)


class Life:
    """One department with a clock that the test turns."""

    def __init__(self) -> None:
        self.now = at("02 10:00")
        self.calendar = WorkingCalendar.load()
        clocks, self.law = ServiceClocks.load(), Law.load()
        keeping = Keeping(calendar=self.calendar, clocks=clocks, law=self.law)
        self.store = KeptCases(MemoryCaseStore(), keeping)
        self.cases = CaseService(
            self.store,
            calendar=self.calendar,
            clocks=clocks,
            priorities=PriorityRules.load(),
            routes=RoutingRules.load(),
            now=lambda: self.now,
        )
        self.work = CaseWork(self.store, self.cases.rules, now=lambda: self.now)
        self.handling = Handling(self.store, self.law, self.calendar, now=lambda: self.now)
        self.chasing = Chasing(self.store, keeping, now=lambda: self.now)

    async def opened(
        self, kind: CaseKind = CaseKind.COMPLAINT, cause: str = "m-1", text: str = "الموقع لا يعمل"
    ) -> str:
        case = await self.cases.open(
            OpenRequest(
                kind=kind,
                text=text,
                language=Language.AR,
                channel="webchat",
                person_id="p-1",
                conversation_id="c-1",
                caused_by=cause,
                department="DPS",
                department_confidence=1.0,
            )
        )
        return case.number

    async def move(self, number: str, to: CaseState, moment: str, actor: str = NOURA) -> Case:
        self.now = at(moment)
        return await self.cases.move(number, to, actor=actor)

    async def steps(self, moment: str) -> list[Step]:
        self.now = at(moment)
        return [one.step for one in await self.chasing.chase()]


@pytest.fixture
def life() -> Life:
    return Life()


async def test_a_new_case_has_its_unit_as_owner_and_a_next_step(life: Life) -> None:
    case = await life.cases.get(await life.opened())
    assert case.course.owner == "unit:DPS"
    assert case.clocks.contact_due_at == at("03 15:30")
    assert case.clocks.resolve_due_at == at("11 15:30")
    # Half of 330 + 480 minutes: 75 after Tuesday's opening.
    assert case.course.next_at == at("03 08:45")
    assert case.course.acknowledged_at == case.opened_at


@pytest.mark.parametrize(
    ("state", "since", "until", "due"),
    [
        (WAIT, "03 10:00", "03 12:00", "12 09:30"),  # 120 m from Wed 15:30 on: Thu 9:30
        (WAIT, "03 10:00", "04 10:00", "12 15:30"),  # 480 m: a whole day
        (WAIT, "05 14:30", "06 08:30", "12 09:30"),  # 60 m on Thu, 60 on Fri
        (WAIT, "06 11:00", "09 08:30", "12 09:30"),  # over a weekend only 120 m
        (WAIT, "06 12:00", "09 07:30", "11 15:30"),  # the weekend alone costs nothing
        (WAIT, "03 16:00", "03 22:00", "11 15:30"),  # an evening neither
        (WAIT, "03 10:00", "20 10:00", "19 13:00"),  # to its limit, Tue 10 15:30, only: see below
        (ENTITY, "03 10:00", "05 10:00", "16 11:00"),  # 960 m: 480 Thu, 270 Fri, 210 Mon
        (WAIT, "11 15:30", "12 10:00", "11 15:30"),  # begun when it was due: nothing moves
        (WAIT, "11 15:29", "12 10:00", "12 10:01"),  # a minute before: 1 + 150 m
    ],
)
async def test_a_pause_moves_the_deadline_by_its_working_time(
    life: Life, state: CaseState, since: str, until: str, due: str
) -> None:
    number = await life.opened()
    await life.move(number, OPEN, "02 11:00")
    await life.move(number, state, since)
    case = await life.move(number, OPEN, until)
    # The long one stands still for 330 + 480 (Wed) + 480 + 270 (Fri) + 480 + 480 (Tue) = 2520 m;
    # from Thu 12: 480, Fri 270, Mon 16 480, Tue 480, Wed 480, and 330 of Thu 19.
    assert case.clocks.resolve_due_at == at(due)
    assert case.clocks.contact_due_at == at("03 15:30")  # that clock never stands still


async def test_two_pauses_add_up_and_a_holiday_in_between_does_not(life: Life) -> None:
    life.now = at("27 10:00")  # Friday; 30 Nov, 1 Dec work; 2 and 3 Dec are National Day
    number = await life.opened()
    await life.move(number, OPEN, "27 11:00")
    assert (await life.cases.get(number)).clocks.resolve_due_at == at("12-10 15:30")
    await life.move(number, WAIT, "12-01 15:00")
    await life.move(number, OPEN, "12-04 08:00")  # 30 m + 30 m, two days off between
    await life.move(number, ENTITY, "12-04 11:30")
    case = await life.move(number, OPEN, "12-07 08:00")  # 30 m + 30 m
    assert case.clocks.resolve_due_at == at("12-11 09:30")  # Friday, 120 m


async def test_waiting_makes_nobody_late_but_hides_no_lateness(life: Life) -> None:
    number = await life.opened()
    await life.move(number, OPEN, "02 11:00")
    paused = await life.move(number, WAIT, "10 10:00")
    assert not paused.overdue(at("13 10:00"))
    await life.move(number, OPEN, "10 11:00")
    late = await life.move(number, WAIT, "20 10:00")
    assert late.overdue(at("20 10:01"))


async def test_the_ladder_climbs_until_somebody_turns_to_the_person(life: Life) -> None:
    number = await life.opened()
    assert await life.steps("03 08:44") == []
    assert await life.steps("03 08:45") == [Step.NUDGE]
    assert await life.steps("03 15:29") == []
    assert await life.steps("03 15:30") == [Step.LATE]
    assert await life.steps("04 15:30") == []  # at 15:30 Tuesday is over: it counts as Wed
    assert await life.steps("05 15:30") == [Step.SUPERVISOR]
    assert await life.steps("09 15:30") == [Step.HEAD]  # Thu Fri Mon
    assert await life.steps("11 15:29") == []
    assert await life.steps("11 15:30") == [Step.LATE]  # with the answer too: it begins anew
    assert await life.steps("13 12:00") == [Step.SUPERVISOR]
    case = await life.cases.get(number)
    assert case.course.owner == "unit:DPS"
    await life.move(number, OPEN, "17 09:00")
    life.now = at("17 10:00")
    case = await life.cases.get(number)
    case = await life.handling.promise(
        number, "نحتاج إلى أسبوع آخر", at("24 12:00"), actor=NOURA, seen=case.version
    )
    assert case.course.contacted_at == at("17 10:00")
    assert case.course.aim == at("24 12:00")  # later than the deadline that was missed
    assert case.clocks.resolve_due_at == at("11 15:30")  # late stays late
    assert case.overdue(life.now)
    assert await life.steps("24 11:59") == [Step.NUDGE]
    assert await life.steps("24 12:00") == [Step.LATE]
    assert await life.steps("25 15:30") == [Step.SUPERVISOR]
    assert await life.steps("27 12:00") == [Step.HEAD]
    # 5 days on, again: 30 November is a Monday, 2 and 3 December are National Day.
    assert await life.steps("12-07 15:29") == []


async def test_who_does_nothing_loses_the_case_to_the_queue(life: Life) -> None:
    number = await life.opened()
    life.now = at("02 11:00")
    case = await life.handling.take(number, actor=NOURA, seen=0)
    assert case.course.owner == NOURA
    for moment in ("03 10:00", "03 15:30", "05 15:30"):
        await life.steps(moment)
    case = await life.cases.get(number)
    assert case.course.owner == "unit:DPS"
    events = await life.cases.timeline(number)
    assert [event.kind.value for event in events] == [
        "opened",
        "taken",
        "chased",
        "chased",
        "returned",
    ]
    assert {event.actor for event in events[2:]} == {LADDER}


async def test_a_wait_is_asked_about_half_way_and_ends_by_itself(life: Life) -> None:
    number = await life.opened()
    await life.move(number, OPEN, "02 11:00")
    case = await life.move(number, WAIT, "03 10:00")
    assert case.course.contacted_at == at("03 10:00")
    assert case.course.aim == at("10 15:30")  # 5 working days: Wed Thu Fri Mon Tue
    # Half of 2520 m: 330 on Tue, 480 on Wed, 450 of Thu.
    assert await life.steps("05 14:59") == []
    assert await life.steps("05 15:00") == [Step.ASK_AGAIN]
    assert await life.steps("10 15:30") == [Step.GO_ON]
    case = await life.cases.get(number)
    assert case.state is OPEN
    assert case.course.paused_since is None


async def test_an_answer_that_nobody_contests_closes_the_case(life: Life) -> None:
    number = await life.opened()
    await life.move(number, OPEN, "02 11:00")
    case = await life.cases.get(number)
    life.now = at("03 10:00")
    with pytest.raises(OutcomeMissing):
        await life.handling.resolve(number, "adopted", "تم", actor=NOURA, seen=case.version)
    with pytest.raises(AnswerMissing):
        await life.handling.resolve(number, "upheld", "  ", actor=NOURA, seen=case.version)
    case = await life.handling.resolve(
        number, "upheld", "أعيد المبلغ", actor=NOURA, seen=case.version
    )
    assert (case.course.outcome, case.course.resolved_at) == ("upheld", at("03 10:00"))
    assert case.course.grievance_until == at("10 15:30")
    assert await life.steps("10 15:29") == []
    assert await life.steps("10 15:30") == [Step.CLOSE]
    case = await life.cases.get(number)
    assert (case.state, case.course.next_at) == (CaseState.CLOSED, None)
    with pytest.raises(CaseFinished):
        await life.handling.take(number, actor=NOURA, seen=case.version)
    with pytest.raises(MoveNotAllowed):
        await life.handling.resolve(number, "upheld", "تم", actor=NOURA, seen=case.version)


async def test_every_kind_says_what_its_answer_must_say(life: Life) -> None:
    for kind, closing in life.law.closing.items():
        for outcome in closing.outcomes:
            life.law.check_closing("DF-1", kind, outcome, "نعم")
        with pytest.raises(OutcomeMissing):
            life.law.check_closing("DF-1", kind, None, "نعم")
    life.law.check_closing("DF-1", CaseKind.CALLBACK, "reached", None)
    for outcome in ("withdrawn", "void"):
        life.law.check_closing("DF-1", CaseKind.COMPLAINT, outcome, None)


async def test_passing_a_case_on_counts_the_way_and_the_time_held(life: Life) -> None:
    number = await life.opened()

    async def pass_on(unit: str, moment: str) -> Case:
        life.now = at(moment)
        return await life.cases.reclassify(
            number,
            kind=CaseKind.COMPLAINT,
            department=unit,
            priority=Priority.P3,
            actor=NOURA,
        )

    await pass_on("REV", "03 10:00")
    case = await pass_on("ACC", "04 10:00")
    assert case.course.bounces == 0
    case = await pass_on("REV", "05 10:00")
    assert case.course.bounces == 1
    assert case.course.owner == "unit:REV"
    assert [(one.department, one.since) for one in case.course.held] == [
        ("DPS", at("02 10:00")),
        ("REV", at("03 10:00")),
        ("ACC", at("04 10:00")),
        ("REV", at("05 10:00")),
    ]
    assert (case.course.origin_kind, case.course.origin_department) == (CaseKind.COMPLAINT, "DPS")
    assert case.clocks.resolve_due_at == at("11 15:30")


async def test_reclassification_counts_from_the_opening_with_its_pauses(life: Life) -> None:
    number = await life.opened()
    await life.move(number, OPEN, "02 11:00")
    await life.move(number, WAIT, "03 10:00")
    await life.move(number, OPEN, "03 12:00")
    life.now = at("04 10:00")
    case = await life.cases.reclassify(
        number,
        kind=CaseKind.SUGGESTION,
        department="DPS",
        priority=Priority.P4,
        actor=NOURA,
    )
    # 15 working days from Mon 2: Mon 23; and the 120 m of the pause.
    assert case.clocks.resolve_due_at == at("24 09:30")
    assert case.clocks.contact_due_at is None
    assert case.course.origin_kind is CaseKind.COMPLAINT


async def test_a_case_taken_in_brings_its_earlier_promise(life: Life) -> None:
    first = await life.opened()
    life.now = at("05 10:00")
    second = await life.opened(cause="m-2")
    case = await life.work.merge(first, into=second, actor=NOURA, seen=0)
    assert case.clocks.resolve_due_at == at("11 15:30")
    ended = await life.cases.get(first)
    assert (ended.state, ended.course.next_at) == (CaseState.CLOSED, None)


async def test_a_late_announcement_moves_open_deadlines_only(life: Life) -> None:
    number, done = await life.opened(), await life.opened(cause="m-2")
    await life.move(done, OPEN, "02 11:00")
    await life.move(done, CaseState.RESOLVED, "02 12:00")
    life.now = at("03 10:00")
    closure = DayRule(
        kind=DayKind.CLOSURE,
        first=date(2026, 11, 10),
        last=date(2026, 11, 11),
        name_ar="إغلاق",
        name_en="Closed",
    )
    life.calendar.announce(Announced(days=(closure,)))
    assert await life.chasing.recount() == 1
    assert await life.chasing.recount() == 0
    assert (await life.cases.get(number)).clocks.resolve_due_at == at("13 12:00")
    assert (await life.cases.get(done)).clocks.resolve_due_at == at("11 15:30")
    events = await life.cases.timeline(number)
    assert [event.kind.value for event in events] == ["opened", "recounted"]


@pytest.mark.parametrize("until", ["02 10:00", "01 10:00", "02 09:00"])
async def test_a_new_date_lies_ahead(life: Life, until: str) -> None:
    number = await life.opened()
    with pytest.raises(DateNotAhead):
        await life.handling.promise(number, "لاحقًا", at(until), actor=NOURA, seen=0)


async def test_who_looked_at_something_older_is_told(life: Life) -> None:
    number = await life.opened()
    await life.handling.take(number, actor=NOURA, seen=0)
    acts: list[Callable[[], Awaitable[Case]]] = [
        lambda: life.handling.take(number, actor=KHALID, seen=0),
        lambda: life.handling.give_back(number, actor=KHALID, note=None, seen=0),
        lambda: life.handling.promise(number, "x", at("09 10:00"), actor=KHALID, seen=0),
        lambda: life.handling.resolve(number, "upheld", "x", actor=KHALID, seen=0),
    ]
    for act in acts:
        with pytest.raises(CaseChanged):
            await act()
    case = await life.handling.give_back(number, actor=NOURA, note="إجازة", seen=1)
    assert case.course.owner == "unit:DPS"


async def test_two_ladders_take_each_step_once(life: Life) -> None:
    number = await life.opened()
    life.now = at("03 09:00")
    due = await life.store.to_chase(life.now, limit=10)
    assert [case.number for case in due] == [number]
    assert len(await life.chasing.chase()) == 1
    assert await life.chasing.chase() == []


async def test_a_case_from_before_there_were_courses_gets_one_at_its_first_change(
    life: Life,
) -> None:
    number = await life.opened()
    case = await life.cases.get(number)
    fresh = replace(case.course, promises=(), held=(), origin_kind=None, aim=None)
    kept = life.store.keeping
    old = replace(case, course=fresh)
    from cases.chasing import chased  # used by this test alone

    after = kept.kept(chased(old, at=life.now)).case
    assert after.course.promises == (
        Promise(kind=case.kind, priority=case.priority, since=case.opened_at),
    )
    assert after.clocks == case.clocks
    assert after.course.next_at is not None
    assert after.course.next_at - life.now < timedelta(days=7)
