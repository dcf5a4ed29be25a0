"""Reports at the desk: ordered, kept, taken, and never of another's units."""

import asyncio
import re
from datetime import UTC, datetime

from accounts.audit import AuditQuery
from accounts.model import Role
from reports.archive import Format, State
from reports.metrics import Measure
from stores.database import engine_for
from stores.sql_audit_log import SqlAuditLog
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running

ORDER = {"rhythm": "monthly", "day": "2026-10-05", "scope": "all", "language": "ar"}
_FILE = re.compile(r'href="(/desk/reports/[^"/]+/(?:pdf|xlsx|csv))"')


async def made(running: Running, staff: Staff) -> list[str]:
    """Wait for the worker, and return the addresses of the files."""
    for _ in range(2400):
        status, page = await staff.see("/desk/reports/list")
        assert status == 200
        if "hx-trigger" not in page and _FILE.search(page):
            return _FILE.findall(page)
        await asyncio.sleep(0.1)
    raise AssertionError("the report was not made")


async def test_a_report_is_ordered_made_and_taken_and_the_audit_knows(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        status, page = await staff.see("/desk/reports")
        assert status == 200
        assert 'href="/desk/reports"' in page, "in the rail"
        assert (await staff.send("/desk/reports", ORDER))[0] == 303
        links = await made(running, staff)
        assert {one.rpartition("/")[2] for one in links} == set(Format)
        async with staff.http.get(links[0]) as answer:
            body = await answer.read()
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert body.startswith(b"%PDF-")
        _, page = await staff.see("/desk/reports/list")
        assert "PDF</bdi></div>" in page, "who took it stands beside it"
        assert "كيلوبايت" in page
        engine = engine_for(running.house.settings.database)
        log = SqlAuditLog(engine)
        report = links[0].split("/")[3]
        told = {(one.action, one.actor) for one in await log.read(AuditQuery(subject=report))}
        await engine.dispose()
        assert {action for action, _ in told} == {"report_ordered", "report_downloaded"}
        assert ("report_downloaded", "agent:huda") in told  # the schedule may have ordered it too
    async with at_the_desk(running, "salem", Role.MANAGER, departments="ACC") as staff:
        _, page = await staff.see("/desk/reports")
        assert report not in page
        assert 'value="all"' not in page
        for link in links:
            assert (await staff.see(link))[0] == 404
        for scope, status in (("all", 403), ("DPS", 403), ("NONE", 400), ("ACC", 303)):
            assert (await staff.send("/desk/reports", ORDER | {"scope": scope}))[0] == status
    async with at_the_desk(running, "omar", Role.AGENT) as staff:
        for path in ("", "/list", "/measures", f"/{report}/pdf"):
            assert (await staff.see(f"/desk/reports{path}"))[0] == 403


async def test_orders_that_mean_nothing_are_refused(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        await staff.see("/desk/reports")
        for wrong in ({"rhythm": "hourly"}, {"day": "x"}, {"language": "fr"}, {"scope": ""}):
            assert (await staff.send("/desk/reports", ORDER | wrong))[0] == 400
        tomorrow = str(datetime.now(UTC).date().replace(year=datetime.now(UTC).year + 1))
        for day in (tomorrow, "1999-01-01"):
            status, page = await staff.send("/desk/reports", ORDER | {"day": day})
            assert status == 422
            assert 'role="alert"' in page
        for path in ("nothing/pdf", "nothing/exe", "%00/pdf"):
            assert (await staff.see(f"/desk/reports/{path}"))[0] == 404


async def test_people_choose_what_they_get(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        _, page = await staff.see("/desk/reports")
        assert re.findall(r'value="(\w+)" checked', page)[-3:] == ["weekly", "monthly", "quarterly"]
        assert (await staff.send("/desk/reports/wishes", {"rhythm": "daily"}))[0] == 303
        _, page = await staff.see("/desk/reports")
        boxes = page.partition("/desk/reports/wishes")[2]
        assert re.findall(r'value="(\w+)" checked', boxes) == ["daily"]
    archive = running.house.back_office.reports.office.archive
    wishes = (await archive.wishes())["huda"]
    assert [rhythm.value for rhythm, wanted in wishes.items() if wanted] == ["daily"]
    assert State.WANTED.value == "wanted"


async def test_the_dictionary_has_every_measure(running: Running) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        status, page = await staff.see("/desk/reports/measures")
        assert status == 200
        for one in Measure:
            assert f'id="{one.value}"' in page
