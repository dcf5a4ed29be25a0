"""Reports whose period is over go with their files; what is wanted or younger stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.language import Language
from privacy.model import FEWEST_DAYS, USUAL_DAYS, Kind
from reports.archive import File, Format, Order, file_name
from reports.figures import Scope
from reports.periods import Period, Rhythm
from reports.schedule import CATCH_UP
from stores.sql_report_archive import FILES, RECIPIENTS, SqlReportArchive
from stores.sql_retention import SqlRetention

ASKED = datetime(2026, 3, 2, 4, tzinfo=UTC)
TITLE = "التقرير الشهري INV-20931"


def order(name: str, *, asked_at: datetime) -> Order:
    return Order(
        id=name,
        key=f"monthly:{name}",
        period=Period.holding(Rhythm.MONTHLY, asked_at.date() - timedelta(days=10)),
        scope=Scope("DPS"),
        language=Language.AR,
        asked_by="system:schedule",
        asked_at=asked_at,
    )


async def made(archive: SqlReportArchive, wanted: Order) -> None:
    await archive.want(wanted, for_account="huda")
    files = [File(one, file_name(wanted, one), TITLE.encode()) for one in Format]
    assert await archive.keep(wanted.id, files, at=wanted.asked_at)


async def test_reports_that_are_over_go_with_their_files(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    archive, retention = SqlReportArchive(engine), SqlRetention(engine, tmp_path)
    later = ASKED + timedelta(days=40)
    for name, at in (("over", ASKED), ("young", later)):
        await made(archive, order(name, asked_at=at))
    await archive.want(order("wanted", asked_at=ASKED - timedelta(days=31)), for_account="huda")
    cutoff = ASKED + timedelta(days=1)
    assert await retention.count(Kind.REPORTS, cutoff) == 1
    assert await retention.take_away(Kind.REPORTS, cutoff, limit=10, at=later) == 1
    assert [one.order.id for one in await archive.list(None, limit=9)] == ["young", "wanted"]
    assert await archive.open("over", Format.PDF) is None
    assert (await archive.open("young", Format.PDF)) is not None
    async with engine.connect() as connection:
        for table in (FILES, RECIPIENTS):
            left = set(await connection.scalars(sa.select(table.c.report_id)))
            assert "over" not in left
            assert "young" in left
    assert await retention.take_away(Kind.REPORTS, cutoff, limit=10, at=later) == 0


def test_a_report_that_went_is_never_due_again_by_itself() -> None:
    shortest = timedelta(days=FEWEST_DAYS[Kind.REPORTS])
    assert shortest > CATCH_UP + timedelta(days=14)
    assert (USUAL_DAYS[Kind.REPORTS] or 0) >= FEWEST_DAYS[Kind.REPORTS]
