"""Spells with people in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.errors import ConversationNotFound
from conversations.floor import Changed, Spell, UnsentLine
from conversations.handover_ports import Decide
from conversations.model import Conversation, Sender
from stores.conversation_rows import CONVERSATIONS, MESSAGES, WITH_ADDRESS, conversation_from
from stores.conversation_writes import take_seqs_if
from stores.database import reading
from stores.floor_rows import SPELLS, UNSENT, sent_line_from, spell_from, unsent_from
from stores.floor_tables import DUE, OPEN, SNOOZED
from stores.floor_writes import moved
from stores.prepared import Prepared

IN_TURN = (SPELLS.c.priority, sa.func.coalesce(SPELLS.c.waits_since, SPELLS.c.opened_at))
"""The order of the queue: urgent first, then who waits longest."""

_MOST = sa.bindparam("most", type_=sa.Integer)
_CLOCKS = Prepared(
    sa.select(SPELLS)
    .where(DUE, SPELLS.c.due_at <= sa.bindparam("at"))
    .order_by(SPELLS.c.due_at)
    .limit(_MOST)
)
_SNOOZES = Prepared(
    sa.select(SPELLS)
    .where(SNOOZED, SPELLS.c.snoozed_until <= sa.bindparam("at"))
    .order_by(SPELLS.c.snoozed_until)
    .limit(_MOST)
)
_TO_SEND = Prepared(
    sa.select(UNSENT)
    .where(UNSENT.c.send_at <= sa.bindparam("at"))
    .order_by(UNSENT.c.send_at)
    .limit(_MOST)
)
"""Asked twice a second and after each move."""


class SqlHandover:
    """Locks the conversation's row first, so that of two moves the second sees the first."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def change(
        self, conversation_id: str, decide: Decide, *, at: datetime, seen_seq: int | None = None
    ) -> Changed | None:
        """Lock a conversation, let ``decide`` look at it, keep what it wants."""
        async with self._engine.begin() as connection:
            if await take_seqs_if(connection, conversation_id, 0) is None:
                raise ConversationNotFound(conversation_id=conversation_id)
            return await moved(connection, conversation_id, decide, at=at, seen_seq=seen_seq)

    async def find(self, conversation_id: str) -> Spell | None:
        """Return the open spell of a conversation."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(SPELLS).where(SPELLS.c.conversation_id == conversation_id, OPEN)
            )
            row = rows.mappings().one_or_none()
        return None if row is None else spell_from(row)

    async def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                WITH_ADDRESS.where(CONVERSATIONS.c.id == conversation_id)
            )
            row = rows.mappings().one_or_none()
        if row is None:
            raise ConversationNotFound(conversation_id=conversation_id)
        return conversation_from(row)

    async def find_line(self, line_id: str) -> UnsentLine | None:
        """Return an agent's line, on hold or sent."""
        held = sa.select(UNSENT).where(UNSENT.c.id == line_id)
        sent = sa.select(MESSAGES).where(
            MESSAGES.c.id == line_id, MESSAGES.c.sender == Sender.AGENT.value
        )
        async with reading(self._engine) as connection:
            row = (await connection.execute(held)).mappings().one_or_none()
            if row is not None:
                return unsent_from(row)
            row = (await connection.execute(sent)).mappings().one_or_none()
        return None if row is None else sent_line_from(row)

    async def last_words(self, conversation_id: str) -> str | None:
        """Return what the person wrote last."""
        wanted = sa.select(MESSAGES.c.text).where(
            MESSAGES.c.conversation_id == conversation_id,
            MESSAGES.c.sender == Sender.CITIZEN.value,
        )
        async with reading(self._engine, snapshot=False) as connection:
            words: str | None = await connection.scalar(
                wanted.order_by(MESSAGES.c.seq.desc()).limit(1)
            )
        return words

    async def due(self, at: datetime, *, limit: int = 100) -> Sequence[Spell]:
        """Return open spells whose clock or snooze is due, longest first."""
        found: dict[str, Spell] = {}
        for wanted in (_CLOCKS, _SNOOZES):
            rows = await wanted.read(self._engine, {"at": at, "most": limit})
            found |= {row["id"]: spell_from(row) for row in rows}
        return list(found.values())

    async def to_send(self, at: datetime, *, limit: int = 100) -> Sequence[UnsentLine]:
        """Return lines whose time on hold is over, oldest first."""
        rows = await _TO_SEND.read(self._engine, {"at": at, "most": limit})
        return [unsent_from(row) for row in rows]

    async def waiting(self, *, limit: int = 500) -> Sequence[tuple[Spell, Conversation]]:
        """Return open spells that nobody holds and nobody snoozed, next in turn first."""
        wanted = (
            WITH_ADDRESS.add_columns(*(column.label(f"spell_{column.name}") for column in SPELLS.c))
            .join(SPELLS, SPELLS.c.conversation_id == CONVERSATIONS.c.id)
            .where(OPEN, SPELLS.c.owner_id.is_(None), SPELLS.c.snoozed_at.is_(None))
            .order_by(*IN_TURN, SPELLS.c.id)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [(spell_from(row, "spell_"), conversation_from(row)) for row in rows]

    async def held_by_absent(self, present: Sequence[str], *, limit: int = 500) -> Sequence[Spell]:
        """Return open spells in which a person waits for an owner not among ``present``."""
        wanted = sa.select(SPELLS).where(
            OPEN,
            SPELLS.c.owner_id.is_not(None),
            SPELLS.c.owner_id.not_in(list(present)),
            SPELLS.c.waits_since.is_not(None),
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(SPELLS.c.waits_since).limit(limit))
            return [spell_from(row) for row in rows.mappings()]
