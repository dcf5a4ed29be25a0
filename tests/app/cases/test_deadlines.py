"""Deadlines worked out by hand, each with its reason. Dubai time; "m" is minutes, "d" days.

By the Umm al-Qura table: Ramadan 1447 is Wed 18 Feb to Thu 19 Mar 2026 (30 days, the 30th is
off), Eid Al Fitr Fri 20 to Sun 22 Mar; Arafat Tue 26 May, Eid Al Adha Wed 27 to Fri 29 May;
Hijri New Year Tue 16 Jun; the Prophet's birthday Tue 25 Aug. Ramadan 1448 is Mon 8 Feb to Mon
8 Mar 2027 (29 days), Eid Tue 9 to Thu 11 Mar. Ramadan 1449 ends on Fri 25 Feb 2028.
Usual hours: Mon-Thu 7:30-15:30 (480 m), Fri 7:30-12:00 (270 m). Ramadan: Mon-Thu 9:00-14:30
(330 m), Fri 9:00-12:00 (180 m).
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.calendar import WorkingCalendar
from cases.moon import Moon
from cases.timetable import Announced, DayKind, DayRule, Season, WeekFrom

DUBAI = ZoneInfo("Asia/Dubai")
TABLE = WorkingCalendar.load()


def at(text: str) -> datetime:
    """Read ``03-02 10:00`` as Dubai time in 2026; a year may come before."""
    whole = text if text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=DUBAI)


def due(calendar: WorkingCalendar, start: str, amount: str) -> datetime:
    number, unit = int(amount[:-1]), amount[-1]
    if unit == "m":
        return calendar.add_working_minutes(at(start), number)
    return calendar.add_working_days(at(start), number)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        # Into, in and out of Ramadan.
        ("02-17 15:00", "60m", "02-18 09:30"),  # 30 m on Tue, 30 m of the first fasting day
        ("02-18 08:00", "30m", "02-18 09:30"),  # open from 9:00 only
        ("02-18 14:00", "60m", "02-19 09:30"),  # closes at 14:30
        ("02-18 14:29", "1m", "02-18 14:30"),  # the last minute of the day
        ("02-19 14:00", "120m", "02-20 10:30"),  # 30 m on Thu, 90 m on Fri
        ("02-20 11:00", "120m", "02-23 10:00"),  # 60 m on Fri, 60 m on Mon
        ("02-16 07:30", "1800m", "02-20 12:00"),  # 480 + 480 + 330 + 330 + 180
        ("03-13 11:30", "60m", "03-16 09:30"),  # Friday noon, still Ramadan on Monday
        ("02-17 10:00", "1d", "02-18 14:30"),  # due at Ramadan's closing time
        ("02-17 15:29", "1d", "02-18 14:30"),  # still Tuesday
        ("02-17 15:30", "1d", "02-19 14:30"),  # arrives on Wed
        ("02-18 14:30", "1d", "02-20 12:00"),  # closed in Ramadan: arrives on Thu
        ("02-18 08:00", "1d", "02-19 14:30"),  # before 9:00 is still that day
        ("02-11 10:00", "7d", "02-20 12:00"),  # 12 13 16 17 18 19 20 February
        ("2027-02-05 11:00", "90m", "2027-02-08 09:30"),  # 60 m on Fri; Mon is 1 Ramadan 1448
        # Over Eid Al Fitr.
        ("03-17 10:00", "1d", "03-18 14:30"),  # the last working day of Ramadan
        ("03-18 14:00", "60m", "03-23 08:00"),  # 30 m; 19 to 22 off; 30 m in usual hours
        ("03-18 10:00", "1d", "03-23 15:30"),  # over 30 Ramadan and Eid
        ("03-18 15:00", "1d", "03-24 15:30"),  # after closing: arrives after Eid
        ("03-19 10:00", "1m", "03-23 07:31"),  # 30 Ramadan is off
        ("03-12 10:00", "7d", "03-25 15:30"),  # 13 16 17 18 | 23 24 25 March
        ("2027-03-08 14:00", "60m", "2027-03-12 08:00"),  # no 30 Ramadan; Friday works again
        ("2027-03-08 10:00", "1d", "2027-03-12 12:00"),  # due on that Friday at noon
        ("2028-02-25 11:30", "60m", "2028-02-29 08:00"),  # Eid Sat to Mon, then the leap day
        ("2028-02-25 10:00", "1d", "2028-02-29 15:30"),
        # Over Arafat and Eid Al Adha.
        ("05-25 15:00", "60m", "06-01 08:00"),  # 30 m on Mon, 30 m on Mon a week later
        ("05-25 10:00", "1d", "06-01 15:30"),  # Tue to Fri off, then the weekend
        ("05-25 16:00", "1d", "06-02 15:30"),  # arrives on 1 June
        ("05-26 09:00", "480m", "06-01 15:30"),  # Arafat counts nothing; one whole day
        ("05-28 10:00", "1d", "06-02 15:30"),  # written on Eid: arrives on 1 June
        ("05-21 10:00", "3d", "06-01 15:30"),  # 22 25 May | 1 June
        ("05-22 11:59", "7d", "06-08 15:30"),  # 25 May | 1 2 3 4 5 8 June
        ("05-22 11:00", "120m", "05-25 08:30"),  # Friday noon before it
        # Hijri New Year and the Prophet's birthday, single days in the week.
        ("06-15 15:00", "60m", "06-17 08:00"),  # Tue off
        ("06-15 10:00", "1d", "06-17 15:30"),
        ("06-12 10:00", "3d", "06-18 15:30"),  # 15 | 17 18
        ("08-24 10:00", "2d", "08-27 15:30"),  # 26 27, the 25th off
        ("08-25 10:00", "1m", "08-26 07:31"),  # written on the holiday
        ("08-24 14:00", "960m", "08-27 14:00"),  # 90 + 480 (Wed) + 390 (Thu)
        # National Day and the turn of the year.
        ("12-01 15:29", "2m", "12-04 07:31"),  # Wed and Thu off, Friday open
        ("12-01 10:00", "7d", "12-14 15:30"),  # 4 7 8 9 10 11 14
        ("12-31 14:30", "120m", "2027-01-04 08:30"),  # 60 m; 1 January is a Friday, off
        ("12-31 16:00", "1d", "2027-01-05 15:30"),  # arrives on Mon 4
        ("2027-01-01 10:00", "1d", "2027-01-05 15:30"),
        ("12-24 10:00", "7d", "2027-01-05 15:30"),  # 25 28 29 30 31 | 4 5
        ("2025-12-31 15:00", "60m", "01-02 08:00"),  # Thu off, Friday open
        # Friday noon.
        ("11-06 11:59", "1m", "11-06 12:00"),
        ("11-06 12:00", "1m", "11-09 07:31"),
        ("11-05 10:00", "480m", "11-06 10:00"),  # 330 on Thu, 150 on Fri
        ("11-06 12:00", "1d", "11-10 15:30"),  # arrives on Mon
        ("11-06 11:59", "7d", "11-17 15:30"),  # 9 10 11 12 13 16 17
    ],
)
def test_by_the_tables(start: str, amount: str, end: str) -> None:
    assert due(TABLE, start, amount) == at(end)


def rule(kind: DayKind, first: str, last: str = "", *spans: str) -> DayRule:
    parted = [span.split("-") for span in spans]
    return DayRule(
        kind=kind,
        first=date.fromisoformat(f"2026-{first}"),
        last=date.fromisoformat(f"2026-{last or first}"),
        name_ar="إعلان",
        name_en="Announced",
        spans=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in parted),
    )


USUAL = next(one for one in TABLE.timetable.weeks if one.season is Season.USUAL).week
LONG_FRIDAY = (*USUAL[:4], ((time(7, 30), time(14, 30)),), (), ())
LUNCH = ((time(7, 30), time(12)), (time(13), time(15, 30)))
LATE_RAMADAN = Announced(months={(1447, 9): date(2026, 2, 19)})
LATE_EID = Announced(months={(1448, 10): date(2027, 3, 10)})
LATE_ADHA = Announced(months={(1447, 12): date(2026, 5, 19)})
BRIDGE = Announced(days=(rule(DayKind.HOLIDAY, "06-15"),))
MOVED = Announced(days=(rule(DayKind.WORKING, "06-16"), rule(DayKind.HOLIDAY, "06-19")))
STORM = Announced(days=(rule(DayKind.HOURS, "11-10", "", "07:30-12:00"),))
SATURDAY = Announced(days=(rule(DayKind.WORKING, "11-07", "", "09:00-13:00"),))
FRIDAYS = Announced(weeks=(WeekFrom(Season.USUAL, date(2026, 11, 16), LONG_FRIDAY),))
BREAKS = Announced(weeks=(WeekFrom(Season.USUAL, date(2026, 11, 16), (LUNCH,) * 5 + ((), ())),))
CLOSED = Announced(days=(rule(DayKind.CLOSURE, "11-10", "11-12"),))
OPEN_AGAIN = Announced(days=(*CLOSED.days, rule(DayKind.WORKING, "11-12")))


@pytest.mark.parametrize(
    ("announced", "start", "amount", "end"),
    [
        (LATE_RAMADAN, "02-17 10:00", "1d", "02-18 15:30"),  # Wed is still Shaaban
        (LATE_RAMADAN, "02-18 14:00", "120m", "02-19 09:30"),  # 90 m, then the first fasting day
        (LATE_RAMADAN, "03-18 14:00", "60m", "03-19 09:30"),  # 29 Ramadan works, no 30th
        (LATE_EID, "2027-03-08 10:00", "1d", "2027-03-15 15:30"),  # 30 Ramadan, Eid Wed to Fri
        (LATE_ADHA, "05-25 10:00", "1d", "05-26 15:30"),  # Tuesday works after all
        (LATE_ADHA, "05-26 15:00", "60m", "06-01 08:00"),  # Arafat on Wed, Eid Thu to Sat
        (BRIDGE, "06-12 10:00", "1d", "06-17 15:30"),  # Mon announced, Tue in the table
        (MOVED, "06-15 10:00", "1d", "06-16 15:30"),  # the holiday was moved away
        (MOVED, "06-18 10:00", "1d", "06-22 15:30"),  # to Friday
        (STORM, "11-10 11:00", "120m", "11-11 08:30"),  # sent home at noon
        (STORM, "11-09 10:00", "1d", "11-10 12:00"),  # due when that day ends
        (SATURDAY, "11-06 11:00", "120m", "11-07 10:00"),  # a Saturday worked, 60 m of it
        (SATURDAY, "11-06 10:00", "1d", "11-07 13:00"),
        (FRIDAYS, "11-13 11:00", "120m", "11-16 08:30"),  # the old Friday
        (FRIDAYS, "11-20 11:00", "120m", "11-20 13:00"),  # the new one
        (BREAKS, "11-16 11:30", "60m", "11-16 13:30"),  # lunch does not count
        (BREAKS, "11-16 12:30", "1m", "11-16 13:01"),
        (CLOSED, "11-09 10:00", "1d", "11-13 12:00"),  # Tue to Thu closed
        (OPEN_AGAIN, "11-09 10:00", "1d", "11-12 15:30"),  # the later word counts
    ],
)
def test_by_what_was_announced(announced: Announced, start: str, amount: str, end: str) -> None:
    calendar = WorkingCalendar.load()
    assert calendar.announce(announced)
    assert not calendar.announce(announced)
    assert due(calendar, start, amount) == at(end)


def test_a_month_cannot_begin_a_week_late() -> None:
    with pytest.raises(ValueError, match="1447-09"):
        WorkingCalendar.load().announce(Announced(months={(1447, 9): date(2026, 2, 25)}))


def test_a_month_announced_late_pushes_the_next_as_far_as_it_must() -> None:
    moon = Moon({(1448, 9): date(2027, 2, 9)})  # the table has 29 days from the 8th
    assert moon.begins(1448, 10) == date(2027, 3, 10)
    assert moon.date_of(date(2027, 2, 8)) == (1448, 8, 31)  # the past is not moved
    assert moon.date_of(date(2027, 3, 9)) == (1448, 9, 29)
    assert moon.begins(1449, 9) == Moon().begins(1449, 9)


def test_outside_the_table_there_are_no_feasts_and_no_errors() -> None:
    assert Moon().date_of(date(2090, 1, 1)) is None
    assert TABLE.holiday_on(date(2090, 1, 1)) is not None  # New Year's Day still is


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": date(2026, 11, 1)},
        {"last": date(2028, 11, 10)},
        {"kind": DayKind.HOURS},
        {"spans": ((time(8), time(9)),)},
        {"kind": DayKind.HOURS, "spans": ((time(9), time(8)),)},
    ],
)
def test_an_impossible_rule_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rule|spans"):
        replace(rule(DayKind.HOLIDAY, "11-10"), **wrong)  # type: ignore[arg-type]  # the point


moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
announcements = st.sampled_from(
    [Announced(), LATE_RAMADAN, LATE_EID, LATE_ADHA, MOVED, STORM, BREAKS, CLOSED]
)
MINUTE = timedelta(minutes=1)


@settings(deadline=None, max_examples=60)
@given(announcements, moments, st.integers(0, 900))
def test_minutes_counted_one_by_one_give_the_same(
    announced: Announced, start: datetime, minutes: int
) -> None:
    calendar = WorkingCalendar.load()
    calendar.announce(announced)
    here, left = start, minutes
    while left:
        left -= calendar.is_open(here)
        here += MINUTE
    reached = calendar.add_working_minutes(start, minutes)
    assert reached == (here if minutes else calendar.next_opening(start))
    assert calendar.working_time_between(start, reached) == minutes * MINUTE


@settings(max_examples=60)
@given(announcements, moments, moments, moments)
def test_working_time_adds_up(
    announced: Announced, one: datetime, two: datetime, three: datetime
) -> None:
    calendar = WorkingCalendar.load()
    calendar.announce(announced)
    first, middle, last = sorted((one, two, three))
    between = calendar.working_time_between
    assert between(first, middle) + between(middle, last) == between(first, last)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-2, 2), st.integers(1, 12))
def test_hijri_months_have_29_or_30_days_whatever_is_announced_late(
    day: date, moved: int, month: int
) -> None:
    usual = Moon().begins(1448, month)
    assert usual is not None
    moon = Moon({(1448, month): usual + timedelta(days=max(moved, 0))})
    hijri = moon.date_of(day)
    assert hijri is not None
    year, number, days = hijri
    begins = moon.begins(year, number)
    assert begins == day - timedelta(days=days - 1)
    assert days <= (32 if (year, number) == _before(month) else 30)


def _before(month: int) -> tuple[int, int]:
    return (1448, month - 1) if month > 1 else (1447, 12)
