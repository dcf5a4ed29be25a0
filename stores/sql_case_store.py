"""Cases in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.errors import CaseChanged, CaseNotFound
from cases.model import Case, CaseEvent, CaseKind
from cases.ports import CaseQuery, Change
from stores.attachment_cases import add_files, gather_files
from stores.audit_tables import record
from stores.case_rows import case_from, case_values, event_from, event_values
from stores.case_tables import CaseEventRow, CaseRow, CaseSequenceRow
from stores.database import reading

CASES = cast(sa.Table, CaseRow.__table__)
EVENTS = cast(sa.Table, CaseEventRow.__table__)
SUBJECT = "case"


class SqlCaseStore:
    """Writes in one transaction per call; the schema itself refuses a change without audit."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self, year: int, make: Callable[[int], Change]) -> Case:
        """Keep a new case, or return the one that the same message opened before.

        Taking a number locks the year's row until the end, so of two openings by the
        same message the second sees the first; its number is given back.
        """
        try:
            return await self._open(year, make)
        except IntegrityError:
            # Opened at the turn of a year: two sequences, hence no common lock.
            case = make(1).case
            before = await self.find_caused(case.caused_by, case.kind)
            if before is None:
                raise
            return before

    async def _open(self, year: int, make: Callable[[int], Change]) -> Case:
        async with self._engine.connect() as connection, connection.begin() as transaction:
            change = make(await self._next_in_sequence(connection, year))
            before = await _caused(connection, change.case.caused_by, change.case.kind)
            if before is not None:
                await transaction.rollback()
                return before
            await _keep_event(connection, change.event)
            await connection.execute(sa.insert(CASES).values(case_values(change.case)))
            case = change.case
            await gather_files(connection, case.number, case.conversation_id, case.opened_at)
            return case

    async def _next_in_sequence(self, connection: AsyncConnection, year: int) -> int:
        upsert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        counted = await connection.execute(
            upsert(CaseSequenceRow)
            .values(year=year, last=1)
            .on_conflict_do_update(
                index_elements=[CaseSequenceRow.year], set_={"last": CaseSequenceRow.last + 1}
            )
            .returning(CaseSequenceRow.last)
        )
        return int(counted.scalar_one())

    async def save(self, change: Change) -> Case:
        """Replace the case, once per message; raises CaseNotFound or CaseChanged."""
        number, version = change.case.number, change.case.version
        async with self._engine.begin() as connection:
            stored = await connection.scalar(
                sa.select(CASES.c.version).where(CASES.c.number == number).with_for_update()
            )
            if stored is None:
                raise CaseNotFound(number=number)
            if await _happened(connection, change.event):
                return await _case(connection, number)
            if stored != version:
                raise CaseChanged(number=number)
            saved = replace(change.case, version=version + 1)
            await _keep_event(connection, change.event)
            await connection.execute(
                sa.update(CASES).where(CASES.c.number == number).values(case_values(saved))
            )
            await add_files(connection, number, change.event.caused_by)
            return saved

    async def get(self, number: str) -> Case:
        """Return the case; raises CaseNotFound."""
        async with reading(self._engine) as connection:
            return await _case(connection, number)

    async def find_caused(self, caused_by: str, kind: CaseKind) -> Case | None:
        """Return the case that this message opened, if it did."""
        async with reading(self._engine) as connection:
            return await _caused(connection, caused_by, kind)

    async def cases_of(self, person_id: str, *, limit: int = 50) -> Sequence[Case]:
        """Return a person's cases, newest first."""
        newest = (CASES.c.opened_at.desc(), CASES.c.number.desc())
        wanted = sa.select(CASES).where(CASES.c.person_id == person_id).order_by(*newest)
        async with reading(self._engine) as connection:
            rows = await connection.execute(wanted.limit(limit))
            return [case_from(row) for row in rows.mappings()]

    async def list(self, query: CaseQuery) -> Sequence[Case]:
        """Return one page of cases; raises CaseNotFound for an unknown ``after``."""
        age = (CASES.c.opened_at, CASES.c.number)
        order = age if query.oldest_first else [column.desc() for column in age]
        wanted = sa.select(CASES).where(*_conditions(query)).order_by(*order).limit(query.limit)
        async with reading(self._engine) as connection:
            if query.after is not None:
                last = await _case(connection, query.after)
                wanted = wanted.where(_beyond(last, later=query.oldest_first))
            return [case_from(row) for row in (await connection.execute(wanted)).mappings()]

    async def count(self, query: CaseQuery) -> int:
        """Return how many cases there are, on all pages together."""
        wanted = sa.select(sa.func.count()).select_from(CASES).where(*_conditions(query))
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(wanted) or 0)

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first; raises CaseNotFound."""
        wanted = sa.select(EVENTS).where(EVENTS.c.case_number == number)
        async with reading(self._engine) as connection:
            await _case(connection, number)
            rows = await connection.execute(wanted.order_by(EVENTS.c.version))
            return [event_from(row) for row in rows.mappings()]


async def _keep_event(connection: AsyncConnection, event: CaseEvent) -> None:
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


async def _happened(connection: AsyncConnection, event: CaseEvent) -> bool:
    if event.caused_by is None:
        return False
    same = sa.and_(EVENTS.c.case_number == event.case_number, EVENTS.c.caused_by == event.caused_by)
    return bool(await connection.scalar(sa.select(sa.exists().where(same))))


async def _case(connection: AsyncConnection, number: str) -> Case:
    rows = await connection.execute(sa.select(CASES).where(CASES.c.number == number))
    row = rows.mappings().one_or_none()
    if row is None:
        raise CaseNotFound(number=number)
    return case_from(row)


async def _caused(connection: AsyncConnection, caused_by: str, kind: CaseKind) -> Case | None:
    rows = await connection.execute(
        sa.select(CASES).where(CASES.c.caused_by == caused_by, CASES.c.kind == kind.value)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else case_from(row)


def _conditions(query: CaseQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    chosen: list[tuple[sa.Column[Any], Sequence[str]]] = [
        (CASES.c.state, sorted(query.states)),
        (CASES.c.department, sorted(query.departments)),
        (CASES.c.kind, sorted(query.kinds)),
    ]
    conditions += [column.in_(values) for column, values in chosen if values]
    if query.due_before is not None:
        conditions.append(CASES.c.resolve_due_at < query.due_before)
    if not query.with_confidential:
        conditions.append(CASES.c.confidential.is_(False))
    return conditions


def _beyond(last: Case, *, later: bool) -> sa.ColumnElement[bool]:
    """Return the condition of standing behind ``last`` in the order of the list."""
    at, number = CASES.c.opened_at, CASES.c.number
    same = at == last.opened_at
    if later:
        return sa.or_(at > last.opened_at, sa.and_(same, number > last.number))
    return sa.or_(at < last.opened_at, sa.and_(same, number < last.number))
