"""``baddala report``: make the files of a report here and now, without the archive."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.bootstrap import new_id, now
from app.press import OwnProcess
from app.settings import Settings
from cases.department_store import DepartmentOffice
from cases.departments import DEPARTMENTS
from kernel.language import Language
from phrases.catalogue import Catalogue
from phrases.days import ZONE
from reports.archive import File, Order
from reports.composing import Composer
from reports.figures import Scope
from reports.names import Names
from reports.periods import Period, Rhythm
from reports.reading import Reader
from stores.database import engine_for
from stores.sql_board import SqlBoard
from stores.sql_department_store import SqlDepartmentStore
from stores.sql_report_figures import SqlReportFigures

BY = "cli"


def make_report(
    settings: Settings,
    rhythm: str,
    *,
    period: str | None,
    department: str | None,
    language: str | None,
    out: Path,
) -> int:
    """Write the files into a folder and print their names; return the exit code.

    Args:
        period: ``2026-10-05``, ``2026-W41``, ``2026-10`` or ``2026-Q4``; None: the last one over.
        department: the code of a unit; None: the whole.
    """
    how_often = Rhythm(rhythm)
    try:
        wanted = (
            Period.holding(how_often, now().astimezone(ZONE).date()).before()
            if period is None
            else Period.read(how_often, period)
        )
    except ValueError:
        print(f"--period: names no {rhythm} period: {period}", file=sys.stderr)
        return 2
    order = Order(
        id=new_id(),
        key=BY,
        period=wanted,
        scope=Scope(department),
        language=Language(language) if language else settings.default_language,
        asked_by=f"system:{BY}",
        asked_at=now(),
    )
    try:
        files = asyncio.run(_made(settings, order))
    except LookupError:
        print(f"--department: none of ours: {department}", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    for one in files:
        (out / one.name).write_bytes(one.data)
        print(out / one.name)
    return 0


async def _made(settings: Settings, order: Order) -> list[File]:
    engine = engine_for(settings.database)
    press = OwnProcess(settings.data_dir)
    try:
        board = SqlBoard(engine)
        units = SqlDepartmentStore(engine)
        await DepartmentOffice(units, DEPARTMENTS, needed=frozenset(), now=now).refresh()
        if order.scope.department is not None and order.scope.department not in DEPARTMENTS:
            raise LookupError(order.scope.department)
        reader = Reader(SqlReportFigures(engine), board, ZONE, now)
        figures = await reader.read(order.period, order.scope)
        names = Names(Catalogue.load(), order.language)
        return list(await press.files(Composer(figures, names, ZONE).report(), order))
    finally:
        press.rest()
        await engine.dispose()
