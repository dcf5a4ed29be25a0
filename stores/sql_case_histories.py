"""Whole histories of cases into SQLite or PostgreSQL, many rows at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.history import CaseHistory
from cases.model import CaseEvent
from cases.number import sequence_of
from stores.audit_tables import AuditRow
from stores.case_rows import case_values, event_values
from stores.case_tables import CaseSequenceRow
from stores.case_writes import CASES, EVENTS, SUBJECT
from stores.conversation_writes import upsert
from stores.reply_writes import REPLIES, reply_values
from stores.search_writes import read_unread

AT_ONCE = 1000


class SqlCaseHistories:
    """Writes in one transaction per call."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, histories: Sequence[CaseHistory]) -> None:
        """Keep all of them with their audit rows, all or nothing.

        Numbers given out later go on behind the last one of each year.
        """
        events = [event for one in histories for event in one.events]
        events.sort(key=lambda one: one.at)
        last: defaultdict[int, int] = defaultdict(int)
        for one in histories:
            year, sequence = sequence_of(one.case.number)
            last[year] = max(last[year], sequence)
        async with self._engine.begin() as connection:
            for first in range(0, len(events), AT_ONCE):
                await _keep_events(connection, events[first : first + AT_ONCE])
            for first in range(0, len(histories), AT_ONCE):
                page = [case_values(one.case) for one in histories[first : first + AT_ONCE]]
                await connection.execute(sa.insert(CASES), page)
            replies = [reply_values(reply) for one in histories for reply in one.replies]
            for first in range(0, len(replies), AT_ONCE):
                await connection.execute(sa.insert(REPLIES), replies[first : first + AT_ONCE])
            await _count_on(connection, last)
            while await read_unread(connection):
                pass


async def _keep_events(connection: AsyncConnection, events: Sequence[CaseEvent]) -> None:
    audits = [
        {
            "at": event.at,
            "actor": event.actor,
            "action": f"case_{event.kind}",
            "subject_kind": SUBJECT,
            "subject_id": event.case_number,
            "before": dict(event.before),
            "after": dict(event.after),
        }
        for event in events
    ]
    added = await connection.execute(
        sa.insert(AuditRow).returning(AuditRow.id, sort_by_parameter_order=True), audits
    )
    rows: list[dict[str, Any]] = [
        event_values(event) | {"audit_id": audit_id}
        for event, audit_id in zip(events, added.scalars(), strict=True)
    ]
    await connection.execute(sa.insert(EVENTS), rows)


async def _count_on(connection: AsyncConnection, last: dict[int, int]) -> None:
    for year, sequence in last.items():
        counted = upsert(connection)(CaseSequenceRow).values(year=year, last=sequence)
        await connection.execute(
            counted.on_conflict_do_update(
                index_elements=[CaseSequenceRow.year], set_={"last": counted.excluded.last}
            )
        )
