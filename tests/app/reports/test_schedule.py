"""Reports are due when work begins again after their period, to whom they concern."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.model import Account, Role
from cases.calendar import WorkingCalendar
from kernel.language import Language
from reports.figures import Scope
from reports.periods import Period, Rhythm
from reports.schedule import CATCH_UP, Due, due_periods, due_reports

DUBAI = ZoneInfo("Asia/Dubai")
CALENDAR = WorkingCalendar.load()


def dubai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DUBAI).astimezone(UTC)


def keys(now: datetime, rhythm: Rhythm) -> list[str]:
    return [one.key for one in due_periods(CALENDAR, now) if one.rhythm is rhythm]


def newest(text: str, rhythm: Rhythm) -> str:
    return keys(dubai(text), rhythm)[-1]


@pytest.mark.parametrize(
    ("at", "rhythm", "period"),
    [
        ("2026-11-25T07:29", Rhythm.DAILY, "2026-11-23"),
        ("2026-11-25T07:30", Rhythm.DAILY, "2026-11-24"),
        ("2026-11-28T12:00", Rhythm.DAILY, "2026-11-26"),  # Saturday: Friday's comes on Monday
        ("2026-11-30T07:30", Rhythm.DAILY, "2026-11-27"),
        ("2026-11-23T07:30", Rhythm.WEEKLY, "2026-W47"),
        ("2026-11-02T07:29", Rhythm.WEEKLY, "2026-W43"),
        ("2026-11-02T07:30", Rhythm.MONTHLY, "2026-10"),  # the 1st is a Sunday
        ("2026-10-01T07:30", Rhythm.QUARTERLY, "2026-Q3"),
    ],
)
def test_a_report_comes_on_the_first_working_morning_after_its_period(
    at: str, rhythm: Rhythm, period: str
) -> None:
    assert newest(at, rhythm) == period


def test_a_day_without_work_has_no_report_of_its_own() -> None:
    days = keys(dubai("2026-12-04T09:00"), Rhythm.DAILY)
    assert "2026-11-28" not in days
    assert "2026-11-29" not in days
    assert "2026-12-01" in days  # not yet a holiday
    assert "2026-12-02" not in days, "Eid Al Etihad"


def test_what_a_stopped_house_missed_comes_later_but_not_for_ever() -> None:
    due_at = dubai("2026-11-02T07:30")
    assert "2026-10" in keys(due_at + CATCH_UP, Rhythm.MONTHLY)
    assert keys(due_at + CATCH_UP + timedelta(minutes=1), Rhythm.MONTHLY) == []


def an_account(name: str, *roles: Role, departments: str = "", **more: object) -> Account:
    return Account(
        id=name,
        email=f"{name}@finance.example",
        name_ar="نورة",
        name_en=name,
        roles=frozenset(roles),
        departments=frozenset(departments.split()),
        **more,  # type: ignore[arg-type]
    )


def test_managers_get_what_is_theirs_and_others_what_they_ask_for() -> None:
    people = [
        an_account("huda", Role.MANAGER),
        an_account("salem", Role.MANAGER, departments="ACC REV", language=Language.EN),
        an_account("omar", Role.SUPERVISOR, departments="DPS"),
        an_account("mona", Role.SUPERVISOR),
        an_account("gone", Role.MANAGER, active=False),
        an_account("agent", Role.AGENT, departments="DPS"),
    ]
    wishes = {"omar": {Rhythm.MONTHLY: True}, "huda": {Rhythm.WEEKLY: False, Rhythm.DAILY: True}}
    found = due_reports(
        CALENDAR, dubai("2026-11-02T08:00"), people, wishes, default_language=Language.AR
    )
    october = Period.read(Rhythm.MONTHLY, "2026-10")
    assert {one for one in found if one.period == october} == {
        Due(october, Scope(), Language.AR, "huda"),
        Due(october, Scope("ACC"), Language.EN, "salem"),
        Due(october, Scope("REV"), Language.EN, "salem"),
        Due(october, Scope("DPS"), Language.AR, "omar"),
    }
    weekly = {one.account_id for one in found if one.period.rhythm is Rhythm.WEEKLY}
    daily = {one.account_id for one in found if one.period.rhythm is Rhythm.DAILY}
    assert (weekly, daily) == ({"salem"}, {"huda"})


def test_the_month_of_the_whole_is_kept_also_when_nobody_wants_it() -> None:
    found = due_reports(CALENDAR, dubai("2026-11-02T08:00"), [], {}, default_language=Language.EN)
    october = Period.read(Rhythm.MONTHLY, "2026-10")
    assert found == [Due(october, Scope(), Language.EN, None)]
