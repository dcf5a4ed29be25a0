"""Managers' screens: the same number on the screen, in the list and in the file; own units only."""

import csv
import io
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.model import Role
from cases.board import Age, ClockState
from cases.departments import DEPARTMENTS
from cases.model import CaseKind, CaseState, Due, Priority, Segment
from cases.number import format_number
from cases.timeline import moved, opened
from kernel.language import Language
from stores.database import engine_for
from stores.sql_case_store import SqlCaseStore
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running
from tests.contracts.case_store import AGENT, a_case

UNITS = ("DPS", "ACC", "REV", "MIL")
CHANNELS = ("webchat", "whatsapp", "phone")
_TOTAL = re.compile(r'data-total="(\d+)"')


async def a_city(running: Running, many: int) -> None:
    """Keep ``many`` cases of all sorts, a tenth of them finished."""
    chance = random.Random(7)
    engine = engine_for(running.house.settings.database)
    store = SqlCaseStore(engine)
    now = datetime.now(UTC)
    for n in range(many):
        at = now - timedelta(days=chance.choice((0, 0, 1, 2, 5, 9, 20, 40)), minutes=n)
        due = None if n % 9 == 0 else at + timedelta(days=chance.choice((1, 3, 10, 30)))
        case = a_case(
            format_number(at.year, n + 1),
            kind=chance.choice(list(CaseKind)),
            department=chance.choice(UNITS),
            channel=chance.choice(CHANNELS),
            segment=chance.choice([None, *Segment]),
            priority=chance.choice(list(Priority)),
            language=chance.choice(list(Language)),
            confidential=n % 17 == 0,
            text=f"=1+1 شكوى رقم {n}",
            opened_at=at,
            clocks=Due(resolve_due_at=due),
            caused_by=f"m-{n}",
        )
        stored = await store.open(
            at.year,
            lambda sequence, one=case: opened(  # type: ignore[misc]
                replace(one, number=format_number(one.opened_at.year, sequence)),
                actor="person:p-7",
                why={},
            ),
        )
        if n % 10 == 0:
            stored = await store.save(moved(stored, CaseState.OPEN, at=at, actor=AGENT))
            await store.save(moved(stored, CaseState.RESOLVED, at=now, actor=AGENT))
    await engine.dispose()


async def rows(staff: Staff, query: str) -> list[list[str]]:
    status, text = await staff.see(f"/desk/oversight/cases.csv?{query}")
    assert status == 200
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


async def in_the_workbook(staff: Staff, query: str) -> tuple[int, int]:
    """Return the sum of the table of counts, and how many cases are listed."""
    async with staff.http.get(f"/desk/oversight/cases.xlsx?{query}") as answer:
        assert answer.status == 200
        book = load_workbook(io.BytesIO(await answer.read()))
    counts, cases = book.worksheets[-2:]
    listed = list(cases.iter_rows(min_row=2))
    assert all(row[5].is_date for row in listed)
    total = counts.cell(counts.max_row, counts.max_column).value
    assert isinstance(total, int)
    return total, len(listed)


async def on_paper(staff: Staff, query: str) -> int:
    """Return the last number of the last line of the table of counts in the PDF."""
    async with staff.http.get(f"/desk/oversight/cases.pdf?{query}") as answer:
        assert answer.status == 200
        first = PdfReader(io.BytesIO(await answer.read())).pages[0].extract_text()
    head = re.search(r"المجموع: ?(\d+)|(\d+) ?:المجموع", first)
    assert head is not None, first
    return int(head[1] or head[2])


async def number(staff: Staff, query: str, page: str = "/desk/oversight/live") -> int:
    status, text = await staff.see(f"{page}?{query}")
    assert status == 200
    found = _TOTAL.search(text)
    assert found is not None
    return int(found.group(1))


