"""Working hours on screen: what a change does is shown first, and counts once it is kept."""

import asyncio
from datetime import date, time, timedelta

import pytest

from accounts.model import Role
from app.bootstrap import now
from cases.calendar_changes import DaysAnnounced, DaysWithdrawn, HoursFrom, MonthBegins
from cases.timetable import DayKind, Season
from desk.calendar_form import NotUnderstood, read_change
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.desk.test_cases_pages import opened
from tests.app.webchat_house import WAIT_S, Running

PLACE = "/desk/administration/calendar"


def a_closure() -> dict[str, str]:
    """Return a form that closes the house for all of the next two weeks."""
    first = now().date() + timedelta(days=1)
    return {
        "kind": "closure",
        "first": first.isoformat(),
        "last": (first + timedelta(days=13)).isoformat(),
        "name_ar": "صيانة المبنى INV-9",
        "name_en": "Works <b>",
        "hours": "",
    }


async def counted(admin: Staff) -> str:
    """Return what the page says once deadlines are counted anew."""
    async with asyncio.timeout(WAIT_S):
        while "hx-get" in (part := (await admin.see(f"{PLACE}/recount"))[1]):  # noqa: ASYNC110  # as browsers do
            await asyncio.sleep(0.05)
    return part


async def test_what_it_moves_is_shown_before_it_is_kept_and_just_that_happens(
    running: Running,
) -> None:
    number = await opened(running)
    before = (await running.house.cases.get(number)).clocks
    form = a_closure()
    async with at_the_desk(running, "mona", Role.ADMIN) as mona:
        status, look = await mona.send(f"{PLACE}/days", {**form, "step": "look"})
        assert status == 200
        assert number in look
        assert "طلب واحد يتأخر موعده" in look
        assert form["first"] in look
        assert (await running.house.cases.get(number)).clocks == before
        _, page = await mona.see(PLACE)
        assert "صيانة المبنى" not in page
        status, _ = await mona.send(f"{PLACE}/days", {**form, "step": "keep"})
        assert status == 303
        assert "تحرك موعد طلب واحد" in await counted(mona)
        after = (await running.house.cases.get(number)).clocks
        assert after.resolve_due_at is not None
        assert before.resolve_due_at is not None
        assert after.resolve_due_at - before.resolve_due_at >= timedelta(days=11)
        zone = running.house.back_office.setup.calendar.calendar.zone
        told = after.resolve_due_at.astimezone(zone)
        assert f"{told:%Y-%m-%d %H:%M}" in look
        _, page = await mona.see(PLACE)
        assert "صيانة المبنى INV-9" in page
        assert "Works <b>" not in page
        _, audit = await mona.see("/desk/audit?action=calendar_changed")
        assert "closure" in audit
        # taken back, all is as it was
        rule = page.partition('name="rule" value="')[2].partition('"')[0]
        for step, status in (("look", 200), ("keep", 303), ("keep", 404)):
            form = {"rule": rule, "step": step}
            assert (await mona.send(f"{PLACE}/withdraw", form))[0] == status
        await counted(mona)
        assert (await running.house.cases.get(number)).clocks == before


async def test_a_month_and_new_hours_are_kept_and_taken_back(running: Running) -> None:
    calendar = running.house.back_office.setup.calendar.calendar
    async with at_the_desk(running, "mona", Role.ADMIN) as mona:
        _, page = await mona.see(PLACE)
        month = page.partition('<option value="14')[2].partition('"')[0]
        year, number = int(f"14{month.partition('-')[0]}"), int(month.partition("-")[2])
        begins = calendar.timetable.moon.begins(year, number)
        assert begins is not None
        form = {"month": f"{year}-{number}", "step": "keep"}
        for days, status in ((7, 422), (1, 303)):
            later = (begins + timedelta(days=days)).isoformat()
            assert (await mona.send(f"{PLACE}/month", {**form, "begins": later}))[0] == status
        assert calendar.timetable.moon.begins(year, number) == begins + timedelta(days=1)
        assert (await mona.send(f"{PLACE}/month", {**form, "take_back": "yes"}))[0] == 303
        assert calendar.timetable.moon.begins(year, number) == begins
        since = (now().date() + timedelta(days=30)).isoformat()
        week = {"season": "usual", "since": since, "monday": "08:00-14:00", "step": "keep"}
        assert (await mona.send(f"{PLACE}/week", {**week, "monday": "14:00-08:00"}))[0] == 422
        assert (await mona.send(f"{PLACE}/week", {**week, "monday": ""}))[0] == 422
        status, look = await mona.send(f"{PLACE}/week", {**week, "step": "look"})
        assert (status, "08:00-14:00" in look) == (200, True)
        assert (await mona.send(f"{PLACE}/week", week))[0] == 303
        assert any(one.since.isoformat() == since for one in calendar.timetable.weeks)
        assert (await mona.send(f"{PLACE}/week", {**week, "take_back": "yes"}))[0] == 303
        assert not any(one.since.isoformat() == since for one in calendar.timetable.weeks)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "party"}, "يُرجى اختيار النوع"),
        ({"first": "أمس"}, "يُرجى اختيار التاريخ"),
        ({"last": "2020-01-01"}, "لا تتفق هذه الحقول"),
        ({"name_en": " "}, "يُرجى كتابة المناسبة باللغتين"),
        ({"hours": "from nine"}, "تُكتب الأوقات هكذا"),
        ({"hours": "25:00-26:00"}, "تُكتب الأوقات هكذا"),
        ({"hours": "09:00-10:00"}, "لا تتفق هذه الحقول"),  # a closure has no hours
    ],
)
async def test_what_cannot_be_comes_back_with_what_was_typed(
    running: Running, changes: dict[str, str], told: str
) -> None:
    async with at_the_desk(running, "mona", Role.ADMIN) as mona:
        status, page = await mona.send(f"{PLACE}/days", {**a_closure(), **changes, "step": "keep"})
        assert (status, told in page) == (422, True)
        assert "صيانة المبنى INV-9" in page
        announced = await running.house.back_office.setup.calendar.announced()
        assert announced.days == ()


def test_forms_are_read_in_either_digits() -> None:
    days = read_change(
        "days",
        {
            "kind": "hours",
            "first": "٢٠٢٧-٠٢-١٠",
            "last": "",
            "name_ar": "مطر",
            "name_en": "Rain",
            "hours": "٠٩:٠٠-١٢:٠٠، 13:00-14:30",
        },
    )
    assert isinstance(days, DaysAnnounced)
    assert (days.rule.kind, days.rule.first, days.rule.last) == (
        DayKind.HOURS,
        date(2027, 2, 10),
        date(2027, 2, 10),
    )
    assert days.rule.spans == ((time(9), time(12)), (time(13), time(14, 30)))
    assert read_change("withdraw", {"rule": "7"}) == DaysWithdrawn(7)
    assert read_change("month", {"month": "1448-9", "begins": "2027-02-08"}) == MonthBegins(
        1448, 9, date(2027, 2, 8)
    )
    back = {"season": "ramadan", "since": "2027-02-08", "take_back": "yes"}
    assert read_change("week", back) == HoursFrom(Season.RAMADAN, date(2027, 2, 8), None)
    for what, form in (
        ("withdraw", {"rule": "x"}),
        ("month", {"month": "1448-13", "begins": "2027-02-08"}),
        ("month", {"month": "٩"}),
        ("week", {"season": "summer", "since": "2027-02-08"}),
    ):
        with pytest.raises(NotUnderstood):
            read_change(what, form)
