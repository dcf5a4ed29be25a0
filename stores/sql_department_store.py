"""Units that were changed or added, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.department_store import DepartmentCodeTaken
from cases.departments import Department
from stores.audit_tables import record
from stores.conversation_writes import upsert
from stores.database import reading
from stores.department_tables import DepartmentRow

UNITS = cast(sa.Table, DepartmentRow.__table__)
FIELDS = tuple(one.name for one in fields(Department))


class SqlDepartmentStore:
    """One transaction per change, its audit row in it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self) -> Sequence[Department]:
        """Return what was changed or added, in the order of codes."""
        wanted = sa.select(*(UNITS.c[name] for name in FIELDS)).order_by(UNITS.c.code)
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [Department(**row) for row in rows]

    async def save(
        self, department: Department, *, before: Department | None, by: str, at: datetime
    ) -> None:
        """Keep a unit; ``before`` is what it was, None for a new one.

        Raises:
            DepartmentCodeTaken: a new one whose code somebody else has added meanwhile.
        """
        values = {**asdict(department), "changed_at": at, "changed_by": by}
        was = asdict(before) if before else {}
        new = {k: v for k, v in asdict(department).items() if v != was.get(k)}
        try:
            async with self._engine.begin() as connection:
                kept = upsert(connection)(DepartmentRow).values(values)
                if before is not None:
                    kept = kept.on_conflict_do_update(index_elements=["code"], set_=values)
                await connection.execute(kept)
                await record(
                    connection,
                    at=at,
                    actor=by,
                    action="department_added" if before is None else "department_changed",
                    subject_kind="department",
                    subject_id=department.code,
                    before={name: was[name] for name in new if was},
                    after=new,
                )
        except IntegrityError as error:
            raise DepartmentCodeTaken(field="code") from error
