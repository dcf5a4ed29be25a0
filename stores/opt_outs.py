"""Who is to be asked never again, as steps of transactions."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from stores.audit_tables import record
from stores.conversation_writes import upsert
from stores.survey_tables import SurveyOptOutRow

OPT_OUTS = cast(sa.Table, SurveyOptOutRow.__table__)


async def opt_out(
    connection: AsyncConnection,
    person_id: str,
    *,
    way: str,
    at: datetime,
    actor: str | None = None,
) -> bool:
    """Keep in a transaction that somebody is to be asked never again; False when it was so.

    ``actor``: who decided it, where it was not the person.
    """
    kept = await connection.execute(
        upsert(connection)(OPT_OUTS)
        .values(person_id=person_id, at=at, way=way)
        .on_conflict_do_nothing()
    )
    if kept.rowcount != 1:
        return False
    await record(
        connection,
        at=at,
        actor=actor or f"person:{person_id}",
        action="survey_opted_out",
        subject_kind="person",
        subject_id=person_id,
        before={},
        after={"way": way},
    )
    return True


async def opted_out(connection: AsyncConnection, person_id: str) -> bool:
    """Tell whether somebody is to be asked never again."""
    found = sa.select(sa.exists().where(OPT_OUTS.c.person_id == person_id))
    return bool(await connection.scalar(found))
