"""Cases in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.model import Case, CaseEvent, CaseKind, CaseState
from cases.ports import CaseQuery, Change
from stores.attachment_cases import gather_files
from stores.case_rows import case_from, event_from
from stores.case_tables import NOT_CLOSED_ROWS, UNFINISHED_ROWS
from stores.case_writes import (
    CASES,
    EVENTS,
    case_of,
    caused,
    next_in_sequence,
    open_case,
    save_case,
)
from stores.database import reading

ANY_BUT_CLOSED = frozenset(CaseState) - {CaseState.CLOSED}


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
            change = make(await next_in_sequence(connection, year))
            before = await caused(connection, change.case.caused_by, change.case.kind)
            if before is not None:
                await transaction.rollback()
                return before
            case = await open_case(connection, change)
            await gather_files(connection, case.number, case.conversation_id, case.opened_at)
            return case

    async def save(self, change: Change) -> Case:
        """Replace the case, once per message; raises CaseNotFound or CaseChanged."""
        async with self._engine.begin() as connection:
            return await save_case(connection, change)

    async def get(self, number: str) -> Case:
        """Return the case; raises CaseNotFound."""
        async with reading(self._engine) as connection:
            return await case_of(connection, number)

    async def find_caused(self, caused_by: str, kind: CaseKind) -> Case | None:
        """Return the case that this message opened, if it did."""
        async with reading(self._engine) as connection:
            return await caused(connection, caused_by, kind)

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
                last = await case_of(connection, query.after)
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
            await case_of(connection, number)
            rows = await connection.execute(wanted.order_by(EVENTS.c.version))
            return [event_from(row) for row in rows.mappings()]


def _conditions(query: CaseQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    states = query.states
    if query.unfinished or (states and CaseState.CLOSED not in states):
        # told as the index tells it, so that pages are read from it in their order
        conditions.append(sa.literal_column(NOT_CLOSED_ROWS.text, sa.Boolean))
        if states == ANY_BUT_CLOSED:
            states = frozenset()
    chosen: list[tuple[sa.Column[Any], Sequence[str]]] = [
        (CASES.c.state, sorted(states)),
        (CASES.c.department, sorted(query.departments)),
        (CASES.c.kind, sorted(query.kinds)),
    ]
    conditions += [column.in_(values) for column, values in chosen if values]
    if query.unfinished:
        conditions.append(sa.literal_column(UNFINISHED_ROWS.text, sa.Boolean))
    if query.due_before is not None:
        due, still = CASES.c.resolve_due_at, CASES.c.paused_since
        conditions += [due < query.due_before, sa.or_(still.is_(None), due < still)]
    if not query.with_confidential:
        conditions.append(CASES.c.confidential.is_(False))
    return conditions


def _beyond(last: Case, *, later: bool) -> sa.ColumnElement[bool]:
    """Return the condition of standing behind ``last`` in the order of the list.

    Both columns are compared at once, so that the index is entered there, not walked to it.
    """
    here = sa.tuple_(CASES.c.opened_at, CASES.c.number)
    there = sa.tuple_(sa.literal(last.opened_at, CASES.c.opened_at.type), sa.literal(last.number))
    return here > there if later else here < there
