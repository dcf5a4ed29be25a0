"""Legal holds in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from privacy.errors import HoldNotFound, SubjectUnknown
from privacy.model import Hold, HoldKind
from stores.audit_tables import record
from stores.conversation_rows import PEOPLE
from stores.database import reading
from stores.erased_words import CASES
from stores.held import HOLDS
from stores.privacy_tables import STANDS


class SqlHoldStore:
    """One transaction per change, its audit row in it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(
        self, kind: HoldKind, subject: str, *, reason: str, by: str, at: datetime
    ) -> None:
        """Hold a person or a case; raises SubjectUnknown."""
        keys = (CASES.c.number,) if kind is HoldKind.CASE else (PEOPLE.c.id, CASES.c.person_id)
        known = sa.union(*(sa.select(key).where(key == subject) for key in keys))
        async with self._engine.begin() as connection:
            if (await connection.scalars(known)).first() is None:
                raise SubjectUnknown(kind=kind.value)
            await connection.execute(
                sa.insert(HOLDS).values(
                    kind=kind.value, subject=subject, reason=reason, by=by, at=at
                )
            )
            await record(
                connection,
                at=at,
                actor=by,
                action="hold",
                subject_kind=kind.value,
                subject_id=subject,
                before={},
                after={"reason": reason},
            )

    async def lift(self, hold_id: int, *, by: str, at: datetime) -> None:
        """End a hold; raises HoldNotFound."""
        async with self._engine.begin() as connection:
            lifted = await connection.execute(
                sa.update(HOLDS)
                .where(HOLDS.c.id == hold_id, STANDS)
                .values(lifted_at=at, lifted_by=by)
                .returning(HOLDS.c.kind, HOLDS.c.subject)
            )
            row = lifted.one_or_none()
            if row is None:
                raise HoldNotFound(hold_id=hold_id)
            await record(
                connection,
                at=at,
                actor=by,
                action="hold_lifted",
                subject_kind=row.kind,
                subject_id=row.subject,
                before={},
                after={},
            )

    async def standing(self) -> Sequence[Hold]:
        """Return the holds that stand, newest first."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(HOLDS).where(STANDS).order_by(HOLDS.c.id.desc())
            )
            return [
                Hold(
                    id=row["id"],
                    kind=HoldKind(row["kind"]),
                    subject=row["subject"],
                    reason=row["reason"],
                    by=row["by"],
                    at=row["at"],
                )
                for row in rows.mappings()
            ]
