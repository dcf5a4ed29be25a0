"""People, their addresses and threads, and notes about them, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.agents import Agent
from conversations.errors import PersonNotFound
from conversations.model import Address, Conversation
from conversations.people import Identity, PersonNote
from stores.audit_tables import record
from stores.conversation_rows import (
    CONVERSATIONS,
    IDENTITIES,
    PEOPLE,
    WITH_ADDRESS,
    conversation_from,
)
from stores.database import reading
from stores.search_tables import PERSON_NOTES
from stores.search_writes import read_unread


class SqlPeople:
    """Reads from the database each time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def identities(self, person_id: str) -> Sequence[Identity]:
        """Return the addresses, the oldest first; none for a person nobody knows."""
        wanted = sa.select(IDENTITIES).where(IDENTITIES.c.person_id == person_id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(IDENTITIES.c.id))
            return [
                Identity(
                    id=row["id"],
                    address=Address(row["channel"], row["kind"], row["value"]),
                    since=row["created_at"],
                )
                for row in rows.mappings()
            ]

    async def conversations(self, person_id: str, *, limit: int = 20) -> Sequence[Conversation]:
        """Return the threads, the newest first."""
        newest = (CONVERSATIONS.c.created_at.desc(), CONVERSATIONS.c.id)
        wanted = WITH_ADDRESS.where(CONVERSATIONS.c.person_id == person_id).order_by(*newest)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.limit(limit))
            return [conversation_from(row) for row in rows.mappings()]

    async def notes(self, person_id: str, *, limit: int = 20) -> Sequence[PersonNote]:
        """Return the notes, the newest first."""
        wanted = sa.select(PERSON_NOTES).where(PERSON_NOTES.c.person_id == person_id)
        newest = (PERSON_NOTES.c.at.desc(), PERSON_NOTES.c.id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(*newest).limit(limit))
            return [PersonNote(**row) for row in rows.mappings()]

    async def add_note(self, note: PersonNote, author: Agent) -> None:
        """Keep a note with its audit row; raises PersonNotFound."""
        async with self._engine.begin() as connection:
            known = sa.select(PEOPLE.c.id).where(PEOPLE.c.id == note.person_id)
            if await connection.scalar(known) is None:
                raise PersonNotFound(person_id=note.person_id)
            await connection.execute(
                sa.insert(PERSON_NOTES).values(
                    id=note.id,
                    person_id=note.person_id,
                    author_id=note.author_id,
                    text=note.text,
                    at=note.at,
                )
            )
            await record(
                connection,
                at=note.at,
                actor=f"agent:{author.id}",
                action="person_noted",
                subject_kind="person",
                subject_id=note.person_id,
                before={},
                after={"note": note.id},
            )
            await read_unread(connection)
