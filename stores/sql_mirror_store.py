"""How far other case systems are, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.mirror import Mirrored, Remote, Standing
from cases.model import UNFINISHED
from stores.case_rows import case_from
from stores.case_tables import CaseRow
from stores.conversation_writes import upsert
from stores.database import reading
from stores.mirror_tables import CaseMirrorRow, CaseSystemRow

CASES = cast(sa.Table, CaseRow.__table__)
MIRROR = cast(sa.Table, CaseMirrorRow.__table__)
SYSTEMS = cast(sa.Table, CaseSystemRow.__table__)
KEYS = ("system", "case_number")
LONGEST_PROBLEM = 500


class SqlMirrorStore:
    """Implements ``cases.mirror.MirrorStore``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, system: str, *, owner: str, now: datetime, until: datetime) -> bool:
        """Become the only one who speaks to a system, or stay it."""
        async with self._engine.begin() as connection:
            taken = await connection.execute(
                upsert(connection)(SYSTEMS)
                .values(system=system, owner=owner, until=until)
                .on_conflict_do_update(
                    index_elements=["system"],
                    set_={"owner": owner, "until": until},
                    where=sa.or_(SYSTEMS.c.owner == owner, SYSTEMS.c.until <= now),
                )
                .returning(SYSTEMS.c.owner)
            )
            return taken.scalar_one_or_none() == owner

    async def resting(self, system: str) -> datetime | None:
        """Return until when a system that did not answer is left alone."""
        return cast("datetime | None", await self._of_system(system, SYSTEMS.c.resting_until))

    async def seen_until(self, system: str) -> datetime | None:
        """Return until when the changes over there are known."""
        return cast("datetime | None", await self._of_system(system, SYSTEMS.c.seen_until))

    async def _of_system(self, system: str, column: sa.Column[Any]) -> object:
        async with reading(self._engine, snapshot=False) as connection:
            return await connection.scalar(sa.select(column).where(SYSTEMS.c.system == system))

    async def rest(self, system: str, *, until: datetime, problem: str) -> None:
        """Leave a system alone until then; one more failure in a row."""
        await self._change_system(
            system,
            resting_until=until,
            failures=SYSTEMS.c.failures + 1,
            problem=problem[:LONGEST_PROBLEM],
        )

    async def answered(self, system: str, *, seen_until: datetime) -> None:
        """Keep that a system answers, and until when its changes are known."""
        await self._change_system(
            system, seen_until=seen_until, resting_until=None, failures=0, problem=None
        )

    async def _change_system(self, system: str, **values: object) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(SYSTEMS).where(SYSTEMS.c.system == system).values(**values)
            )

    async def behind(self, system: str, *, now: datetime, limit: int) -> Sequence[Mirrored]:
        """Return cases whose newest version a system does not have, oldest first."""
        wanted = (
            _with_mirror(system)
            .where(*_behind(), sa.or_(MIRROR.c.again_at.is_(None), MIRROR.c.again_at <= now))
            .order_by(CASES.c.opened_at, CASES.c.number)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            return [_mirrored(row) for row in (await connection.execute(wanted)).all()]

    async def of(self, system: str, number: str) -> Mirrored | None:
        """Return how far a system is with a case; None when it never had it."""
        wanted = _with_mirror(system).where(
            CASES.c.number == number, MIRROR.c.case_number.is_not(None)
        )
        async with reading(self._engine, snapshot=False) as connection:
            row = (await connection.execute(wanted)).one_or_none()
            return None if row is None else _mirrored(row)

    async def begin(self, system: str, number: str) -> None:
        """Keep that a sending begins, before it does."""
        await self._keep(system, number, first={"version": -1}, unsure=True)

    async def has(self, system: str, number: str, version: int, remote: Remote) -> None:
        """Keep what a system has now."""
        await self._keep(
            system,
            number,
            version=version,
            remote_id=remote.id,
            remote_state=remote.state,
            remote_department=remote.department,
            unsure=False,
            failures=0,
            again_at=None,
            problem=None,
        )

    async def knows(self, system: str, number: str, remote: Remote) -> None:
        """Keep how a case stands over there, whatever it has of ours."""
        await self._keep(
            system,
            number,
            first={"version": -1},
            remote_id=remote.id,
            remote_state=remote.state,
            remote_department=remote.department,
        )

    async def refused(self, system: str, number: str, *, problem: str, again_at: datetime) -> None:
        """Keep that a system refused a case, and when to try again."""
        await self._keep(
            system,
            number,
            first={"version": -1, "failures": 1},
            failures=MIRROR.c.failures + 1,
            again_at=again_at,
            problem=problem[:LONGEST_PROBLEM],
        )

    async def _keep(
        self, system: str, number: str, *, first: dict[str, object] | None = None, **values: object
    ) -> None:
        """Change the row of a case in a system; ``first`` is for a row that is new."""
        async with self._engine.begin() as connection:
            await connection.execute(
                upsert(connection)(MIRROR)
                .values(system=system, case_number=number, **(values | (first or {})))
                .on_conflict_do_update(index_elements=KEYS, set_=values)
            )

    async def standing(self, system: str) -> Standing:
        """Return the counts for metrics and screens."""
        mirror = sa.and_(MIRROR.c.case_number == CASES.c.number, MIRROR.c.system == system)
        joined = sa.select(sa.func.count()).select_from(CASES.outerjoin(MIRROR, mirror))
        counted = joined.where(*_behind())
        async with reading(self._engine) as connection:
            behind = await connection.scalar(counted)
            refused = await connection.scalar(counted.where(MIRROR.c.failures > 0))
            row = (
                await connection.execute(
                    sa.select(SYSTEMS.c.failures, SYSTEMS.c.problem).where(
                        SYSTEMS.c.system == system
                    )
                )
            ).one_or_none()
        return Standing(
            behind=int(behind or 0),
            refused=int(refused or 0),
            failures=0 if row is None else row.failures,
            problem=None if row is None else row.problem,
        )


def _with_mirror(system: str) -> sa.Select[Any]:
    mirror = sa.and_(MIRROR.c.case_number == CASES.c.number, MIRROR.c.system == system)
    columns = [MIRROR.c[name].label(f"mirror_{name}") for name in MIRROR.c.keys()]  # noqa: SIM118
    return sa.select(CASES, *columns).select_from(CASES.outerjoin(MIRROR, mirror))


def _behind() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a case that a system is to be told of."""
    return (
        sa.func.coalesce(MIRROR.c.version, -1) < CASES.c.version,
        CASES.c.confidential.is_(False),
        sa.or_(
            CASES.c.state.in_(sorted(state.value for state in UNFINISHED)),
            MIRROR.c.case_number.is_not(None),
        ),
    )


def _mirrored(row: sa.Row[Any]) -> Mirrored:
    values = row._mapping
    case = case_from(cast(sa.RowMapping, {name: values[name] for name in CASES.c.keys()}))  # noqa: SIM118
    remote_id = values["mirror_remote_id"]
    version = values["mirror_version"]
    return Mirrored(
        case=case,
        remote=None
        if remote_id is None
        else Remote(
            id=remote_id,
            state=values["mirror_remote_state"],
            department=values["mirror_remote_department"],
        ),
        version=-1 if version is None else version,
        unsure=bool(values["mirror_unsure"]),
        failures=values["mirror_failures"] or 0,
    )
