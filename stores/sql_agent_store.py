"""Agents and their signs of life in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent, Attendance
from kernel.language import Language
from stores.conversation_writes import upsert
from stores.database import one_of, reading
from stores.floor_rows import AGENTS, SPELLS
from stores.floor_tables import OPEN, AgentRow


class SqlAgentStore:
    """One row per agent; what they hold is counted from the open spells."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def enrol(self, agent: Agent) -> None:
        """Keep what the desk says of an agent; their presence stays as it is."""
        values = _values(agent)
        async with self._engine.begin() as connection:
            adding = upsert(connection)(AgentRow).values(available=False, **values)
            await connection.execute(
                adding.on_conflict_do_update(
                    index_elements=[AGENTS.c.id],
                    set_={name: value for name, value in values.items() if name != "id"},
                )
            )

    async def beat(self, agent_id: str, *, at: datetime, available: bool | None = None) -> bool:
        """Keep a sign of life; False for an unknown agent. ``available`` None stays as it is."""
        told = {} if available is None else {"available": available}
        async with self._engine.begin() as connection:
            beaten = await connection.execute(
                sa.update(AGENTS).where(AGENTS.c.id == agent_id).values(beat_at=at, **told)
            )
        return beaten.rowcount == 1

    async def beat_all(self, agent_ids: Sequence[str], *, at: datetime) -> None:
        """Keep signs of life of several agents at once; unknown ones are left out."""
        async with self._engine.begin() as connection:
            which = one_of(connection, AGENTS.c.id, agent_ids)
            await connection.execute(sa.update(AGENTS).where(which).values(beat_at=at))

    async def is_available(self, agent_id: str) -> bool:
        """Whether an agent takes conversations; False for an unknown one."""
        wanted = sa.select(AGENTS.c.available).where(AGENTS.c.id == agent_id, AGENTS.c.active)
        async with reading(self._engine, snapshot=False) as connection:
            return bool(await connection.scalar(wanted))

    async def find(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(sa.select(AGENTS).where(AGENTS.c.id == agent_id))
            row = rows.mappings().one_or_none()
        return None if row is None else agent_from(row)

    async def all(self) -> Sequence[Attendance]:
        """Return every active agent, by name, with what they hold."""
        holds = (
            sa.select(sa.func.count())
            .select_from(SPELLS)
            .where(SPELLS.c.owner_id == AGENTS.c.id, OPEN)
            .scalar_subquery()
        )
        wanted = sa.select(AGENTS, holds.label("holds")).where(AGENTS.c.active)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(AGENTS.c.name_en, AGENTS.c.id))
            return [
                Attendance(
                    agent=agent_from(row),
                    available=row["available"],
                    beat_at=row["beat_at"],
                    holds=row["holds"],
                )
                for row in rows.mappings()
            ]


def agent_from(row: Mapping[str, Any] | sa.RowMapping, prefix: str = "") -> Agent:
    """Return the agent that a row keeps, its columns beginning with ``prefix``."""
    return Agent(
        id=row[prefix + "id"],
        name_ar=row[prefix + "name_ar"],
        name_en=row[prefix + "name_en"],
        languages=frozenset(Language(one) for one in row[prefix + "languages"]),
        departments=frozenset(row[prefix + "departments"]),
        capacity=row[prefix + "capacity"],
        supervises=row[prefix + "supervises"],
        active=row[prefix + "active"],
    )


def _values(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name_ar": agent.name_ar,
        "name_en": agent.name_en,
        "languages": sorted(one.value for one in agent.languages),
        "departments": sorted(agent.departments),
        "capacity": agent.capacity,
        "supervises": agent.supervises,
        "active": agent.active,
    }
