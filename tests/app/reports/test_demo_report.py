"""The monthly report of the demonstration: made, mailed, and its numbers those of the database."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.ext.asyncio import AsyncEngine

from app.demo_wiring import furnish
from app.press import OwnProcess
from kernel.language import Language
from reports.archive import Order
from reports.figures import Scope
from reports.periods import Period, Rhythm
from reports.reading import Reader
from stores.case_writes import CASES
from stores.sql_account_store import SqlAccountStore
from stores.sql_board import SqlBoard
from stores.sql_report_figures import SqlReportFigures
from tests.app.mail.mail_server import mail_server
from tests.app.reports.conftest import PHRASES
from tests.app.reports.test_office import DUBAI, Clock, office, on_sqlite, outbox_of

__all__ = ["on_sqlite"]

UNTIL = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
OCTOBER = Period.read(Rhythm.MONTHLY, "2026-10")
GROUPS = [f"report_section_{one}" for one in ("department", "kind", "channel", "segment")]
SHORT, LONG = 240, 3000


async def test_it_arrives_in_both_languages_and_adds_up(
    on_sqlite: AsyncEngine, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """With ``--long`` of the demonstration at its full size."""
    engine, clock = on_sqlite, Clock()
    size = LONG if pytestconfig.getoption("--long") else SHORT
    await furnish(engine, size=size, until=UNTIL)
    clock.at = UNTIL
    readers = [one for one in await SqlAccountStore(engine).list() if not one.departments][:2]
    press = OwnProcess(tmp_path)
    async with mail_server() as server:
        reader = Reader(SqlReportFigures(engine), SqlBoard(engine), DUBAI, clock)
        room = office(engine, server, clock, press, reader=reader)
        for language, account in zip(Language, readers, strict=True):
            order = Order(
                id=f"demo-{language.value}",
                key=f"demo:{language.value}",
                period=OCTOBER,
                scope=Scope(None),
                language=language,
                asked_by="agent:huda",
                asked_at=clock(),
            )
            await room.archive.want(order, for_account=account.id)
            assert await room.make_one()
        press.rest()
        await room.tell()
        await outbox_of(engine, server, clock).send_due()
    span = OCTOBER.span(DUBAI)
    async with engine.connect() as connection:
        came = await connection.scalar(
            sa.select(sa.func.count()).where(
                CASES.c.opened_at >= span.since, CASES.c.opened_at < span.until
            )
        )
    came_to = dict(server.came)
    assert len(server.came) == len(came_to) == len(readers)
    for language, account in zip(Language, readers, strict=True):
        message = came_to[account.email]
        files = {one.get_filename(): one.get_content() for one in message.iter_attachments()}
        name = f"baddala-monthly-2026-10-all-{language.value}"
        assert set(files) == {f"{name}.pdf", f"{name}.xlsx"}
        pdf = PdfReader(io.BytesIO(files[f"{name}.pdf"]))
        assert len(pdf.pages) >= 5
        assert str(came) in pdf.pages[0].extract_text()
        book = load_workbook(io.BytesIO(files[f"{name}.xlsx"]))
        for sheet in book.worksheets:
            assert bool(sheet.sheet_view.rightToLeft) == (language is Language.AR)
        for group in GROUPS:
            title = PHRASES.say(group, language)
            _, *rows, total = book[title].iter_rows(values_only=True)
            for column in (1, 2, 4, 5):
                assert sum(row[column] for row in rows) == total[column], (group, column)
            assert total[1] == came
