"""Work out every clock of the simulated quarter again, from the timelines, minute by minute.

Shares nothing with ``cases``: the open minutes are listed from dates written down by hand,
and a deadline is found by walking along that list. Times are minutes since 1970, in UTC.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1] / "cases"
HOURS_AHEAD = 4
FIRST, LAST = date(2027, 1, 1), date(2027, 9, 30)
OFF = {"2027-01-01", "2027-06-06", "2027-08-14", "2027-05-15"}
ADHA = {"2027-05-16", "2027-05-17", "2027-05-18"}
WAITING = ("waiting_citizen", "waiting_entity")


@dataclass(frozen=True)
class Moon:
    """When Ramadan 1448 is, and which days of Eid are off."""

    ramadan_from: str
    ramadan_to: str
    eid: frozenset[str]


BY_TABLE = Moon("2027-02-08", "2027-03-08", frozenset({"2027-03-09", "2027-03-10", "2027-03-11"}))
AS_SIGHTED = Moon("2027-02-09", "2027-03-09", frozenset({"2027-03-10", "2027-03-11", "2027-03-12"}))


class Minutes:
    """All open minutes in order."""

    def __init__(self, moon: Moon, *, rain: bool) -> None:
        self.open: list[int] = []
        day = FIRST
        while day <= LAST:
            self._add(day, moon, rain=rain)
            day += timedelta(days=1)

    def _add(self, day: date, moon: Moon, *, rain: bool) -> None:
        name = day.isoformat()
        if day.isoweekday() > 5 or name in OFF | ADHA | moon.eid:
            return
        fasting = moon.ramadan_from <= name <= moon.ramadan_to
        begin = 9 * 60 if fasting else 7 * 60 + 30
        end = 12 * 60 if day.isoweekday() == 5 else 14 * 60 + 30 if fasting else 15 * 60 + 30
        if rain and name == "2027-03-30":
            end = 11 * 60
        midnight = day.toordinal() - date(1970, 1, 1).toordinal()
        base = (midnight * 24 - HOURS_AHEAD) * 60
        self.open.extend(range(base + begin, base + end))

    def after_minutes(self, start: int, amount: int) -> int:
        """Return the end of the ``amount``-th open minute from ``start`` on."""
        at = bisect_left(self.open, start)
        last = start
        for _ in range(amount):
            last = self.open[at]
            at += 1
        return last + 1

    def after_days(self, start: int, days: int) -> int:
        """Return the end of the ``days``-th working day after the one that begins at ``start``."""
        at = bisect_left(self.open, start)
        here = _day(self.open[at])
        for _ in range(days):
            while _day(self.open[at]) == here:
                at += 1
            here = _day(self.open[at])
        while at < len(self.open) and _day(self.open[at]) == here:
            at += 1
        return self.open[at - 1] + 1

    def between(self, start: int, end: int) -> int:
        """Count the open minutes from ``start`` to ``end``."""
        at, count = bisect_left(self.open, start), 0
        while at < len(self.open) and self.open[at] < end:
            at += 1
            count += 1
        return count


def _day(minute: int) -> int:
    return (minute + HOURS_AHEAD * 60) // (24 * 60)


def minute_of(at: datetime) -> int:
    """Return the minute of a moment that is a whole one."""
    seconds = round(at.timestamp())
    if at.microsecond or seconds % 60:
        raise ValueError("not a whole minute")
    return seconds // 60


def moment_of(minute: int | None) -> datetime | None:
    """Return the moment of a minute."""
    return None if minute is None else datetime.fromtimestamp(minute * 60, UTC)


@dataclass
class Told:
    """What a timeline tells of one case.

    ``counts`` are lists of kind, priority, since, for contact, for resolving.
    """

    counts: list[list[Any]]
    waits: list[list[Any]]
    state: str
    calendar: Minutes


class Checker:
    """Reads timelines of ``CaseEvent`` and says what the clocks must be."""

    def __init__(self, moon_told_at: datetime, rain_told_at: datetime) -> None:
        self._changes = (
            (moon_told_at, Minutes(AS_SIGHTED, rain=False)),
            (rain_told_at, Minutes(AS_SIGHTED, rain=True)),
        )
        self._first = Minutes(BY_TABLE, rain=False)
        self._clocks = tomllib.loads((PACKAGE / "clocks.toml").read_text("utf-8"))
        self._limits = tomllib.loads((PACKAGE / "law.toml").read_text("utf-8"))["pause"]

    def calendar_at(self, at: datetime) -> Minutes:
        """Return the calendar that counted at a moment."""
        found = self._first
        for told_at, minutes in self._changes:
            if at >= told_at:
                found = minutes
        return found

    def read(
        self, events: Sequence[Any], others: Mapping[str, Sequence[Any]], end: datetime
    ) -> Told:
        """Follow a timeline to its end; ``others`` are the timelines of cases taken in."""
        first = events[0]
        now: dict[str, Any] = dict(first.after)
        origin = minute_of(first.at)
        told = Told([[now["kind"], now["priority"], origin, True, True]], [], "new", self._first)
        for event in events[1:]:
            at = minute_of(event.at)
            raised = "priority" in event.before
            for name in ("kind", "priority", "state"):
                now[name] = event.after.get(name, now.get(name))
            what = event.kind.value
            if what == "reclassified" and (raised or "kind" in event.before):
                told.counts = [[now["kind"], now["priority"], origin, True, True]]
            elif what == "followed_up" and raised:
                told.counts.append([now["kind"], now["priority"], at, True, True])
            elif what == "reopened":
                calendar = self.calendar_at(event.at)
                for one in told.counts:
                    due = self._resolve_due(one, told.waits, calendar)
                    one[4] = one[4] and due is not None and at < due
                told.counts.append([now["kind"], now["priority"], at, False, True])
                origin = at
            elif "took_in" in event.after:
                other = others[str(event.after["took_in"])]
                before = [one for one in other if one.at <= event.at and one.kind.value != "merged"]
                merged = [
                    one
                    for one in other
                    if one.kind.value == "merged" and "took_in" in one.after and one.at <= event.at
                ]
                taken = self.read(sorted([*before, *merged], key=_version), others, event.at)
                told.counts += taken.counts
            if "state" in event.after:
                if told.waits and told.waits[-1][2] is None:
                    told.waits[-1][2] = at
                if now["state"] in WAITING:
                    told.waits.append([now["state"], at, None])
        told.state = str(now["state"])
        over = told.state in ("resolved", "closed")
        told.calendar = self.calendar_at(events[-1].at if over else end)
        return told

    def dues(self, told: Told) -> tuple[datetime | None, datetime | None]:
        """Return until when somebody must have been in touch, and answered."""
        contacts = [
            self._end(line["contact"], one[2], told.calendar)
            for one in told.counts
            if one[3] and "contact" in (line := self._line(one))
        ]
        resolves = [
            due
            for one in told.counts
            if one[4] and (due := self._resolve_due(one, told.waits, told.calendar)) is not None
        ]
        return moment_of(min(contacts, default=None)), moment_of(min(resolves, default=None))

    def _line(self, one: Sequence[Any]) -> Mapping[str, Any]:
        lines = self._clocks[one[0]]
        found: Mapping[str, Any] = lines.get(one[1], lines["default"])
        return found

    @staticmethod
    def _end(allowance: Mapping[str, int], start: int, calendar: Minutes) -> int:
        if "minutes" in allowance:
            return calendar.after_minutes(start, allowance["minutes"])
        return calendar.after_days(start, allowance["days"])

    def _resolve_due(
        self, one: Sequence[Any], waits: Sequence[Sequence[Any]], calendar: Minutes
    ) -> int | None:
        line = self._line(one)
        if "resolve" not in line:
            return None
        due = self._end(line["resolve"], one[2], calendar)
        for state, since, until in waits:
            if until is None or since < one[2] or since >= due:
                continue
            end = min(until, calendar.after_days(since, self._limits[state]))
            stood = calendar.between(since, end)
            if stood:
                due = calendar.after_minutes(due, stood)
        return due


def _version(event: Any) -> int:
    return int(event.version)
