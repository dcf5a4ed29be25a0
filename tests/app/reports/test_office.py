"""Each report is made once and reaches each recipient once, whatever stops in between."""

from __future__ import annotations

import asyncio
import io
import itertools
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.model import Account, Role
from app.press import OwnProcess
from cases.calendar import WorkingCalendar
from kernel.language import Language
from mail.outbox import MailOutbox
from mail.smtp import SmtpCarrier, SmtpServer
from phrases.catalogue import Catalogue
from reports.archive import File, Format, Order, State, file_name
from reports.figures import Figures, Scope
from reports.office import HELD_FOR, MOST_ATTEMPTS, PAUSE, ReportOffice, Surroundings
from reports.periods import Period, Rhythm
from reports.reading import Reader
from reports.tables import Report
from stores.database import engine_for
from stores.sql_account_store import SqlAccountStore
from stores.sql_board import SqlBoard
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_mail_store import SqlMailStore
from stores.sql_report_archive import REPORTS, SqlReportArchive
from stores.sql_report_figures import SqlReportFigures
from tests.app.mail.mail_server import MailServer, mail_server
from tests.app.reports.conftest import figures
from tests.contracts.case_store import opening

DUBAI = ZoneInfo("Asia/Dubai")
MORNING = datetime(2026, 11, 2, 4, tzinfo=UTC)
PEOPLE = {"huda": ("ar", ""), "salem": ("en", "DPS"), "noura": ("ar", "DPS REV")}


ORDER = Order(
    id="r-1",
    key="asked:r-1",
    period=Period.read(Rhythm.MONTHLY, "2026-10"),
    scope=Scope("DPS"),
    language=Language.AR,
    asked_by="agent:huda",
    asked_at=datetime(2026, 11, 20, 4, tzinfo=UTC),  # nothing is due by itself then
)


class Clock:
    at = MORNING

    def __call__(self) -> datetime:
        return self.at


class QuickPress:
    """Prints a word instead of a page; ``broken`` says how often it cannot."""

    def __init__(self, broken: int = 0) -> None:
        self.printed: list[str] = []
        self.broken = broken

    async def files(self, report: Report, order: Order) -> Sequence[File]:
        await asyncio.sleep(0)
        if self.broken:
            self.broken -= 1
            raise RuntimeError("no paper")
        self.printed.append(order.key)
        return [File(one, file_name(order, one), report.title.encode()) for one in Format]

    def rest(self) -> None:
        pass


class KnownFigures:
    """Reads what it always reads."""

    zone = DUBAI

    async def read(self, period: Period, scope: Scope) -> Figures:
        return replace(figures(scope.department), period=period)


class DiesIn(SqlReportArchive):
    """An archive whose process dies in a step: before it, or when it is done but not told."""

    def __init__(self, engine: AsyncEngine, step: str, *, done: bool) -> None:
        super().__init__(engine)
        self._step, self._done = step, done

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or name != self._step:
            return found

        async def dies(*args: Any, **more: Any) -> Any:
            if self._done:
                await found(*args, **more)
            raise SystemError("killed")

        return dies


@pytest.fixture
async def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    path = shutil.copy(migrated_sqlite, tmp_path / "house.sqlite")
    engine = engine_for(f"sqlite+aiosqlite:///{path}")
    yield engine
    await engine.dispose()


async def hire(engine: AsyncEngine) -> None:
    for name, (language, departments) in PEOPLE.items():
        account = Account(
            id=name,
            email=f"{name}@finance.example",
            name_ar="نورة",
            name_en=name,
            roles=frozenset({Role.MANAGER}),
            departments=frozenset(departments.split()),
            language=Language(language),
        )
        await SqlAccountStore(engine).add(
            account, password_hash=None, actor="system:test", at=MORNING
        )


def outbox_of(engine: AsyncEngine, server: MailServer, clock: Clock) -> MailOutbox:
    told = SmtpServer(
        host="127.0.0.1", port=server.port, sender="baddala@finance.example", tls="none"
    )
    count = itertools.count()
    return MailOutbox(
        SqlMailStore(engine),
        SmtpCarrier(told),
        sender="baddala@finance.example",
        sender_name="دائرة المالية",
        now=clock,
        new_id=lambda: f"mail-{id(told)}-{next(count)}"[:36],
    )


def office(
    engine: AsyncEngine,
    server: MailServer,
    clock: Clock,
    press: Any,
    archive: SqlReportArchive | None = None,
    reader: Any = None,
) -> ReportOffice:
    count = itertools.count()
    outbox = outbox_of(engine, server, clock)
    return ReportOffice(
        archive or SqlReportArchive(engine),
        reader or KnownFigures(),
        press,
        Surroundings(
            accounts=SqlAccountStore(engine),
            outbox=outbox,
            calendar=WorkingCalendar.load(),
            phrases=Catalogue.load(),
            default_language=Language.AR,
            desk_url="https://chat.finance.example",
            now=clock,
            new_id=lambda: f"r-{id(outbox)}-{next(count)}"[:36],
        ),
    )


async def finish(one: ReportOffice) -> None:
    while await one.turn():
        pass


