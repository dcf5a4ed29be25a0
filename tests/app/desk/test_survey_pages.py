"""Managers make a campaign in both languages, publish it, and read what came of it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.model import Role
from stores.database import engine_for
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.surveys.test_campaigns import a_campaign, somebody
from tests.app.surveys.test_questions import ASKED
from tests.app.surveys.world import a_world
from tests.app.webchat_house import Running, running_house

SURVEYS = "/desk/surveys"
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_HERE = re.compile(r"/desk/surveys/([0-9a-f-]{36})/edit")
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
FORM = {
    "order": "q1,q2",
    "name": "رضا الموردين",
    "title.ar": "رأيك في خدماتنا",
    "title.en": "What you think",
    "intro.ar": "سؤالان قصيران.",
    "intro.en": "Two short questions.",
    "q1.kind": "faces",
    "q1.required": "on",
    "q1.words.ar": "ما مدى رضاك؟",
    "q1.words.en": "How happy are you?",
    "q2.kind": "choice",
    "q2.words.ar": "أي قناة تفضل؟",
    "q2.words.en": "Which channel?",
    "q2.options.ar": "واتساب\nالهاتف",
    "q2.options.en": "WhatsApp\nTelephone",
    "departments": "DPS",
    "every": "month",
    "starts_on": TOMORROW,
    "most": "٢٠٠",
    "open_days": "14",
    "cap": "1",
    "cap_days": "90",
}


async def a_draft(staff: Staff) -> str:
    await staff.see(SURVEYS)
    status, _ = await staff.send(f"{SURVEYS}/new", {})
    assert status == 303
    found = _HERE.search((await staff.see(SURVEYS))[1])
    assert found is not None
    return found.group(1)


async def seen(staff: Staff, campaign: str, page: str = "edit") -> str:
    found = _SEEN.search((await staff.see(f"{SURVEYS}/{campaign}/{page}"))[1])
    assert found is not None
    return found.group(1)


async def write(staff: Staff, campaign: str, **changes: str) -> tuple[int, str]:
    form = {**FORM, "do": "save", "seen": await seen(staff, campaign), **changes}
    return await staff.send(f"{SURVEYS}/{campaign}/edit", form)


async def test_a_campaign_is_written_checked_shown_and_published(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as huda:
        campaign = await a_draft(huda)
        assert (await write(huda, campaign, **{"title.en": "", "do": "publish"}))[0] == 303
        status, page = await huda.see(f"{SURVEYS}/{campaign}/publish")
        assert status == 422
        assert "العنوان (الإنجليزية): يُرجى كتابة النص." in page
        status, page = await huda.see(f"{SURVEYS}/{campaign}/edit?check")
        assert 'id="wrong-title.en"' in page
        assert (await huda.send(f"{SURVEYS}/{campaign}/publish", {"seen": "2"}))[0] == 422
        assert (await write(huda, campaign))[0] == 303
        _, page = await huda.see(f"{SURVEYS}/{campaign}/preview")
        assert "أي قناة تفضل؟" in page
        assert "Telephone" in page
        at = await seen(huda, campaign, "publish")
        assert (await huda.send(f"{SURVEYS}/{campaign}/publish", {"seen": at}))[0] == 303
        _, page = await huda.see(f"{SURVEYS}/{campaign}")
        assert "جارية" in page
        _, page = await huda.see(f"{SURVEYS}/{campaign}/edit")
        assert 'value="200"' in page  # typed in Arabic digits
        assert 'id="every" name="every" disabled' in page
        assert (await huda.send(f"{SURVEYS}/{campaign}/stop", {}))[0] == 303
        status, page = await write(huda, campaign)
        assert (status, "لا يتغير فيها شيء" in page) == (409, True)


async def test_questions_are_added_moved_and_removed_without_a_script(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as huda:
        campaign = await a_draft(huda)
        await write(huda, campaign, do="add:text")
        _, page = await huda.see(f"{SURVEYS}/{campaign}/edit")
        assert 'name="order" value="q1,q2,q3"' in page
        await write(huda, campaign, order="q1,q2", do="up:q2")
        _, page = await huda.see(f"{SURVEYS}/{campaign}/edit")
        assert 'name="order" value="q2,q1"' in page
        await write(huda, campaign, order="q2,q1", do="remove:q2")
        _, page = await huda.see(f"{SURVEYS}/{campaign}/edit")
        assert 'name="order" value="q1"' in page


async def test_of_two_who_write_the_second_hears_of_the_first_and_loses_nothing(
    running: Running,
) -> None:
    async with (
        at_the_desk(running, "huda", Role.MANAGER) as huda,
        at_the_desk(running, "salim", Role.SUPERVISOR) as salim,
    ):
        campaign = await a_draft(huda)
        at = await seen(salim, campaign)
        await write(huda, campaign)
        form = {**FORM, "name": "اسم سالم", "do": "save", "seen": at}
        status, page = await salim.send(f"{SURVEYS}/{campaign}/edit", form)
        assert status == 409
        assert "عدّل زميل هذه الحملة قبل قليل" in page
        assert "اسم سالم" in page


async def test_a_unit_sees_and_asks_its_own_people_only(running: Running) -> None:
    async with (
        at_the_desk(running, "huda", Role.MANAGER) as huda,
        at_the_desk(running, "rana", Role.MANAGER, departments="ACC") as rana,
        at_the_desk(running, "noura", Role.AGENT) as noura,
    ):
        campaign = await a_draft(huda)
        await write(huda, campaign)
        assert (await rana.see(f"{SURVEYS}/{campaign}/edit"))[0] == 403
        assert (await rana.send(f"{SURVEYS}/{campaign}/stop", {}))[0] == 403
        own = await a_draft(rana)
        assert own != campaign
        await write(rana, own, departments="DPS")
        _, page = await rana.see(f"{SURVEYS}/{own}/edit")
        assert 'value="ACC" checked' in page
        assert 'value="DPS"' not in page
        assert (await noura.see(SURVEYS))[0] == 403


async def fill(engine: AsyncEngine) -> None:
    """Let eleven people be asked after a closing, and answer; three of them about ACC."""
    async with a_world(engine) as world:
        world.parts.clock.at = datetime.now(UTC).replace(hour=6, minute=0) - timedelta(days=10)
        while not world.calendar.is_open(world.parts.clock.at):
            world.parts.clock.pass_(86_400)
        for n in range(11):
            one = somebody(f"p{n}")
            unit = "ACC" if n < 3 else "REV" if n < 5 else "DPS"
            await world.closed_case(of=one, department=unit, caused_by=f"m-{n + 900}")
        await world.round()
        for n in range(11):
            one = somebody(f"p{n}")
            [question] = await world.asked(one)
            for payload in (question.buttons[n % 2].payload, None):
                await world.parts.hear("", of=one, payload=payload)
                await world.parts.answer_all()
        one = somebody("p8")
        [thanks] = [m for m in await world.parts.messages(one) if m.reason == "rated"]
        await world.parts.hear("", of=one, payload=thanks.buttons[0].payload)
        await world.parts.answer_all()
        await world.parts.hear("=1+1 اتصلوا بي 0501234567", of=one)
        await world.parts.answer_all()
        await a_campaign(world, asked=ASKED)
    await engine.dispose()


@pytest.mark.parametrize("departments", ["", "ACC"])
async def test_the_screen_and_the_file_show_the_same_and_hide_the_same(
    sqlite_url: str, tmp_path: Path, departments: str
) -> None:
    await fill(engine_for(sqlite_url))
    async with (
        running_house(sqlite_url, tmp_path) as running,
        at_the_desk(running, "huda", Role.MANAGER, departments=departments) as huda,
    ):
        status, page = await huda.see(f"{SURVEYS}/closings")
        assert status == 200
        status, text = await huda.see(f"{SURVEYS}/closings.csv")
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
        if departments:
            assert [row[1] for row in rows] == ["أقل من 5 إجابات"] * 2
            assert "أقل من 5 إجابات" in page
            assert "0501234567" not in page
            return
        total = [row for row in rows if row[0] == "المجموع"]
        assert [row[3:5] for row in total] == [["11", "11"], ["6", "11"], ["5", "11"], ["0", "11"]]
        assert total[1][5:] == ["0.5455", "0.2801", "0.7873"]  # Wilson, 6 of 11
        assert "55%" in page
        assert page.count("أقل من 5 إجابات") == 2  # ACC and REV
        assert "=1+1 اتصلوا بي •••" in page
        assert "0501234567" not in page
        async with huda.http.get(f"{SURVEYS}/closings.xlsx") as answer:
            book = load_workbook(io.BytesIO(await answer.read()))
        figures, lines = book.worksheets
        assert figures.sheet_view.rightToLeft
        sheet = [[cell.value for cell in row] for row in figures.iter_rows(min_row=2)]
        numbers = [row[3:5] for row in sheet if row[0] == "المجموع"]
        assert numbers == [[11, 11], [6, 11], [5, 11], [0, 11]]
        written = [cell for row in lines.iter_rows(min_row=2) for cell in row]
        assert "=1+1 اتصلوا بي •••" in [cell.value for cell in written]
        assert {cell.data_type for cell in written} <= {"s", "d", "n"}  # and no formula
        status, page = await huda.see(SURVEYS)
        assert "رضا الموردين Q4" in page
        assert (await huda.see(f"{SURVEYS}/camp-1/results.csv"))[0] == 200
        assert (await huda.see(f"{SURVEYS}/camp-1"))[0] == 200
        assert (await huda.see(f"{SURVEYS}/camp-1/preview"))[0] == 200
        assert (await huda.see(f"{SURVEYS}/nothing"))[0] == 404
