"""What every change of a case does to its clocks, its owner and its next step.

A pure function over the changed case and the event that changed it, so whoever changes a
case and however, its course is right; ``cases.kept_store`` applies it to all that is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.course import AGENT, UNIT, Course, Holding, Pause, Promise
from cases.law import Law
from cases.model import Case, CaseEvent, CaseState, Due, EventKind
from cases.ports import Change
from cases.replies import BY_PHONE

CONTACTS = frozenset({EventKind.REPLIED, EventKind.TOLD, EventKind.PROMISED})
"""Kinds of events with which staff turn to the person."""

LATE = "late"
LATE_UNTOLD, LATE_TOLD, HEAD_TOLD = 1, 2, 3
"""How far the ladder is with a case that is late: its owner has yet to hear so, or has;
beyond the last, the head has as well and hears again."""

SPOKEN = frozenset({CaseState.WAITING_CITIZEN, CaseState.RESOLVED})
"""States into which staff move a case by turning to the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """The rules by which a course is kept."""

    calendar: WorkingCalendar
    clocks: ServiceClocks
    law: Law

    def kept(
        self,
        change: Change,
        *,
        taken_in: Sequence[Promise] = (),
        given_back: Sequence[Promise] = (),
    ) -> Change:
        """Return the change with the course that follows from it.

        Args:
            taken_in: promises of a case that this one goes on for.
            given_back: promises of a case that this one goes on for no more.
        """
        case, event = change.case, change.event
        course = self._begun(case) if not case.course.promises else case.course
        course = self._promised(course, case, event, taken_in)
        course = _given_back(course, given_back)
        course = self._stood_still(course, case, event)
        course = _held(course, case, event)
        course = _met(course, case, event)
        course = self._ended(course, case, event)
        answered = case.finished and event.kind is EventKind.RECOUNTED  # in time or not, for good
        clocks = case.clocks if answered else self.due(course)
        case = replace(case, course=course, clocks=clocks)
        return Change(replace(case, course=self._next(case, event)), event)

    def due(self, course: Course) -> Due:
        """Return until when the promises must be kept, with all pauses that are over.

        A pause moves a deadline that had not passed when it began, by the working time
        that it took, up to its own limit.
        """
        contact = [
            allowance.end(self.calendar, one.since)
            for one in course.promises
            if one.contact and (allowance := self.clocks.clock(one.kind, one.priority).contact)
        ]
        resolve = [
            self._moved(allowance.end(self.calendar, one.since), one.since, course.pauses)
            for one in course.promises
            if one.resolve and (allowance := self.clocks.clock(one.kind, one.priority).resolve)
        ]
        return Due(
            contact_due_at=min(contact, default=None), resolve_due_at=min(resolve, default=None)
        )

    def _moved(self, due: datetime, since: datetime, pauses: Sequence[Pause]) -> datetime:
        for pause in pauses:
            if pause.until is None or not since <= pause.since < due:
                continue
            end = min(pause.until, self.law.limit(pause, self.calendar))
            stood = self.calendar.working_time_between(pause.since, end)
            if stood:
                due = self.calendar.add_working_time(due, stood)
        return due

    def _begun(self, case: Case) -> Course:
        return Course(
            owner=case.course.owner or UNIT + case.department,
            acknowledge_due_at=case.opened_at + self.law.acknowledge,
            acknowledged_at=case.opened_at,
            origin_kind=case.kind,
            origin_department=case.department,
            promises=(Promise(kind=case.kind, priority=case.priority, since=case.counted_from),),
            held=(Holding(department=case.department, since=case.opened_at),),
        )

    def _promised(
        self, course: Course, case: Case, event: CaseEvent, taken_in: Sequence[Promise]
    ) -> Course:
        new = Promise(kind=case.kind, priority=case.priority, since=event.at)
        raised = "priority" in event.after and "priority" in event.before
        if event.kind is EventKind.RECLASSIFIED and (raised or "kind" in event.before):
            first = replace(new, since=case.counted_from)
            return replace(course, promises=(first,))
        if event.kind is EventKind.FOLLOWED_UP and raised:
            return replace(course, promises=(*course.promises, new))
        if event.kind in (EventKind.REOPENED, EventKind.GRIEVED):
            kept = tuple(
                replace(one, resolve=one.resolve and self._runs(one, course, event.at))
                for one in course.promises
            )
            again = replace(new, contact=event.kind is EventKind.GRIEVED)
            return replace(course, promises=(*kept, again))
        if taken_in:
            return replace(course, promises=(*course.promises, *taken_in))
        return course

    def _runs(self, promise: Promise, course: Course, at: datetime) -> bool:
        due = self.due(replace(course, promises=(promise,))).resolve_due_at
        return due is not None and at < due

    def _stood_still(self, course: Course, case: Case, event: CaseEvent) -> Course:
        if "state" not in event.after:
            return course
        pauses = course.pauses
        if course.paused_since is not None:
            pauses = (*pauses[:-1], replace(pauses[-1], until=event.at))
        if case.state in self.law.pause_days:
            pauses = (*pauses, Pause(state=case.state, since=event.at))
        return replace(course, pauses=pauses)

    def _ended(self, course: Course, case: Case, event: CaseEvent) -> Course:
        if "state" not in event.after:
            recounts = event.kind is EventKind.RECOUNTED and course.grievance_until is not None
            return self._objectable(course, course.resolved_at) if recounts else course
        if not case.finished:
            return replace(
                course, resolved_at=None, closed_at=None, grievance_until=None, outcome=None
            )
        ended = replace(course, promised_for=None)
        if case.state is CaseState.RESOLVED or course.resolved_at is None:
            ended = self._objectable(replace(ended, resolved_at=event.at), event.at)
        if case.state is CaseState.CLOSED:
            ended = replace(ended, closed_at=event.at)
        told = event.after.get("outcome")
        return replace(ended, outcome=str(told)) if told else ended

    def _objectable(self, course: Course, since: datetime | None) -> Course:
        """Return the course with the last day to object, counted from the answer."""
        if since is None:
            return course
        until = self.calendar.add_working_days(since, self.law.grievance_days)
        return replace(course, grievance_until=until)

    def _next(self, case: Case, event: CaseEvent) -> Course:
        """Return the course with the moment at which the ladder acts next."""
        course = case.course
        aim = self._aim(case, event.at)
        if aim is None:
            return replace(course, aim=None, aim_since=None, step=0, next_at=None)
        if aim != course.aim:
            told = event.kind is EventKind.CHASED and event.after.get("step") == LATE
            step = 0 if aim > event.at else LATE_TOLD if told else LATE_UNTOLD
            course = replace(course, aim=aim, aim_since=event.at, step=step)
        if event.kind is EventKind.CHASED:
            course = self._caught_up(case.state, course, event.at)
        next_at, due = self._step_at(case.state, course), case.clocks.resolve_due_at
        if due is not None and aim < due < next_at and course.paused_since is None:
            next_at = due  # nobody has turned to the person yet, and now it gets late as well
        return replace(course, next_at=next_at)

    def _aim(self, case: Case, at: datetime) -> datetime | None:
        course, due = case.course, case.clocks
        if case.state is CaseState.CLOSED:
            return None
        if case.state is CaseState.RESOLVED:
            return course.grievance_until
        if course.paused_since is not None:
            return self.law.limit(course.pauses[-1], self.calendar)
        late = due.resolve_due_at is not None and due.resolve_due_at <= at
        if course.contacted_at is None and due.contact_due_at is not None and not late:
            return due.contact_due_at
        told = [one for one in (due.resolve_due_at, course.promised_for) if one is not None]
        return max(told, default=None) or self.calendar.add_working_days(
            case.counted_from, self.law.ladder.again
        )

    def _caught_up(self, state: CaseState, course: Course, at: datetime) -> Course:
        """Leave out what would tell the head again at once: once is enough after a long pause."""
        while course.step > HEAD_TOLD and self._step_at(state, course) <= at:
            course = replace(course, step=course.step + 1)
        return course

    def _step_at(self, state: CaseState, course: Course) -> datetime:
        aim, since = course.aim, course.aim_since
        if aim is None or since is None:
            raise AssertionError("a course without an aim has no steps")
        if state is CaseState.RESOLVED or course.step == 1:
            return aim
        if course.step == 0:
            half = self.calendar.working_time_between(since, aim) / 2
            whole = timedelta(minutes=half // timedelta(minutes=1))
            return min(self.calendar.add_working_time(since, whole), max(aim, since))
        ladder = self.law.ladder
        again = ladder.head + ladder.again * max(0, course.step - 3)
        days = ladder.supervisor if course.step == 2 else again
        return self.calendar.add_working_days(aim, days)


def _given_back(course: Course, promises: Sequence[Promise]) -> Course:
    """Take each of the promises off once; one's own, the first, stays."""
    left = list(course.promises)
    for one in promises:
        if one in left[1:]:
            left.reverse()
            left.remove(one)
            left.reverse()
    return replace(course, promises=tuple(left))


def _held(course: Course, case: Case, event: CaseEvent) -> Course:
    """Keep who has it: the unit it was passed on to, the colleague who took it."""
    if course.held[-1].department != case.department:
        before = {one.department for one in course.held}
        held = (*course.held, Holding(department=case.department, since=event.at))
        bounces = course.bounces + (case.department in before)
        return replace(course, held=held, bounces=bounces, owner=UNIT + case.department)
    if event.kind in (EventKind.RETURNED, EventKind.GRIEVED):
        return replace(course, owner=UNIT + case.department)
    if event.kind is EventKind.TAKEN:
        return replace(course, owner=event.actor)
    takes = event.kind in (EventKind.MOVED, EventKind.REPLIED) and event.actor.startswith(AGENT)
    if takes and course.owned_by_unit:
        return replace(course, owner=event.actor)
    return course


def _met(course: Course, case: Case, event: CaseEvent) -> Course:
    """Keep when a person first turned to the one who asked, and what they promised."""
    if event.kind is EventKind.PROMISED:
        told = event.after["promised_for"]
        course = replace(course, promised_for=datetime.fromisoformat(str(told)))
    yet_to_tell = event.kind is EventKind.REPLIED and event.after.get("way") == BY_PHONE
    moved = event.kind is EventKind.MOVED and case.state in SPOKEN
    spoke = moved or (event.kind in CONTACTS and not yet_to_tell)
    if course.contacted_at is None and spoke and event.actor.startswith(AGENT):
        return replace(course, contacted_at=event.at)
    return course
