"""The improvement inbox in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.improvements import (
    Cause,
    Improvement,
    ImprovementState,
    Labelled,
    Noted,
    veiled,
)
from kernel.language import Language
from stores.audit_tables import record
from stores.conversation_writes import upsert
from stores.database import reading
from stores.improvement_rows import IMPROVEMENTS
from stores.improvement_tables import NEW, ImprovementCursorRow, ImprovementRow

CURSORS = cast(sa.Table, ImprovementCursorRow.__table__)
ONLY = 1


class SqlImprovementStore:
    """Texts are veiled on their way in: the table never holds them otherwise."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def cursor(self) -> int | None:
        """Return up to where the log was read; None: never."""
        async with reading(self._engine, snapshot=False) as connection:
            found = await connection.scalar(sa.select(CURSORS.c.cursor))
        return None if found is None else int(found)

    async def keep(self, noted: Collection[Noted], *, cursor: int, at: datetime) -> int:
        """Keep what is new and the cursor, which never goes back."""
        kept = 0
        async with self._engine.begin() as connection:
            for one in noted:
                added = upsert(connection)(ImprovementRow).values(_values(one, at))
                done = await connection.execute(added.on_conflict_do_nothing())
                kept += done.rowcount
            moved = upsert(connection)(ImprovementCursorRow).values(id=ONLY, cursor=cursor)
            await connection.execute(
                moved.on_conflict_do_update(
                    index_elements=[CURSORS.c.id],
                    set_={"cursor": moved.excluded.cursor},
                    where=CURSORS.c.cursor < moved.excluded.cursor,
                )
            )
        return kept

    async def send(self, noted: Noted, *, by: str, at: datetime) -> bool:
        """Keep what an agent sends, again if it was settled."""
        values = _values(noted, at)
        async with self._engine.begin() as connection:
            sent = upsert(connection)(ImprovementRow).values(values)
            done = await connection.execute(
                sent.on_conflict_do_update(
                    index_elements=[IMPROVEMENTS.c.message_id, IMPROVEMENTS.c.cause],
                    set_={"state": values["state"], "at": at, "by": None, "done_at": None},
                    where=IMPROVEMENTS.c.state != ImprovementState.NEW.value,
                )
            )
            if done.rowcount != 1:
                return False
            await record(
                connection,
                at=at,
                actor=by,
                action="improvement_sent",
                subject_kind="conversation",
                subject_id=noted.conversation_id,
                before={},
                after={"seq": noted.seq},
            )
            return True

    async def waiting(self, *, limit: int = 500) -> Sequence[Improvement]:
        """Return what nobody settled yet, newest first."""
        wanted = sa.select(IMPROVEMENTS).where(NEW)
        wanted = wanted.order_by(IMPROVEMENTS.c.at.desc(), IMPROVEMENTS.c.id.desc()).limit(limit)
        async with reading(self._engine, snapshot=False) as connection:
            return [_improvement(row) for row in (await connection.execute(wanted)).mappings()]

    async def some(self, ids: Collection[int]) -> Sequence[Improvement]:
        """Return those of these that nobody settled yet, in their order."""
        if not ids:
            return []
        wanted = sa.select(IMPROVEMENTS).where(IMPROVEMENTS.c.id.in_(ids), NEW)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(IMPROVEMENTS.c.id))
            return [_improvement(row) for row in rows.mappings()]

    async def count(self) -> int:
        """Return how many nobody settled yet."""
        counted = sa.select(sa.func.count()).select_from(IMPROVEMENTS).where(NEW)
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(counted) or 0)

    async def settle(
        self,
        ids: Collection[int],
        state: ImprovementState,
        *,
        by: str,
        at: datetime,
        meaning: str | None = None,
    ) -> Sequence[Improvement]:
        """Settle those that nobody has; return them as they were."""
        async with self._engine.begin() as connection:
            which = sa.and_(IMPROVEMENTS.c.id.in_(ids), NEW)
            rows = await connection.execute(
                sa.select(IMPROVEMENTS).where(which).order_by(IMPROVEMENTS.c.id).with_for_update()
            )
            found = [_improvement(row) for row in rows.mappings()]
            done = {"state": state.value, "by": by, "done_at": at, "meaning": meaning}
            await connection.execute(sa.update(IMPROVEMENTS).where(which).values(done))
            await _noted_in_audit(connection, found, state, by=by, at=at)
        return found

    async def labelled(self, *, since: datetime, limit: int) -> Sequence[Labelled]:
        """Return the newest texts that an editor gave a meaning since then, each once."""
        wanted = (
            sa.select(IMPROVEMENTS.c.text, IMPROVEMENTS.c.language, IMPROVEMENTS.c.meaning)
            .where(
                IMPROVEMENTS.c.state == ImprovementState.ADDED.value,
                IMPROVEMENTS.c.meaning.is_not(None),
                IMPROVEMENTS.c.done_at >= since,
            )
            .order_by(IMPROVEMENTS.c.done_at.desc(), IMPROVEMENTS.c.id.desc())
            .limit(limit)
        )
        found: dict[str, Labelled] = {}
        async with reading(self._engine, snapshot=False) as connection:
            for text, language, meaning in await connection.execute(wanted):
                found.setdefault(text, Labelled(text, Language(language), meaning))
        return list(found.values())


async def _noted_in_audit(
    connection: AsyncConnection,
    settled: Sequence[Improvement],
    state: ImprovementState,
    *,
    by: str,
    at: datetime,
) -> None:
    for one in settled:
        await record(
            connection,
            at=at,
            actor=by,
            action=f"improvement_{state.value}",
            subject_kind="improvement",
            subject_id=str(one.id),
            before={"state": one.state.value},
            after={"state": state.value},
        )


def _values(noted: Noted, at: datetime) -> dict[str, Any]:
    return {
        "message_id": noted.message_id,
        "conversation_id": noted.conversation_id,
        "seq": noted.seq,
        "cause": noted.cause.value,
        "text": veiled(noted.text),
        "language": noted.language.value,
        "state": ImprovementState.NEW.value,
        "at": at,
    }


def _improvement(row: sa.RowMapping) -> Improvement:
    return Improvement(
        id=row["id"],
        message_id=row["message_id"],
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        cause=Cause(row["cause"]),
        text=row["text"],
        language=Language(row["language"]),
        state=ImprovementState(row["state"]),
        at=row["at"],
        by=row["by"],
        done_at=row["done_at"],
    )
