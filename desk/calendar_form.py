"""What an admin typed about working time, read into a change or into what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time

from cases.calendar_changes import (
    CalendarChange,
    DaysAnnounced,
    DaysWithdrawn,
    HoursFrom,
    MonthBegins,
)
from cases.timetable import WEEKDAYS, DayKind, DayRule, Season, Spans
from kernel.folding import fold_digits, for_display

LONGEST_NAME = 80
_SPAN = re.compile(r"(\d{1,2}):(\d{2}) *(?:-|–|إلى|to) *(\d{1,2}):(\d{2})")


class NotUnderstood(ValueError):
    """A field cannot be read; the phrase ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_change(what: str, form: Mapping[str, str]) -> CalendarChange:
    """Return the change that a form asks for.

    Raises:
        NotUnderstood: a field cannot be read, or the fields do not go together.
        KeyError: there is no such form.
    """
    return FORMS[what](form)


def _days(form: Mapping[str, str]) -> CalendarChange:
    kind = form.get("kind", "")
    if kind not in list(DayKind):
        raise NotUnderstood("calendar_kind_missing")
    first = _date(form, "first")
    names = [" ".join(for_display(form.get(one, "")).split()) for one in ("name_ar", "name_en")]
    if not all(names):
        raise NotUnderstood("calendar_names_missing")
    try:
        rule = DayRule(
            kind=DayKind(kind),
            first=first,
            last=_date(form, "last") if form.get("last") else first,
            name_ar=names[0][:LONGEST_NAME],
            name_en=names[1][:LONGEST_NAME],
            spans=_spans(form.get("hours", "")),
        )
    except NotUnderstood:
        raise
    except ValueError:
        raise NotUnderstood("calendar_days_wrong") from None
    return DaysAnnounced(rule)


def _withdraw(form: Mapping[str, str]) -> CalendarChange:
    number = form.get("rule", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise NotUnderstood("calendar_rule_not_found")
    return DaysWithdrawn(int(number))


def _week(form: Mapping[str, str]) -> CalendarChange:
    season = form.get("season", "")
    if season not in list(Season):
        raise NotUnderstood("calendar_week_wrong")
    since = _date(form, "since")
    if form.get("take_back"):
        return HoursFrom(Season(season), since, None)
    return HoursFrom(Season(season), since, tuple(_spans(form.get(day, "")) for day in WEEKDAYS))


def _month(form: Mapping[str, str]) -> CalendarChange:
    year, _, month = form.get("month", "").partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12):
        raise NotUnderstood("calendar_month_wrong")
    begins = None if form.get("take_back") else _date(form, "begins")
    return MonthBegins(int(year), int(month), begins)


def _date(form: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(fold_digits(form.get(name, "").strip()))
    except ValueError:
        raise NotUnderstood("calendar_date_missing") from None


def _spans(typed: str) -> Spans:
    """Read ``07:30-12:00, 13:00-15:30``; nothing is a day off."""
    spans = []
    for part in re.split(r"[,،;]", fold_digits(typed)):
        if not part.strip():
            continue
        found = _SPAN.fullmatch(part.strip())
        if found is None:
            raise NotUnderstood("calendar_hours_wrong")
        start_h, start_m, end_h, end_m = map(int, found.groups())
        try:
            spans.append((time(start_h, start_m), time(end_h, end_m)))
        except ValueError:
            raise NotUnderstood("calendar_hours_wrong") from None
    return tuple(spans)


FORMS: Mapping[str, Callable[[Mapping[str, str]], CalendarChange]] = {
    "days": _days,
    "withdraw": _withdraw,
    "week": _week,
    "month": _month,
}
