"""What reports count, over the tables of cases, ratings and conversations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.board import By
from cases.model import UNFINISHED, CaseKind, EventKind
from conversations.ratings import Face
from reports.figures import (
    GROUPS,
    REPEAT_DAYS,
    Faces,
    PeriodFigures,
    Scope,
    Slice,
    Talks,
)
from reports.periods import Span
from reports.shares import Share
from stores.case_writes import CASES
from stores.database import reading
from stores.floor_tables import SpellRow
from stores.rated_units import AFTER_CLOSING, RATED, UNIT
from stores.sql_board import COLUMNS
from stores.sql_flow import EVENTS, FINISHED, finished_in, received_in
from stores.sql_rating_store import RATINGS
from stores.sql_talk_figures import escalated_in, held_in

SPELLS = cast(sa.Table, SpellRow.__table__)
DAY_S = 86_400
TELLING = (CaseKind.COMPLAINT, CaseKind.SUGGESTION, CaseKind.CONSULTATION)
"""Kinds whose words have a subject; a wish to be called back has none."""

_ENDED = sa.func.coalesce(CASES.c.resolved_at, CASES.c.closed_at)
_Groups = dict[By, dict[str, Slice]]


class SqlReportFigures:
    """Reads only; a period's figures come from one snapshot, so that parts add up to the whole."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, span: Span, scope: Scope, *, at: datetime) -> PeriodFigures:
        """Return the figures of a span, all of one moment."""
        until = max(min(span.until, at), span.since)
        whose = _whose(scope)
        async with reading(self._engine) as connection:
            total, by = await _slices(connection, span.since, until, whose, at)
            ended, again, joined = await _turns(connection, span.since, until, whose)
            standing = await _standing(connection, until, whose)
            return PeriodFigures(
                total=total,
                by=by,
                standing_before=standing - total.received + ended - again,
                standing=standing,
                reopened=again,
                joined=joined,
                contact=await _contact(connection, span.since, until, whose),
                days=await _days(connection, span.since, until, whose),
                repeated=await _repeated(connection, span.since, until, whose),
                confidential=await _confidential(connection, span.since, until, whose),
                faces=await _faces(connection, span.since, until, scope),
                talks=await _talks(connection, span.since, until, scope),
            )

    async def said(self, span: Span, scope: Scope, *, limit: int) -> Sequence[str]:
        """Return what people wrote in the newest cases of a span."""
        found = (
            sa.select(CASES.c.text)
            .where(
                *received_in(span.since, span.until),
                *_whose(scope),
                CASES.c.confidential.is_(False),
                CASES.c.kind.in_(sorted(one.value for one in TELLING)),
            )
            .order_by(CASES.c.opened_at.desc(), CASES.c.number)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            return list(await connection.scalars(found))


def _whose(scope: Scope) -> list[sa.ColumnElement[bool]]:
    units = scope.departments
    return [CASES.c.department.in_(sorted(units))] if units else []


async def _slices(
    connection: AsyncConnection,
    since: datetime,
    until: datetime,
    whose: list[sa.ColumnElement[bool]],
    at: datetime,
) -> tuple[Slice, _Groups]:
    """Return what came, what went, and which promises were kept: as a whole and by group."""
    keys = [COLUMNS[by] for by in GROUPS]
    received = sa.select(*keys, sa.func.count()).where(*received_in(since, until), *whose)
    finished = (
        sa.select(*keys, sa.func.count())
        .select_from(EVENTS.join(CASES, CASES.c.number == EVENTS.c.case_number))
        .where(*finished_in(since, until), *whose)
    )
    due = CASES.c.resolve_due_at
    kept, missed = _held(due, _ended_until(at), at)
    promised = sa.select(*keys, _many(kept), _many(sa.or_(kept, missed))).where(
        due >= since, due < until, CASES.c.merged_into.is_(None), *whose
    )
    groups: _Groups = {by: {} for by in GROUPS}
    total = Slice()
    for found, make in ((received, _came), (finished, _went), (promised, _promised)):
        rows: Sequence[Any] = (await connection.execute(found.group_by(*keys))).all()
        total += _sorted_in(groups, ((row[: len(keys)], make(row)) for row in rows))
    return total, groups


def _came(row: Sequence[Any]) -> Slice:
    return Slice(received=row[-1])


def _went(row: Sequence[Any]) -> Slice:
    return Slice(finished=row[-1])


def _promised(row: Sequence[Any]) -> Slice:
    return Slice(resolve=Share(int(row[-2] or 0), int(row[-1] or 0)))


def _sorted_in(groups: _Groups, rows: Iterable[tuple[Sequence[Any], Slice]]) -> Slice:
    total = Slice()
    for names, one in rows:
        total += one
        for by, name in zip(GROUPS, names, strict=True):
            groups[by][name or ""] = groups[by].get(name or "", Slice()) + one
    return total


def _held(
    due: sa.ColumnElement[datetime], done: sa.ColumnElement[datetime], at: datetime
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Return when a promise was kept, and when it was missed; what stands still is neither."""
    still = CASES.c.paused_since
    kept = sa.and_(done.is_not(None), done <= due)
    open_late = sa.and_(done.is_(None), due < at, sa.or_(still.is_(None), due < still))
    return kept, sa.or_(sa.and_(done.is_not(None), done > due), open_late)


def _ended_until(at: datetime) -> sa.ColumnElement[datetime]:
    return sa.case((at >= _ENDED, _ENDED), else_=None)


def _many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


async def _turns(
    connection: AsyncConnection,
    since: datetime,
    until: datetime | None,
    whose: list[sa.ColumnElement[bool]],
) -> tuple[int, int, int]:
    """Return how often cases ended, how often they began anew, and how many went on in others."""
    before, after = (EVENTS.c[name]["state"].as_string() for name in ("before", "after"))
    ended = sa.and_(before.not_in(FINISHED), after.in_(FINISHED))
    again = sa.and_(before.in_(FINISHED), after.not_in(FINISHED))
    found = (
        sa.select(
            _many(ended),
            _many(again),
            _many(sa.and_(ended, EVENTS.c.kind == EventKind.MERGED.value)),
        )
        .select_from(EVENTS.join(CASES, CASES.c.number == EVENTS.c.case_number))
        .where(EVENTS.c.at >= since, *whose)
    )
    if until is not None:
        found = found.where(EVENTS.c.at < until)
    ends, begins, joins = (await connection.execute(found)).one()
    return int(ends or 0), int(begins or 0), int(joins or 0)


async def _standing(
    connection: AsyncConnection, until: datetime, whose: list[sa.ColumnElement[bool]]
) -> int:
    """Return how many were unfinished then: those of now, without all that came since."""
    unfinished = sorted(state.value for state in UNFINISHED)
    now = await _count(connection, [CASES.c.state.in_(unfinished), *whose])
    came = await _count(connection, [CASES.c.opened_at >= until, *whose])
    ended, again, _ = await _turns(connection, until, None, whose)
    return now - came + ended - again


async def _contact(
    connection: AsyncConnection,
    since: datetime,
    until: datetime,
    whose: list[sa.ColumnElement[bool]],
) -> Share:
    """Return how many heard from a person in time; who got the answer itself did."""
    due = CASES.c.contact_due_at
    spoken = sa.func.coalesce(CASES.c.contacted_at, CASES.c.resolved_at, CASES.c.closed_at)
    kept, missed = _held(due, sa.case((spoken <= until, spoken), else_=None), until)
    found = sa.select(_many(kept), _many(sa.or_(kept, missed))).where(
        due >= since, due < until, CASES.c.merged_into.is_(None), *whose
    )
    part, whole = (await connection.execute(found)).one()
    return Share(int(part or 0), int(whole or 0))


async def _days(
    connection: AsyncConnection,
    since: datetime,
    until: datetime,
    whose: list[sa.ColumnElement[bool]],
) -> Sequence[float]:
    found = sa.select(CASES.c.opened_at, CASES.c.resolved_at).where(
        CASES.c.resolved_at >= since, CASES.c.resolved_at < until, *whose
    )
    rows = (await connection.execute(found)).all()
    return [(resolved - opened).total_seconds() / DAY_S for opened, resolved in rows]


async def _repeated(
    connection: AsyncConnection,
    since: datetime,
    until: datetime,
    whose: list[sa.ColumnElement[bool]],
) -> Share:
    """Return how many complaints came from somebody who had complained shortly before."""
    complaints = [
        *received_in(since, until),
        CASES.c.kind == CaseKind.COMPLAINT.value,
        CASES.c.split_from.is_(None),
        *whose,
    ]
    first = CASES.alias("first")
    oldest = since - timedelta(days=REPEAT_DAYS)
    found = sa.select(CASES.c.opened_at, sa.func.max(first.c.opened_at)).select_from(
        CASES.outerjoin(
            first,
            sa.and_(
                first.c.person_id == CASES.c.person_id,
                first.c.kind == CaseKind.COMPLAINT.value,
                first.c.opened_at < CASES.c.opened_at,
                first.c.opened_at >= oldest,
            ),
        )
    )
    rows = (
        await connection.execute(
            found.where(*complaints).group_by(CASES.c.number, CASES.c.opened_at)
        )
    ).all()
    near = timedelta(days=REPEAT_DAYS)
    again = sum(last is not None and opened - last <= near for opened, last in rows)
    return Share(again, len(rows))


async def _confidential(
    connection: AsyncConnection,
    since: datetime,
    until: datetime,
    whose: list[sa.ColumnElement[bool]],
) -> int:
    hidden = [*received_in(since, until), CASES.c.confidential.is_(True), *whose]
    return await _count(connection, hidden)


async def _faces(
    connection: AsyncConnection, since: datetime, until: datetime, scope: Scope
) -> Faces:
    whose = [AFTER_CLOSING]
    if scope.departments:
        whose.append(UNIT.in_(sorted(scope.departments)))
    in_time = sa.and_(RATINGS.c.rated_at >= since, RATINGS.c.rated_at < until)
    told = (
        sa.select(RATINGS.c.face, sa.func.count())
        .select_from(RATED)
        .where(in_time, *whose)
        .group_by(RATINGS.c.face)
    )
    asked = (
        sa.select(sa.func.count(), _many(RATINGS.c.face.is_not(None)))
        .select_from(RATED)
        .where(RATINGS.c.asked_at >= since, RATINGS.c.asked_at < until, *whose)
    )
    faces: Mapping[str, int] = {
        face: count for face, count in (await connection.execute(told)).all() if face
    }
    many, answered = (await connection.execute(asked)).one()
    return Faces(
        asked=int(many or 0),
        answered_of_asked=int(answered or 0),
        happy=faces.get(Face.HAPPY.value, 0),
        neutral=faces.get(Face.NEUTRAL.value, 0),
        unhappy=faces.get(Face.UNHAPPY.value, 0),
    )


async def _talks(
    connection: AsyncConnection, since: datetime, until: datetime, scope: Scope
) -> Talks:
    """Return what became of conversations. They belong to no unit until they go to people."""
    if scope.departments:
        return Talks()
    began = [SPELLS.c.opened_at >= since, SPELLS.c.opened_at < until]
    reasons = sa.select(SPELLS.c.reason, sa.func.count()).where(*began).group_by(SPELLS.c.reason)
    return Talks(
        held=int(await connection.scalar(held_in(since, until)) or 0),
        escalated=int(await connection.scalar(escalated_in(since, until)) or 0),
        reasons={one.reason: one[1] for one in (await connection.execute(reasons)).all()},
    )


async def _count(connection: AsyncConnection, conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    found = sa.select(sa.func.count()).select_from(CASES).where(*conditions)
    return int(await connection.scalar(found) or 0)
