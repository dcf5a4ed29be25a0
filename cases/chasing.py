"""The ladder: nudge, tell the supervisor, tell the head; wake what waited, close what is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cases.errors import CaseChanged
from cases.join_ports import ChaseStore
from cases.keeping import Keeping
from cases.model import UNFINISHED, Case, CaseState, EventKind
from cases.ports import CaseQuery, Change
from cases.timeline import event_of, moved

LADDER = "system:ladder"
CALENDAR = "system:calendar"
AT_ONCE = 100
RUNNING = UNFINISHED | {CaseState.RESOLVED}
"""In these something has a last day."""


class Step(StrEnum):
    """What the ladder does."""

    NUDGE = "nudge"
    LATE = "late"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    ASK_AGAIN = "ask_again"
    GO_ON = "go_on"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Chased:
    """A step that was taken, and the case after it."""

    step: Step
    case: Case


@dataclass(frozen=True, slots=True)
class Recounted:
    """Cases that were counted anew: how many, how many of them moved, the last one.

    ``last`` is None where no case follows.
    """

    seen: int
    moved: int
    last: str | None


class Messenger(Protocol):
    """Tells staff about a step; the same step of the same version is told once."""

    async def tell(self, step: Step, case: Case) -> None:
        """Let the owner, the supervisors or the head of the unit know."""


def step_of(case: Case, at: datetime) -> Step:
    """Return which step of the ladder is next for a case.

    What was late with the first contact, and is late with the answer from now on, begins anew.
    """
    if case.state is CaseState.RESOLVED:
        return Step.CLOSE
    aim, due = case.course.aim, case.clocks.resolve_due_at
    if aim is not None and due is not None and aim < due <= at and not case.course.paused_since:
        return Step.LATE
    if case.course.paused_since is not None:
        return Step.ASK_AGAIN if case.course.step == 0 else Step.GO_ON
    return (Step.NUDGE, Step.LATE, Step.SUPERVISOR, Step.HEAD)[min(case.course.step, 3)]


def chased(case: Case, *, at: datetime) -> Change:
    """Return ``case`` after its next step.

    Who did not answer although the supervisor was told loses the case: it returns to the
    queue of the unit.
    """
    step = step_of(case, at)
    after = replace(case, course=replace(case.course, step=case.course.step + 1))
    if step is Step.CLOSE:
        return moved(after, CaseState.CLOSED, at=at, actor=LADDER)
    if step is Step.GO_ON:
        return moved(after, CaseState.OPEN, at=at, actor=LADDER)
    returns = step is Step.SUPERVISOR and not case.course.owned_by_unit
    kind = EventKind.RETURNED if returns else EventKind.CHASED
    return Change(after, event_of(case, kind, at=at, actor=LADDER, after={"step": step.value}))


class Chasing:
    """Takes every step that is due. Two processes may do so: one wins, the other goes on."""

    def __init__(
        self,
        store: ChaseStore,
        keeping: Keeping,
        *,
        now: Callable[[], datetime],
        messenger: Messenger | None = None,
    ) -> None:
        """Work on ``store``, which must itself keep courses (``KeptCases``)."""
        self._store = store
        self._keeping = keeping
        self._now = now
        self._messenger = messenger

    async def chase(self) -> Sequence[Chased]:
        """Take the steps that are due now, once each."""
        now = self._now()
        done: list[Chased] = []
        for case in await self._store.to_chase(now, limit=AT_ONCE):
            try:
                saved = await self._store.save(chased(case, at=now))
            except CaseChanged:
                continue
            step = step_of(case, now)
            done.append(Chased(step, saved))
            if self._messenger is not None:
                await self._messenger.tell(step, saved)
        return done

    async def recount(self) -> int:
        """Count all running times anew, after the calendar changed; return how many cases moved.

        Deadlines, the ends of waits, and the last day to object to an answer.
        """
        part = await self.recount_after(None, limit=500)
        moved_count = part.moved
        while part.last is not None:
            part = await self.recount_after(part.last, limit=500)
            moved_count += part.moved
        return moved_count

    async def recount_after(self, last: str | None, *, limit: int) -> Recounted:
        """Count the times of the next ``limit`` cases anew; newest first, from ``last`` on."""
        query = CaseQuery(states=RUNNING, with_confidential=True, after=last, limit=limit)
        page = await self._store.list(query)
        moved_count = sum([await self._recounted(case) for case in page])
        return Recounted(len(page), moved_count, page[-1].number if len(page) == limit else None)

    async def running(self) -> int:
        """Return how many cases there are in which something has a last day."""
        return await self._store.count(CaseQuery(states=RUNNING, with_confidential=True))

    async def _recounted(self, case: Case) -> bool:
        while True:
            change = recounted(case, at=self._now())
            if not case.course.promises or _runs_to(self._keeping.kept(change).case) == _runs_to(
                case
            ):
                return False
            try:
                await self._store.save(change)
            except CaseChanged:
                case = await self._store.get(case.number)
                continue
            return True


def _runs_to(case: Case) -> tuple[object, ...]:
    return case.clocks, case.course.aim, case.course.grievance_until


def recounted(case: Case, *, at: datetime) -> Change:
    """Return ``case`` to be kept anew by another calendar."""
    return Change(case, event_of(case, EventKind.RECOUNTED, at=at, actor=CALENDAR))
