"""Hand-computed in Dubai time. 2 November 2026 is a Monday; the pages of November 2026:

Mon  Tue  Wed  Thu  Fri  Sat  Sun
  2    3    4    5    6    7    8
  9   10   11   12   13   14   15
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.calendar import WorkingCalendar
from cases.timetable import WEEKDAYS, Holiday, Season, Timetable, WeekFrom
from kernel.language import Language

DUBAI = ZoneInfo("Asia/Dubai")
CALENDAR = WorkingCalendar.load()


def at(text: str) -> datetime:
    """Read ``11-02 10:00`` as Dubai time in 2026; a year may come before."""
    whole = text if text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=DUBAI)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("11-02 07:29", False),
        ("11-02 07:30", True),
        ("11-02 15:29", True),
        ("11-02 15:30", False),
        ("11-06 11:59", True),  # Friday
        ("11-06 12:00", False),
        ("11-07 10:00", False),  # Saturday
        ("11-08 10:00", False),  # Sunday
        ("01-01 10:00", False),  # New Year's Day, a Thursday
        ("12-02 10:00", False),  # National Day, a Wednesday
        ("12-03 10:00", False),
        ("12-04 10:00", True),
    ],
)
def test_is_open_in_working_hours_only(moment: str, opened: bool) -> None:
    assert CALENDAR.is_open(at(moment)) is opened


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("11-02 06:00", "11-02 07:30"),
        ("11-02 10:00", "11-02 10:00"),
        ("11-02 15:30", "11-03 07:30"),
        ("11-06 12:00", "11-09 07:30"),  # Friday noon to Monday
        ("11-07 10:00", "11-09 07:30"),
        ("12-01 16:00", "12-04 07:30"),  # over National Day
        ("12-31 16:00", "2027-01-04 07:30"),  # 1 January 2027 is a Friday
    ],
)
def test_next_opening(moment: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("11-02 10:00", 120, "11-02 12:00"),
        ("11-02 13:30", 120, "11-02 15:30"),  # to the minute of closing
        ("11-02 14:30", 120, "11-03 08:30"),
        ("11-02 18:00", 120, "11-03 09:30"),
        ("11-05 15:00", 120, "11-06 09:00"),  # Thursday into Friday
        ("11-06 11:00", 120, "11-09 08:30"),  # Friday into Monday
        ("11-06 10:00", 120, "11-06 12:00"),
        ("11-07 12:00", 120, "11-09 09:30"),  # Saturday
        ("11-02 07:30", 480, "11-02 15:30"),
        ("11-02 07:30", 481, "11-03 07:31"),
        ("11-02 07:30", 2190, "11-06 12:00"),  # the whole week: 4 x 480 + 270
        ("12-01 15:00", 60, "12-04 08:00"),
        ("12-31 15:00", 60, "2027-01-04 08:00"),
        ("11-02 20:00", 0, "11-03 07:30"),
        ("11-02 10:00", 0, "11-02 10:00"),
    ],
)
def test_add_working_minutes(start: str, minutes: int, due: str) -> None:
    assert CALENDAR.add_working_minutes(at(start), minutes) == at(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("11-02 10:00", 1, "11-03 15:30"),
        ("11-02 06:00", 1, "11-03 15:30"),  # before opening: still that Monday
        ("11-01 10:00", 1, "11-03 15:30"),  # Sunday arrives on Monday
        ("11-02 16:00", 1, "11-04 15:30"),  # after closing: arrives on Tuesday
        ("11-02 15:30", 1, "11-04 15:30"),  # closing is no longer open
        ("11-05 10:00", 1, "11-06 12:00"),  # due on Friday at noon
        ("11-06 11:59", 1, "11-09 15:30"),
        ("11-06 12:01", 1, "11-10 15:30"),
        ("11-02 10:00", 3, "11-05 15:30"),
        ("11-02 10:00", 7, "11-11 15:30"),  # the 7 days of Dubai
        ("11-04 10:00", 7, "11-13 12:00"),
        ("11-02 10:00", 0, "11-02 15:30"),
        ("12-01 10:00", 1, "12-04 12:00"),
        ("12-01 16:00", 1, "12-07 15:30"),
        ("12-30 10:00", 3, "2027-01-05 15:30"),  # 31 Dec, Mon 4 Jan, Tue 5 Jan
        ("2025-12-31 10:00", 1, "01-02 12:00"),
        ("11-02 10:00", 10, "11-16 15:30"),
        ("11-02 10:00", 15, "11-23 15:30"),
    ],
)
def test_add_working_days(start: str, days: int, due: str) -> None:
    assert CALENDAR.add_working_days(at(start), days) == at(due)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("11-02 10:00", "11-02 12:00", 120),
        ("11-02 06:00", "11-02 18:00", 480),
        ("11-05 15:00", "11-09 08:00", 30 + 270 + 30),
        ("11-06 12:00", "11-09 07:30", 0),
        ("11-02 00:00", "11-09 00:00", 4 * 480 + 270),
        ("12-01 15:00", "12-04 08:00", 60),
        ("11-02 12:00", "11-02 10:00", 0),
        ("11-02 10:00", "11-02 10:00", 0),
    ],
)
def test_working_minutes_between(start: str, end: str, minutes: int) -> None:
    assert CALENDAR.working_minutes_between(at(start), at(end)) == minutes


moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(moments, st.integers(0, 6000))
def test_the_minutes_added_are_the_minutes_between(start: datetime, minutes: int) -> None:
    due = CALENDAR.add_working_minutes(start, minutes)
    assert CALENDAR.working_minutes_between(start, due) == minutes
    assert due >= start


@given(moments, st.integers(0, 40))
def test_a_day_more_is_due_later_and_always_at_closing(start: datetime, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert start < due < CALENDAR.add_working_days(start, days + 1)
    assert not CALENDAR.is_open(due)
    assert CALENDAR.is_open(due - timedelta(minutes=1))


def test_the_zone_of_the_question_does_not_matter() -> None:
    in_utc = datetime(2026, 11, 2, 3, 30, tzinfo=UTC)
    assert CALENDAR.is_open(in_utc)
    due = CALENDAR.add_working_minutes(in_utc, 60)
    assert (due, due.tzinfo) == (datetime(2026, 11, 2, 4, 30, tzinfo=UTC), UTC)


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.is_open(datetime(2026, 11, 2, 10))  # noqa: DTZ001  # the point of the test


def test_negative_times_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_minutes(at("11-02 10:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(at("11-02 10:00"), -1)


def test_holidays_have_names_in_both_languages() -> None:
    holiday = CALENDAR.holiday_on(date(2027, 12, 2))
    assert holiday is not None
    assert "الاتحاد" in holiday.name(Language.AR)
    assert "National Day" in holiday.name(Language.EN)
    assert CALENDAR.holiday_on(date(2027, 12, 4)) is None


def calendar_with(**changes: Any) -> WorkingCalendar:
    day = ((time(8), time(12)), (time(13), time(16)))
    week = changes.pop("week", (day,) * 7)
    weeks = (WeekFrom(Season.USUAL, date.min, week),)
    return WorkingCalendar(Timetable(zone=DUBAI, weeks=weeks, **changes))


def test_a_day_may_have_a_break() -> None:
    calendar = calendar_with()
    assert not calendar.is_open(at("11-02 12:30"))
    assert calendar.add_working_minutes(at("11-02 11:30"), 60) == at("11-02 13:30")
    assert calendar.add_working_days(at("11-02 11:30"), 1) == at("11-03 16:00")


def test_single_days_off_count_for_their_year_only() -> None:
    eid = Holiday("عيد الأضحى", "Eid Al Adha")
    calendar = calendar_with(single={date(2026, 5, 27): eid})
    assert not calendar.is_open(at("05-27 10:00"))
    assert calendar.is_open(at("2027-05-27 10:00"))


def test_single_days_are_read_from_data() -> None:
    week = {day: [["08:00", "12:00"]] for day in WEEKDAYS}
    eid = {"name_ar": "عيد", "name_en": "Eid", "on": [date(2026, 5, 27), date(2026, 5, 28)]}
    data = {"zone": "Asia/Dubai", "week": week, "holiday": [eid]}
    calendar = WorkingCalendar.from_data(data)
    assert calendar.next_opening(at("05-27 10:00")) == at("05-29 08:00")


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        (((time(8), time(8)),),) * 7,
        (((time(12), time(8)),),) * 7,
        (((time(8), time(12)), (time(11), time(16))),) * 7,
        (((time(8), time(12)),),) * 6,
    ],
)
def test_an_impossible_week_is_refused(week: object) -> None:
    with pytest.raises(ValueError, match=r"spans|week"):
        calendar_with(week=week)


def test_a_calendar_that_never_opens_again_says_so() -> None:
    day = date(2026, 1, 1)
    closed = {day + timedelta(days=n): Holiday("إغلاق", "Closed") for n in range(800)}
    with pytest.raises(ValueError, match="closed for a year"):
        calendar_with(single=closed).next_opening(at("11-02 10:00"))
