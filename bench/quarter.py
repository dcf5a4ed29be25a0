"""A quarter in the life of the department: a seeded crowd of people and agents, and its calendar.

25 January to 25 April 2027: Ramadan hours, Eid, a moon sighted a day later than the table
says (announced the evening before), a day of rain with an early closing, and agents of whom
some answer at once and some never. Everything happens at whole minutes of a simulated clock.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from cases.calendar import WorkingCalendar
from cases.chasing import Chasing
from cases.clocks import ServiceClocks
from cases.errors import CaseError
from cases.handling import Handling
from cases.join_ports import ChaseStore
from cases.keeping import Keeping
from cases.kept_store import KeptCases
from cases.law import Law
from cases.model import Case, CaseKind, CaseState, Priority, Segment
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService, OpenRequest
from cases.timetable import Announced, DayKind, DayRule
from cases.work import CaseWork
from kernel.language import Language
from phrases.days import ZONE

BEGIN = datetime(2027, 1, 25, tzinfo=ZONE).astimezone(UTC)
END = datetime(2027, 4, 25, tzinfo=ZONE).astimezone(UTC)
MINUTE = timedelta(minutes=1)
MOON_TOLD_AT = datetime(2027, 2, 7, 19, 30, tzinfo=ZONE).astimezone(UTC)
RAIN_TOLD_AT = datetime(2027, 3, 30, 9, 10, tzinfo=ZONE).astimezone(UTC)
MOON = Announced(months={(1448, 9): date(2027, 2, 9)})
RAIN = Announced(
    months=MOON.months,
    days=(
        DayRule(
            kind=DayKind.HOURS,
            first=date(2027, 3, 30),
            last=date(2027, 3, 30),
            name_ar="أمطار",
            name_en="Rain",
            spans=((time(7, 30), time(11)),),
        ),
    ),
)
NO_LADDER = (
    datetime(2027, 2, 16, tzinfo=ZONE).astimezone(UTC),
    datetime(2027, 2, 23, tzinfo=ZONE).astimezone(UTC),
)
"""The worker that climbs the ladder is down for a week: waits run over their limits."""

UNITS = ("CUST", "REV", "DPS", "ACC", "POL")
CHANNELS = ("webchat", "whatsapp", "phone")
TEXTS = {
    CaseKind.COMPLAINT: (
        "انخصم المبلغ مرتين عن الفاتورة INV-9",
        "المعاش ما نزل هذا الشهر",
        "The counter staff told me to come back three times",
        "ما حد رد على شكواي من شهر",
    ),
    CaseKind.SUGGESTION: ("أقترح إضافة الدفع بالأقساط", "Please add a dark theme to ePay"),
    CaseKind.CONSULTATION: ("هل يجوز للجهة ترحيل الاعتماد؟", "May an entity keep a deposit?"),
    CaseKind.CALLBACK: ("كلموني لو سمحتوا", "Please call me back about my refund"),
}
ANGRY = ("هذي ثاني مرة أشتكي وما حد يرد", "This is a disgrace, no one answers")


@dataclass(slots=True)
class Agent:
    """Somebody at a desk: how diligent from 0 (never does anything) to 1."""

    id: str
    diligence: float

    @property
    def actor(self) -> str:
        """Return the name in events."""
        return f"agent:{self.id}"


@dataclass
class Quarter:
    """The parts, the simulated clock, and what is still to happen."""

    store: ChaseStore
    size: int
    seed: int = 27
    chase_every: timedelta = timedelta(hours=1)
    now: datetime = BEGIN
    random: random.Random = field(init=False)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar.load)
    steps: dict[str, int] = field(default_factory=dict)
    moves: int = 0
    refused: int = 0
    recounted: int = 0
    _heap: list[tuple[datetime, int, Callable[[], Awaitable[object]]]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # a seeded crowd, no secret
        clocks = ServiceClocks.load()
        self.law = Law.load()
        keeping = Keeping(calendar=self.calendar, clocks=clocks, law=self.law)
        self.kept = KeptCases(self.store, keeping)
        self.cases = CaseService(
            self.kept,
            calendar=self.calendar,
            clocks=clocks,
            priorities=PriorityRules.load(),
            routes=RoutingRules.load(),
            now=self._at,
        )
        self.work = CaseWork(self.kept, self.cases.rules, now=self._at)
        self.handling = Handling(self.kept, self.law, self.calendar, now=self._at)
        self.chasing = Chasing(self.kept, keeping, now=self._at)
        self.agents = [
            Agent(f"a-{n}", self.random.choice((0.0, 0.3, 0.7, 0.9, 1.0))) for n in range(60)
        ]

    def _at(self) -> datetime:
        return self.now

    async def run(self) -> None:
        """Live through the quarter."""
        self._at_time(MOON_TOLD_AT, lambda: self._announce(MOON))
        self._at_time(RAIN_TOLD_AT, lambda: self._announce(RAIN))
        whole = (END - BEGIN) // MINUTE
        for number in range(self.size):
            moment = BEGIN + self.random.randrange(whole) * MINUTE
            self._at_time(moment, lambda number=number: self._opens(number))  # type: ignore[misc]
        tick = BEGIN
        while (tick := tick + self.chase_every) <= END:
            self._at_time(tick, self._chase)
        while self._heap and self._heap[0][0] <= END:
            self.now, _, happens = heapq.heappop(self._heap)
            try:
                await happens()
                self.moves += 1
            except CaseError:
                self.refused += 1  # somebody else was there first, or the time is over
        self.now = END

    def _at_time(self, at: datetime, happens: Callable[[], Awaitable[object]]) -> None:
        heapq.heappush(self._heap, (at, next(self._order), happens))

    def _later(self, hours: float, happens: Callable[[], Awaitable[object]]) -> None:
        minutes = max(1, round(self.random.expovariate(1 / hours) * 60))
        self._at_time(self.now + minutes * MINUTE, happens)

    async def _announce(self, announced: Announced) -> None:
        self.calendar.announce(announced)
        self.recounted += await self.chasing.recount()

    async def _chase(self) -> None:
        if NO_LADDER[0] <= self.now < NO_LADDER[1]:
            return
        while done := await self.chasing.chase():
            for one in done:
                self.steps[one.step.value] = self.steps.get(one.step.value, 0) + 1

    async def _opens(self, number: int) -> None:
        pick = self.random
        kind = pick.choices(list(CaseKind), (60, 12, 10, 18))[0]
        case = await self.cases.open(
            OpenRequest(
                kind=kind,
                text=pick.choice(TEXTS[kind]),
                language=pick.choice(list(Language)),
                channel=pick.choice(CHANNELS),
                person_id=f"p-{pick.randrange(self.size * 3 // 4 + 1)}",
                conversation_id=f"c-{number}",
                caused_by=f"m-{number}",
                department=pick.choice(UNITS),
                department_confidence=1.0,
                segment=pick.choice((None, *Segment)),
            )
        )
        self._later(20, lambda: self._worked(case.number, pick.choice(self.agents)))

    async def _worked(self, number: str, agent: Agent) -> None:
        """Let an agent come upon a case: who is not diligent leaves it to the ladder."""
        case = await self.cases.get(number)
        if case.state is CaseState.CLOSED:
            return
        again = agent if self.random.random() < 0.8 else self.random.choice(self.agents)
        if self.random.random() < agent.diligence:
            try:
                await self._one_thing(case, agent)
            finally:
                self._later(16, lambda: self._worked(number, again))
        else:
            self._later(60, lambda: self._worked(number, self.random.choice(self.agents)))

    async def _one_thing(self, case: Case, agent: Agent) -> None:
        pick, number, actor = self.random, case.number, agent.actor
        if case.state is CaseState.RESOLVED:
            if pick.random() < 0.15:
                await self.work.reopen(
                    number, "الجواب ناقص", actor=actor, supervises=True, seen=case.version
                )
            return
        chance = pick.random()
        if chance < 0.08:
            await self.cases.reclassify(
                number,
                kind=pick.choice(list(CaseKind)),
                department=pick.choice(UNITS),
                priority=pick.choice(list(Priority)),
                actor=actor,
            )
        elif chance < 0.13:
            await self.cases.follow_up(
                number,
                pick.choice(ANGRY),
                person_id=case.person_id,
                caused_by=f"f-{number}-{case.version}",
            )
        elif chance < 0.18:
            until = self.now + timedelta(days=pick.randint(1, 12))
            await self.handling.promise(
                number, "نحتاج وقتا أطول", until, actor=actor, seen=case.version
            )
        elif chance < 0.22:
            await self.handling.take(number, actor=actor, seen=case.version)
        elif chance < 0.25:
            others = [one for one in await self.cases.cases_of(case.person_id) if not one.finished]
            if len(others) > 1:
                into = next(one for one in others if one.number != number)
                await self.work.merge(number, into=into.number, actor=actor, seen=case.version)
        elif case.state is CaseState.NEW:
            await self.cases.move(number, CaseState.OPEN, actor=actor)
        elif case.state in (CaseState.WAITING_CITIZEN, CaseState.WAITING_ENTITY):
            if pick.random() < 0.3:
                await self.cases.move(number, CaseState.OPEN, actor=actor)
        elif chance < 0.55:
            waiting = pick.choice((CaseState.WAITING_CITIZEN, CaseState.WAITING_ENTITY))
            await self.cases.move(number, waiting, actor=actor, note="أي فاتورة؟")
        else:
            outcome = pick.choice(self.law.closing[case.kind].outcomes)
            await self.handling.resolve(
                number, outcome, "تم إرجاع المبلغ", actor=actor, seen=case.version
            )
