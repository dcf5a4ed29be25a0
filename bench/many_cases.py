"""Make many cases out of the demonstration's, inside the database: each with all its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.demo_wiring import furnish
from cases.history import CaseHistory
from cases.number import format_number
from stores.audit_tables import AuditRow
from stores.case_tables import CaseSequenceRow
from stores.case_writes import CASES, EVENTS

AUDIT = cast(sa.Table, AuditRow.__table__)
PLAYED = 1500
UNFINISHED_SHARE = 0.2
"""More than there ever should be: managers ask when much is left lying."""

TWINS = sa.table(
    "twin", sa.column("number", sa.String), sa.column("of", sa.String), sa.column("round")
)
AT_ONCE = 5000


async def fill(engine: AsyncEngine, count: int) -> int:
    """Keep ``count`` cases in an empty, migrated database; return how many are unfinished."""
    until = datetime.now(UTC)
    made = await furnish(engine, size=min(PLAYED, count // 2), until=until)
    unfinished = [one for one in made.histories if not one.case.finished]
    finished = [one for one in made.histories if one.case.finished]
    wanted = max(0, round(count * UNFINISHED_SHARE) - len(unfinished))
    rest = count - len(made.histories) - wanted
    twins = [
        *_twins(unfinished, wanted, until.year, 0),
        *_twins(finished, rest, until.year, wanted),
    ]
    async with engine.begin() as connection:
        await connection.execute(
            sa.text("CREATE TEMPORARY TABLE twin (number TEXT, of TEXT, round INT)")
        )
        for first in range(0, len(twins), AT_ONCE):
            await connection.execute(sa.insert(TWINS), twins[first : first + AT_ONCE])
        await _multiply(connection)
        highest = {"last": len(made.histories) + len(twins)}
        await connection.execute(
            sa.update(CaseSequenceRow).where(CaseSequenceRow.year == until.year).values(highest)
        )
        await connection.execute(sa.text("DROP TABLE twin"))
    await _settle(engine)
    return len(unfinished) + wanted


def _twins(
    histories: Sequence[CaseHistory], count: int, year: int, after: int
) -> Iterator[dict[str, Any]]:
    """Yield numbers for ``count`` more cases, and which case each is like."""
    for n, one in enumerate(islice(cycle(histories), count)):
        yield {
            "number": format_number(year, PLAYED + 1 + after + n),
            "of": one.case.number,
            "round": n // len(histories) + 1,
        }


async def _multiply(connection: AsyncConnection) -> None:
    """Copy audit rows, events and cases for each twin; each round has its own ids in the audit."""
    span = int(await connection.scalar(sa.select(sa.func.max(AUDIT.c.id))) or 0)
    number, shift = TWINS.c.number, TWINS.c.round * span
    own: tuple[tuple[sa.Table, str, dict[str, Any]], ...] = (
        (AUDIT, "subject_id", {"id": AUDIT.c.id + shift, "subject_id": number}),
        (EVENTS, "case_number", {"case_number": number, "audit_id": EVENTS.c.audit_id + shift}),
        (
            CASES,
            "number",
            {
                "number": number,
                "caused_by": CASES.c.caused_by + "-" + number,
                "merged_into": sa.null(),
                "related": sa.null(),
            },
        ),
    )
    for table, of, changed in own:
        rows = sa.select(*(changed.get(column.name, column) for column in table.c))
        rows = rows.join_from(TWINS, table, table.c[of] == TWINS.c.of)
        await connection.execute(sa.insert(table).from_select([c.name for c in table.c], rows))


async def _settle(engine: AsyncEngine) -> None:
    """Let PostgreSQL's planner know what is there, as it finds out by itself in time."""
    if engine.dialect.name != "postgresql":
        return
    counted = "SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT max(id) FROM audit))"
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(sa.text(counted))
        await connection.execute(sa.text("VACUUM ANALYZE"))