async def test_for_any_filter_screen_list_and_files_tell_the_same_number(
    running: Running, pytestconfig: pytest.Config
) -> None:
    """With ``--long`` every filter is asked of the workbook, and every tenth on paper."""
    books, papers = (1, 10) if pytestconfig.getoption("--long") else (8, 90)
    await a_city(running, 240)
    chance = random.Random(20)
    choices = {
        "unit": (*UNITS, "NONE"),
        "kind": tuple(CaseKind),
        "channel": CHANNELS,
        "clock": tuple(ClockState),
        "age": tuple(Age),
        "segment": (*Segment, "none"),
        "priority": tuple(Priority),
    }
    seen = set()
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        for checked in range(200):
            names = chance.sample(sorted(choices), chance.choice((0, 1, 1, 2, 3)))
            query = "&".join(
                f"{name}={value}"
                for name in names
                for value in chance.sample(choices[name], chance.choice((1, 2)))
            ).replace("+", "%2B")
            shown = await number(staff, query)
            head, *body = await rows(staff, query)
            assert len(body) == shown, query
            assert head[0] == "رقم الطلب"
            if checked % books == 0:
                assert await in_the_workbook(staff, query) == (shown, shown), query
            if checked % papers == papers - 1:
                assert await on_paper(staff, query) == shown, query
            if chance.random() < 0.2:
                assert await number(staff, query, "/desk/oversight/cases") == shown
            seen.add(shown)
    assert len(seen) > 30, "the filters differ"
    assert 0 in seen


async def test_the_parts_of_a_table_add_up_and_lead_to_their_cases(running: Running) -> None:
    await a_city(running, 60)
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        total = await number(staff, "")
        assert sum([await number(staff, f"clock={one.value}") for one in ClockState]) == total
        ages = [one.value.replace("+", "%2B") for one in Age]
        assert sum([await number(staff, f"age={one}") for one in ages]) == total
        status, page = await staff.see("/desk/oversight")
        assert status == 200
        [first, *_] = re.findall(r'href="(/desk/oversight/cases\?[^"]*age=[^"]*clock=[^"]*)"', page)
        status, listed = await staff.see(first.replace("&amp;", "&"))
        assert status == 200
        [case, *_] = re.findall(r'href="(/desk/cases/DF-[^"]*)"', listed)
        status, _ = await staff.see(case)
        assert status == 200, "two clicks from the screen to the case"


async def test_managers_see_their_own_units_only(running: Running) -> None:
    await a_city(running, 60)
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        everywhere = await number(staff, "")
        by_unit = [await number(staff, f"unit={one}") for one in UNITS]
        assert sum(by_unit) == everywhere
    async with at_the_desk(running, "salem", Role.MANAGER, departments="ACC") as staff:
        own = await number(staff, "")
        assert own >= by_unit[1], "their own confidential ones are theirs to see"
        for query in ("unit=DPS", "unit=DPS&unit=REV", "unit="):
            assert await number(staff, query) == own
        told = {row[3] for row in (await rows(staff, ""))[1:]}
        assert told == {DEPARTMENTS["ACC"].name(Language.AR)}
    async with at_the_desk(running, "omar", Role.AGENT) as staff:
        for path in ("", "/live", "/wall", "/wall/live", "/cases", "/cases.csv"):
            assert (await staff.see(f"/desk/oversight{path}"))[0] == 403


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=99999999999", "page=x", "age=31%2B&age=", "unit=%00", "owner=agent:nobody"],
)
async def test_no_address_breaks_the_screens(running: Running, query: str) -> None:
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        for path in ("", "/wall", "/cases", "/cases.csv"):
            assert (await staff.see(f"/desk/oversight{path}?{query}"))[0] == 200


async def test_what_people_wrote_stays_text(running: Running) -> None:
    engine = engine_for(running.house.settings.database)
    case = a_case(
        format_number(datetime.now(UTC).year, 1),
        opened_at=datetime.now(UTC),
        text="<script>alert('شكوى')</script>",
        channel='"><img src=x onerror=alert(1)>',
    )
    await SqlCaseStore(engine).open(
        case.opened_at.year, lambda _: opened(case, actor="person:p-7", why={})
    )
    await engine.dispose()
    async with at_the_desk(running, "huda", Role.MANAGER) as staff:
        for path in ("", "/wall", "/cases"):
            _, page = await staff.see(f"/desk/oversight{path}")
            assert "<script>alert" not in page
            assert "<img src=x" not in page
