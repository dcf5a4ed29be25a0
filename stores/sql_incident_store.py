"""Incidents in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.conversation_writes import upsert
from stores.database import reading
from stores.watch_tables import GOES_ON, IncidentRow
from watch.model import Incident, Problem, Trouble

INCIDENTS = cast(sa.Table, IncidentRow.__table__)


class SqlIncidentStore:
    """Several processes see the same problem; the partial unique index makes it one incident."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def see(self, problem: Problem, *, at: datetime) -> None:
        """Keep that a problem was seen: a new incident, or the open one goes on."""
        told = {"facts": dict(problem.facts), "seen_at": at}
        async with self._engine.begin() as connection:
            await connection.execute(
                upsert(connection)(IncidentRow)
                .values(
                    kind=problem.trouble.value,
                    subject=problem.subject,
                    began_at=at,
                    told_to=[],
                    **told,
                )
                .on_conflict_do_update(
                    index_elements=[INCIDENTS.c.kind, INCIDENTS.c.subject],
                    index_where=GOES_ON,
                    set_=told,
                )
            )

    async def open(self) -> Sequence[Incident]:
        """Return the incidents that go on, oldest first."""
        return await self._read(sa.select(INCIDENTS).where(GOES_ON).order_by(INCIDENTS.c.id))

    async def told(self, incident_id: int, to: Sequence[tuple[str, str]], *, at: datetime) -> None:
        """Keep who was told of it."""
        await self._change(incident_id, told_at=at, told_to=[list(one) for one in to])

    async def end(self, incident_id: int, *, at: datetime) -> None:
        """Keep that it is over."""
        await self._change(incident_id, ended_at=at)

    async def to_be_cleared(self) -> Sequence[Incident]:
        """Return those that are over, that people heard of, and whose end they did not hear."""
        return await self._read(
            sa.select(INCIDENTS).where(
                INCIDENTS.c.ended_at.is_not(None),
                INCIDENTS.c.told_at.is_not(None),
                INCIDENTS.c.cleared_at.is_(None),
            )
        )

    async def cleared(self, incident_id: int, *, at: datetime) -> None:
        """Keep that people heard of its end."""
        await self._change(incident_id, cleared_at=at)

    async def recent(self, *, limit: int = 20) -> Sequence[Incident]:
        """Return the newest incidents first."""
        return await self._read(sa.select(INCIDENTS).order_by(INCIDENTS.c.id.desc()).limit(limit))

    async def _change(self, incident_id: int, **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(INCIDENTS).where(INCIDENTS.c.id == incident_id).values(**values)
            )

    async def _read(self, wanted: sa.Select[Any]) -> Sequence[Incident]:
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted)
            return [
                Incident(
                    id=row["id"],
                    trouble=Trouble(row["kind"]),
                    subject=row["subject"],
                    facts=row["facts"],
                    began_at=row["began_at"],
                    seen_at=row["seen_at"],
                    told_at=row["told_at"],
                    told_to=[(address, language) for address, language in row["told_to"]],
                    ended_at=row["ended_at"],
                )
                for row in rows.mappings()
            ]
