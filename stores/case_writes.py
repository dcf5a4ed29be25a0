"""Steps of transactions that open and save cases."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.errors import CaseChanged, CaseNotFound
from cases.model import Case, CaseEvent, CaseKind
from cases.ports import Change
from stores.attachment_cases import add_files
from stores.audit_tables import record
from stores.case_rows import case_from, case_values, event_values
from stores.case_tables import CaseEventRow, CaseRow, CaseSequenceRow
from stores.notice_writes import keep_notice
from stores.search_writes import read_unread

CASES = cast(sa.Table, CaseRow.__table__)
EVENTS = cast(sa.Table, CaseEventRow.__table__)
SUBJECT = "case"


async def next_in_sequence(connection: AsyncConnection, year: int) -> int:
    """Count up the numbers of a year; its row is locked until the end of the transaction."""
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    counted = await connection.execute(
        upsert(CaseSequenceRow)
        .values(year=year, last=1)
        .on_conflict_do_update(
            index_elements=[CaseSequenceRow.year], set_={"last": CaseSequenceRow.last + 1}
        )
        .returning(CaseSequenceRow.last)
    )
    return int(counted.scalar_one())


async def open_case(connection: AsyncConnection, change: Change) -> Case:
    """Keep a new case with its event and its audit row."""
    await keep_event(connection, change.event)
    await connection.execute(sa.insert(CASES).values(case_values(change.case)))
    await keep_notice(connection, change)
    await read_unread(connection)
    return change.case


async def save_case(connection: AsyncConnection, change: Change) -> Case:
    """Replace a case, once per message; raises CaseNotFound or CaseChanged."""
    number, version = change.case.number, change.case.version
    stored = await connection.scalar(
        sa.select(CASES.c.version).where(CASES.c.number == number).with_for_update()
    )
    if stored is None:
        raise CaseNotFound(number=number)
    if await happened(connection, change.event):
        return await case_of(connection, number)
    if stored != version:
        raise CaseChanged(number=number)
    saved = replace(change.case, version=version + 1)
    await keep_event(connection, change.event)
    await connection.execute(
        sa.update(CASES).where(CASES.c.number == number).values(case_values(saved))
    )
    await keep_notice(connection, change)
    await add_files(connection, number, change.event.caused_by)
    await read_unread(connection)
    return saved


async def keep_event(connection: AsyncConnection, event: CaseEvent) -> None:
    """Add the audit row, then the event that needs it, before the case that needs both."""
    audit_id = await record(
        connection,
        at=event.at,
        actor=event.actor,
        action=f"case_{event.kind}",
        subject_kind=SUBJECT,
        subject_id=event.case_number,
        before=event.before,
        after=event.after,
    )
    values = event_values(event) | {"audit_id": audit_id}
    await connection.execute(sa.insert(EVENTS).values(values))


async def happened(connection: AsyncConnection, event: CaseEvent) -> bool:
    """Whether the message that causes this event has made one of this case before."""
    if event.caused_by is None:
        return False
    same = sa.and_(EVENTS.c.case_number == event.case_number, EVENTS.c.caused_by == event.caused_by)
    return bool(await connection.scalar(sa.select(sa.exists().where(same))))


async def case_of(connection: AsyncConnection, number: str) -> Case:
    """Return a case; raises CaseNotFound."""
    rows = await connection.execute(sa.select(CASES).where(CASES.c.number == number))
    row = rows.mappings().one_or_none()
    if row is None:
        raise CaseNotFound(number=number)
    return case_from(row)


async def caused(connection: AsyncConnection, caused_by: str, kind: CaseKind) -> Case | None:
    """Return the case that a message opened, if it did."""
    rows = await connection.execute(
        sa.select(CASES).where(CASES.c.caused_by == caused_by, CASES.c.kind == kind.value)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else case_from(row)
