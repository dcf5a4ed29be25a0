"""The audit in SQLite or PostgreSQL, for reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.audit import NOTHING, PAGE, AuditEntry, AuditQuery
from stores.audit_tables import AuditRow, record
from stores.database import reading


class SqlAuditLog:
    """Reads what the other stores write beside each change."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, query: AuditQuery, *, limit: int = PAGE) -> Sequence[AuditEntry]:
        """Return one page of entries, newest first."""
        wanted = sa.select(AuditRow.__table__).order_by(AuditRow.id.desc()).limit(limit)
        if query.actor:
            wanted = wanted.where(AuditRow.actor == query.actor)
        if query.action:
            wanted = wanted.where(AuditRow.action == query.action)
        if query.subject:
            wanted = wanted.where(AuditRow.subject_id == query.subject)
        if query.before is not None:
            wanted = wanted.where(AuditRow.id < query.before)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted)
            return [AuditEntry(**row) for row in rows.mappings()]

    async def actions(self) -> Sequence[str]:
        """Return every action that stands in the audit, in order of the alphabet."""
        async with reading(self._engine, snapshot=False) as connection:
            found = await connection.scalars(
                sa.select(AuditRow.action).distinct().order_by(AuditRow.action)
            )
            return found.all()

    async def note_read(
        self,
        *,
        actor: str,
        what: str,
        subject_kind: str,
        subject_id: str,
        at: datetime,
        after: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Keep that somebody looked at personal data, or took it out."""
        async with self._engine.begin() as connection:
            await record(
                connection,
                at=at,
                actor=actor,
                action=what,
                subject_kind=subject_kind,
                subject_id=subject_id,
                before={},
                after=after,
            )