EXPECTED = sorted(
    [
        *("huda@finance.example",) * 2,  # the month and the week of the whole
        *("salem@finance.example",) * 2,
        *("noura@finance.example",) * 4,  # of each of two units
    ]
)
MADE = {
    f"{period}:{scope}"
    for period in ("monthly:2026-10", "weekly:2026-W44")
    for scope in ("all:ar", "DPS:en", "DPS:ar", "REV:ar")
}


async def came_once(engine: AsyncEngine, server: MailServer, clock: Clock) -> None:
    await outbox_of(engine, server, clock).send_due()
    assert sorted(one for one, _ in server.came) == EXPECTED
    told = [(one, message["Subject"]) for one, message in server.came]
    assert len(set(told)) == len(told)


async def test_two_processes_make_and_send_each_report_once(engine: AsyncEngine) -> None:
    await hire(engine)
    clock, presses = Clock(), (QuickPress(), QuickPress())
    async with mail_server() as server:
        both = [office(engine, server, clock, press) for press in presses]
        await asyncio.gather(*(finish(one) for one in both))
        await asyncio.gather(*(finish(one) for one in both))
        printed = presses[0].printed + presses[1].printed
        assert sorted(printed) == sorted(MADE)
        await came_once(engine, server, clock)
        clock.at += timedelta(hours=2)
        await asyncio.gather(*(finish(one) for one in both))
        await came_once(engine, server, clock)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["want", "claim", "keep", "told", "open"])
async def test_a_process_that_dies_in_any_step_loses_and_doubles_nothing(
    on_sqlite: AsyncEngine, step: str, done: bool
) -> None:
    engine = on_sqlite
    await hire(engine)
    clock = Clock()
    async with mail_server() as server:
        dying = office(engine, server, clock, QuickPress(), DiesIn(engine, step, done=done))
        with pytest.raises(SystemError):
            await finish(dying)
        clock.at += HELD_FOR
        await finish(office(engine, server, clock, QuickPress()))
        async with engine.connect() as connection:
            rows = (await connection.execute(sa.select(REPORTS.c.key, REPORTS.c.state))).all()
        assert {key for key, _ in rows} == MADE
        assert {state for _, state in rows} == {State.MADE.value}
        await came_once(engine, server, clock)


async def test_who_changes_the_language_gets_no_second_report(engine: AsyncEngine) -> None:
    await hire(engine)
    clock = Clock()
    async with mail_server() as server:
        await finish(office(engine, server, clock, QuickPress()))
        store = SqlAccountStore(engine)
        huda = await store.get("huda")
        await store.change(replace(huda, language=Language.EN), actor="system:test", at=MORNING)
        clock.at += timedelta(minutes=5)
        await finish(office(engine, server, clock, QuickPress()))
        await came_once(engine, server, clock)


async def test_what_cannot_be_made_is_tried_again_and_then_given_up(
    on_sqlite: AsyncEngine,
) -> None:
    engine, clock = on_sqlite, Clock()
    clock.at = ORDER.asked_at
    archive = SqlReportArchive(engine)
    await archive.want(ORDER)
    async with mail_server() as server:
        press = QuickPress(broken=MOST_ATTEMPTS)
        room = office(engine, server, clock, press, archive)
        await finish(room)
        kept = await archive.get("r-1")
        assert kept is not None
        assert (kept.state, kept.why) == (State.WANTED, "RuntimeError: no paper")
        for _ in range(MOST_ATTEMPTS):
            clock.at += PAUSE
            await finish(room)
        kept = await archive.get("r-1")
        assert kept is not None
        assert kept.state is State.FAILED
        assert press.printed == []


async def test_the_report_arrives_with_both_files_to_be_read(
    on_sqlite: AsyncEngine, tmp_path: Path
) -> None:
    engine, clock = on_sqlite, Clock()
    clock.at = ORDER.asked_at
    await hire(engine)
    store, opened = SqlCaseJoins(engine), datetime(2026, 10, 20, 8, tzinfo=UTC)
    for n in range(5):
        await store.open(2026, opening(opened_at=opened + timedelta(hours=n), caused_by=f"m-{n}"))
    press = OwnProcess(tmp_path)
    async with mail_server() as server:
        reader = Reader(SqlReportFigures(engine), SqlBoard(engine), DUBAI, clock)
        room = office(engine, server, clock, press, reader=reader)
        await room.archive.want(replace(ORDER, scope=Scope()), for_account="huda")
        await room.make_one()
        press.rest()
        await room.tell()
        await outbox_of(engine, server, clock).send_due()
    [(recipient, message)] = server.came
    assert recipient == "huda@finance.example"
    assert message["Subject"] == "التقرير الشهري: أكتوبر 2026، الدائرة كلها"
    files = {one.get_filename(): one.get_content() for one in message.iter_attachments()}
    assert set(files) == {
        "baddala-monthly-2026-10-all-ar.pdf",
        "baddala-monthly-2026-10-all-ar.xlsx",
    }
    pdf = PdfReader(io.BytesIO(files["baddala-monthly-2026-10-all-ar.pdf"]))
    assert "DF-" not in pdf.pages[0].extract_text()
    book = load_workbook(io.BytesIO(files["baddala-monthly-2026-10-all-ar.xlsx"]))
    measures = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert measures["الواردة"] == 5
