"""When the department is open, as one value: hours, seasons, holidays, and what was announced.

Dates and hours here are local; ``cases.working_time`` makes moments of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cases.moon import RAMADAN, HijriMonth, Moon
from kernel.language import Language

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_RULE_DAYS = 366

Spans = tuple[tuple[time, time], ...]
Week = tuple[Spans, ...]


class Season(StrEnum):
    """Which week of hours is meant."""

    USUAL = "usual"
    RAMADAN = "ramadan"


class DayKind(StrEnum):
    """What was announced of some days."""

    HOLIDAY = "holiday"
    CLOSURE = "closure"
    WORKING = "working"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A whole day off, with its name in each language."""

    name_ar: str
    name_en: str

    def name(self, language: Language) -> str:
        """Return the name in ``language``."""
        return self.name_ar if language is Language.AR else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRule:
    """What was announced of the days from ``first`` to ``last``; it stands above all tables.

    ``WORKING`` takes a holiday back: the usual hours of that weekday count, also when the
    week has a day off there only if ``spans`` says some. ``HOURS`` needs ``spans``.
    """

    kind: DayKind
    first: date
    last: date
    name_ar: str
    name_en: str
    spans: Spans = ()
    id: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < LONGEST_RULE_DAYS:
            raise ValueError("a rule holds for 1 to 366 days")
        if (self.kind is DayKind.HOURS) != bool(self.spans) and self.kind is not DayKind.WORKING:
            raise ValueError("special hours have spans, days off have none")
        check_spans(self.spans)

    @property
    def off(self) -> bool:
        """Whether nobody works on these days."""
        return self.kind in (DayKind.HOLIDAY, DayKind.CLOSURE)

    def covers(self, day: date) -> bool:
        """Whether the rule is about this day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WeekFrom:
    """The hours of a season from a date on: seven days, Monday first."""

    season: Season
    since: date
    week: Week

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS) or not any(self.week):
            raise ValueError("a week needs seven days and at least one span")
        for spans in self.week:
            check_spans(spans)


@dataclass(frozen=True, slots=True)
class Announced:
    """What stands above the tables of ``calendar.toml``; a later rule of days wins."""

    months: Mapping[HijriMonth, date] = field(default_factory=dict)
    days: tuple[DayRule, ...] = ()
    weeks: tuple[WeekFrom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """All that decides whether people work.

    ``yearly`` is by Gregorian (month, day), ``hijri`` by Hijri (month, day), ``single`` by
    date. Equal values give equal answers; the memory of days asked for is no part of it.
    """

    zone: ZoneInfo
    weeks: tuple[WeekFrom, ...]
    yearly: Mapping[tuple[int, int], Holiday] = field(default_factory=dict)
    hijri: Mapping[tuple[int, int], Holiday] = field(default_factory=dict)
    single: Mapping[date, Holiday] = field(default_factory=dict)
    moon: Moon = field(default_factory=Moon)
    rules: tuple[DayRule, ...] = ()
    _known: dict[date, Spans] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not any(week.season is Season.USUAL for week in self.weeks):
            raise ValueError("a timetable needs the hours of a usual week")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Timetable:
        """Build one from the shape of ``calendar.toml``.

        Raises:
            KeyError, ValueError: the data is not of that shape.
        """
        yearly: dict[tuple[int, int], Holiday] = {}
        hijri: dict[tuple[int, int], Holiday] = {}
        single: dict[date, Holiday] = {}
        for entry in data.get("holiday", ()):
            holiday = Holiday(entry["name_ar"], entry["name_en"])
            for month_day in entry.get("yearly", ()):
                day = date.fromisoformat(f"2024-{month_day}")  # a leap year has every day
                yearly[day.month, day.day] = holiday
            for month_day in entry.get("hijri", ()):
                month, _, number = month_day.partition("-")
                hijri[int(month), int(number)] = holiday
            single.update(dict.fromkeys(entry.get("on", ()), holiday))
        names = {Season.USUAL: "week", Season.RAMADAN: "ramadan"}
        return cls(
            zone=ZoneInfo(data["zone"]),
            weeks=tuple(
                WeekFrom(season, date.min, week_from(data[name]))
                for season, name in names.items()
                if name in data
            ),
            yearly=yearly,
            hijri=hijri,
            single=single,
        )

    def with_announced(self, announced: Announced) -> Timetable:
        """Return this table with what was announced above it."""
        return replace(
            self,
            moon=Moon(announced.months),
            rules=announced.days,
            weeks=(*self.weeks, *announced.weeks),
            _known={},
        )

    def rule_on(self, day: date) -> DayRule | None:
        """Return what was announced of a day, the latest word."""
        return next((rule for rule in reversed(self.rules) if rule.covers(day)), None)

    def holiday_on(self, day: date) -> Holiday | None:
        """Return the holiday or closure on a date, if it is one."""
        rule = self.rule_on(day)
        if rule is not None:
            return Holiday(rule.name_ar, rule.name_en) if rule.off else None
        found = self.single.get(day) or self.yearly.get((day.month, day.day))
        if found is None and self.hijri:
            hijri = self.moon.date_of(day)
            found = self.hijri.get(hijri[1:]) if hijri else None
        return found

    def season_on(self, day: date) -> Season:
        """Return which week of hours counts on a date."""
        hijri = self.moon.date_of(day)
        return Season.RAMADAN if hijri and hijri[1] == RAMADAN else Season.USUAL

    def spans_on(self, day: date) -> Spans:
        """Return the working spans of a date, in local time; none on a day off."""
        if day not in self._known:
            self._known[day] = self._find_spans(day)
        return self._known[day]

    def _find_spans(self, day: date) -> Spans:
        rule = self.rule_on(day)
        if rule is not None and rule.spans:
            return rule.spans
        if self.holiday_on(day):
            return ()
        here = [week for week in self.weeks if week.since <= day]
        season = self.season_on(day) if any(w.season is Season.RAMADAN for w in here) else None
        of_season = [w for w in here if w.season is season] or [
            w for w in here if w.season is Season.USUAL
        ]
        return max(enumerate(of_season), key=lambda one: (one[1].since, one[0]))[1].week[
            day.weekday()
        ]


def week_from(data: Mapping[str, Any]) -> Week:
    """Read seven days of ``[["07:30", "15:30"]]`` by name."""
    return tuple(spans_from(data[day]) for day in WEEKDAYS)


def spans_from(data: Any) -> Spans:
    """Read ``[["07:30", "12:00"], ["13:00", "15:30"]]``."""
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in data)


def spans_told(spans: Spans) -> list[list[str]]:
    """Return the shape that ``spans_from`` reads."""
    return [[start.isoformat("minutes"), end.isoformat("minutes")] for start, end in spans]


def check_spans(spans: Spans) -> None:
    """Refuse spans that overlap, go backwards or last no time.

    Raises:
        ValueError: they do.
    """
    edges = [edge for span in spans for edge in span]
    if edges != sorted(set(edges)):
        raise ValueError("spans of a day must follow each other and be longer than 0")
