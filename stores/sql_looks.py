"""Who looks at which conversation, and up to where they have seen it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from stores.audit_tables import record
from stores.conversation_writes import append_events, upsert
from stores.floor_rows import LOOKS, SEEN
from stores.floor_tables import LookRow, SeenRow
from stores.floor_writes import SUBJECT


class SqlLooks:
    """Signs of life are kept silently; only what others would see differently is an event."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def look(
        self, conversation_id: str, agent: Agent, *, typing: bool, at: datetime, until: datetime
    ) -> bool:
        """Keep that an agent looks; say whether others see something change."""
        async with self._engine.begin() as connection:
            rows = await connection.execute(
                sa.select(LOOKS.c.typing, LOOKS.c.until).where(*_of(conversation_id, agent))
            )
            before = rows.one_or_none()
            first = before is None or before.until <= at
            changed = first or before is None or before.typing is not typing
            values = {"typing": typing, "until": until}
            looking = upsert(connection)(LookRow).values(
                conversation_id=conversation_id, agent_id=agent.id, since=at, **values
            )
            await connection.execute(
                looking.on_conflict_do_update(
                    index_elements=[LOOKS.c.conversation_id, LOOKS.c.agent_id],
                    set_=values | ({"since": at} if first else {}),
                )
            )
            if first:
                await record(
                    connection,
                    at=at,
                    actor=agent.actor,
                    action="conversation_opened",
                    subject_kind=SUBJECT,
                    subject_id=conversation_id,
                    before={},
                    after={},
                )
            if changed:
                told = {"agent": agent.id, "typing": typing, "until": until.isoformat()}
                await append_events(connection, conversation_id, at, [("look", told)])
        return changed

    async def look_away(self, conversation_id: str, agent: Agent, *, at: datetime) -> None:
        """Keep that an agent looks no more."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(sa.delete(LOOKS).where(*_of(conversation_id, agent)))
            if gone.rowcount:
                told = {"agent": agent.id, "typing": False, "until": at.isoformat()}
                await append_events(connection, conversation_id, at, [("look", told)])

    async def seen(self, conversation_id: str, agent_id: str, seq: int) -> None:
        """Keep up to which place an agent has seen a conversation; never goes back."""
        async with self._engine.begin() as connection:
            seeing = upsert(connection)(SeenRow).values(
                conversation_id=conversation_id, agent_id=agent_id, seq=seq
            )
            await connection.execute(
                seeing.on_conflict_do_update(
                    index_elements=[SEEN.c.conversation_id, SEEN.c.agent_id],
                    set_={"seq": seq},
                    where=SEEN.c.seq < seq,
                )
            )


def _of(conversation_id: str, agent: Agent) -> tuple[sa.ColumnElement[bool], ...]:
    return LOOKS.c.conversation_id == conversation_id, LOOKS.c.agent_id == agent.id
