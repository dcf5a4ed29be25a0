"""Queues and conversations as agents see them, from SQLite or PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.agents import Agent
from conversations.errors import ConversationNotFound
from conversations.model import Sender
from conversations.ports import Event
from conversations.queues import Look, Queue, QueueEntry, Sight, Transcript
from conversations.shared_lists import OpenEntry, Reading
from stores.attachment_rows import with_files
from stores.conversation_rows import (
    CONVERSATIONS,
    EVENTS,
    MESSAGES,
    WITH_ADDRESS,
    conversation_from,
    events_from,
    message_from,
)
from stores.database import one_of, reading
from stores.floor_rows import (
    AGENTS,
    LOOKS,
    NOTES,
    SEEN,
    SPELLS,
    UNSENT,
    note_from,
    spell_from,
    unsent_from,
)
from stores.floor_tables import OPEN
from stores.prepared import Prepared
from stores.sql_agent_store import agent_from
from stores.sql_handover import IN_TURN
from stores.sql_rating_store import ratings_of

MOST_UNREAD = 100
MOST_SPELLS = 50
_HEARD = Prepared(
    sa.select(MESSAGES.c.conversation_id, MESSAGES.c.seq)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
    .join(SPELLS, sa.and_(SPELLS.c.conversation_id == CONVERSATIONS.c.id, OPEN))
    .where(
        MESSAGES.c.seq > CONVERSATIONS.c.last_seq - MOST_UNREAD,
        MESSAGES.c.sender == Sender.CITIZEN.value,
    )
)


def _rows(unread: sa.ColumnElement[int]) -> sa.Select[Any]:
    """Select what ``_entry`` reads."""
    return (
        WITH_ADDRESS.add_columns(
            unread.label("unread"),
            *(column.label(f"spell_{column.name}") for column in SPELLS.c),
            *(column.label(f"newest_{column.name}") for column in MESSAGES.c),
            *(column.label(f"owner_{column.name}") for column in AGENTS.c),
        )
        .join(SPELLS, SPELLS.c.conversation_id == CONVERSATIONS.c.id)
        .outerjoin(
            MESSAGES,
            sa.and_(
                MESSAGES.c.conversation_id == CONVERSATIONS.c.id,
                MESSAGES.c.seq == CONVERSATIONS.c.last_seq,
            ),
        )
        .outerjoin(AGENTS, AGENTS.c.id == SPELLS.c.owner_id)
    )


_EVERY_OPEN = Prepared(_rows(sa.literal(0)).where(OPEN).order_by(*IN_TURN, SPELLS.c.id))
"""Read after each change for all screens: built once; ``unread`` is counted per viewer."""

_SEEN_OF_OPEN = Prepared(
    sa.select(SEEN.c.conversation_id, SEEN.c.agent_id, SEEN.c.seq).join(
        SPELLS, sa.and_(SPELLS.c.conversation_id == SEEN.c.conversation_id, OPEN)
    )
)
_AVAILABLE = Prepared(sa.select(AGENTS.c.id).where(AGENTS.c.available, AGENTS.c.active))
_NEWEST = sa.select(sa.func.max(EVENTS.c.cursor))
_SIGHTS = sa.select(
    SPELLS.c.conversation_id, SPELLS.c.department, SPELLS.c.owner_id, SPELLS.c.closed_at
).order_by(SPELLS.c.opened_at)


class SqlQueueReader:
    """Reads from the database each time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list(
        self, queue: Queue, viewer: Agent, *, offset: int = 0, limit: int = 50
    ) -> Sequence[QueueEntry]:
        """Return a page of a queue: urgent first, then who waits longest; closed: newest first."""
        order = (
            (SPELLS.c.closed_at.desc(), SPELLS.c.id)
            if queue is Queue.CLOSED
            else (*IN_TURN, SPELLS.c.id)
        )
        state = SPELLS.c.closed_at.is_not(None) if queue is Queue.CLOSED else OPEN
        which = sa.select(SPELLS.c.id).where(state, *_in(queue, viewer)).order_by(*order)
        return await self._entries(which.offset(offset).limit(limit), order, viewer.id)

    async def counts(self, viewer: Agent) -> Mapping[Queue, int]:
        """Return how many each queue of the viewer holds, the closed ones left out."""
        queues = [one for one in Queue if one is not Queue.CLOSED]
        sums = [
            sa.func.coalesce(
                sa.func.sum(sa.case((sa.and_(*_in(one, viewer)), 1), else_=0)), 0
            ).label(one.value)
            for one in queues
        ]
        async with reading(self._engine, snapshot=False) as connection:
            row = (await connection.execute(sa.select(*sums).where(OPEN))).mappings().one()
        return {one: int(row[one.value]) for one in queues}

    async def alerts(self, viewer: Agent, *, limit: int = 50) -> Sequence[QueueEntry]:
        """Return what nobody acknowledged yet: nobody's, or the viewer's own."""
        order = (*IN_TURN, SPELLS.c.id)
        which = sa.select(SPELLS.c.id).where(
            OPEN,
            SPELLS.c.acknowledged_at.is_(None),
            SPELLS.c.snoozed_at.is_(None),
            _visible(viewer),
            sa.or_(SPELLS.c.owner_id.is_(None), SPELLS.c.owner_id == viewer.id),
        )
        return await self._entries(which.order_by(*order).limit(limit), order, viewer.id)

    async def every_open(self) -> Reading:
        """Return what the lists of all viewers are made from."""
        heard: defaultdict[str, list[int]] = defaultdict(list)
        seen: defaultdict[str, dict[str, int]] = defaultdict(dict)
        rows = await _EVERY_OPEN.read(self._engine, {})
        for row in await _HEARD.read(self._engine, {}):
            heard[row["conversation_id"]].append(row["seq"])
        for row in await _SEEN_OF_OPEN.read(self._engine, {}):
            seen[row["conversation_id"]][row["agent_id"]] = row["seq"]
        available = await _AVAILABLE.read(self._engine, {})
        entries = [OpenEntry(_entry(row), tuple(heard[row["id"]]), seen[row["id"]]) for row in rows]
        return Reading(entries, frozenset(row["id"] for row in available))

    async def _entries(
        self,
        which: sa.Select[tuple[str]],
        order: tuple[sa.ColumnElement[object], ...],
        viewer_id: str,
    ) -> Sequence[QueueEntry]:
        theirs = MESSAGES.alias("theirs")
        seen = sa.func.coalesce(
            sa.select(SEEN.c.seq)
            .where(SEEN.c.conversation_id == theirs.c.conversation_id, SEEN.c.agent_id == viewer_id)
            .scalar_subquery(),
            0,
        )
        unread = (
            sa.select(sa.func.count())
            .select_from(theirs)
            .where(
                theirs.c.conversation_id == CONVERSATIONS.c.id,
                theirs.c.seq > CONVERSATIONS.c.last_seq - MOST_UNREAD,
                theirs.c.seq > seen,
                theirs.c.sender == Sender.CITIZEN.value,
            )
            .scalar_subquery()
        )
        wanted = _rows(unread).where(SPELLS.c.id.in_(which)).order_by(*order)
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [_entry(row) for row in rows]

    async def transcript(
        self, conversation_id: str, *, at: datetime, before: int | None = None, limit: int = 50
    ) -> Transcript:
        """Return the page of a conversation that ends before the place ``before``."""
        of = conversation_id
        async with reading(self._engine) as connection:
            cursor = await _newest(connection)
            rows = await connection.execute(WITH_ADDRESS.where(CONVERSATIONS.c.id == of))
            row = rows.mappings().one_or_none()
            if row is None:
                raise ConversationNotFound(conversation_id=of)
            wanted = sa.select(MESSAGES).where(MESSAGES.c.conversation_id == of)
            if before is not None:
                wanted = wanted.where(MESSAGES.c.seq < before)
            found = await connection.execute(
                wanted.order_by(MESSAGES.c.seq.desc()).limit(limit + 1)
            )
            newest_first = [message_from(one) for one in found.mappings()]
            messages = await with_files(connection, newest_first[:limit][::-1])
            earlier = len(newest_first) > limit
            first = messages[0].seq if messages and earlier else 0
            noted = sa.select(NOTES).where(
                NOTES.c.conversation_id == of, NOTES.c.after_seq >= first
            )
            if before is not None:
                noted = noted.where(NOTES.c.after_seq < before)
            notes = await connection.execute(noted.order_by(NOTES.c.after_seq, NOTES.c.at))
            unsent = await connection.execute(
                sa.select(UNSENT).where(UNSENT.c.conversation_id == of).order_by(UNSENT.c.at)
            )
            spells = await connection.execute(
                sa.select(SPELLS)
                .where(SPELLS.c.conversation_id == of)
                .order_by(SPELLS.c.opened_at.desc(), SPELLS.c.closed_at.is_(None).desc())
                .limit(MOST_SPELLS)
            )
            return Transcript(
                conversation=conversation_from(row),
                messages=messages,
                notes=[note_from(one) for one in notes.mappings()],
                unsent=[unsent_from(one) for one in unsent.mappings()],
                spells=[spell_from(one) for one in spells.mappings()],
                looks=await _looks(connection, of, at),
                earlier=earlier,
                cursor=cursor,
                ratings={one.subject_id: one for one in await ratings_of(connection, of)},
            )

    async def may_see(self, viewer: Agent, conversation_id: str) -> bool:
        """Whether a conversation is the viewer's business; without a spell, a supervisor's."""
        sight = (await self.sights([conversation_id])).get(conversation_id)
        return viewer.supervises or (sight is not None and sight.of(viewer))

    async def sights(self, conversation_ids: Sequence[str]) -> Mapping[str, Sight]:
        """Return whose business conversations are; those that people never had are left out."""
        department: dict[str, str | None] = {}
        owners: defaultdict[str, set[str]] = defaultdict(set)
        open_: set[str] = set()
        async with reading(self._engine, snapshot=False) as connection:
            which = one_of(connection, SPELLS.c.conversation_id, conversation_ids)
            for of, latest, owner, closed_at in await connection.execute(_SIGHTS.where(which)):
                department[of] = latest
                owners[of] |= {owner} if owner else set()
                open_ |= {of} if closed_at is None else set()
        return {
            of: Sight(last, frozenset(owners[of]), of in open_) for of, last in department.items()
        }

    async def newest(self) -> int:
        """Return the cursor of the newest event."""
        async with reading(self._engine, snapshot=False) as connection:
            return await _newest(connection)

    async def events_after(self, cursor: int, *, limit: int = 500) -> Sequence[Event]:
        """Return the events after ``cursor``, in order, for whoever may see them."""
        return await events_from(self._engine, cursor, limit)


def _in(queue: Queue, viewer: Agent) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a queue, but for open or closed."""
    awake = SPELLS.c.snoozed_at.is_(None)
    match queue:
        case Queue.MINE:
            return SPELLS.c.owner_id == viewer.id, awake
        case Queue.UNASSIGNED:
            return SPELLS.c.owner_id.is_(None), awake, _visible(viewer)
        case Queue.DEPARTMENT:
            ours = SPELLS.c.department.in_(sorted(viewer.departments))
            return (ours if viewer.departments else sa.true()), awake
        case Queue.WAITING:
            said = sa.and_(SPELLS.c.owner_id.is_not(None), SPELLS.c.waits_since.is_(None))
            return said, awake, _visible(viewer)
        case Queue.SNOOZED:
            return SPELLS.c.snoozed_at.is_not(None), _visible(viewer)
        case Queue.ALL | Queue.CLOSED:
            return (_visible(viewer),)


def _visible(viewer: Agent) -> sa.ColumnElement[bool]:
    """Return the condition of ``queues.concerns``, or of owning it."""
    if viewer.supervises or not viewer.departments:
        return sa.true()
    return sa.or_(
        SPELLS.c.department.is_(None),
        SPELLS.c.department.in_(sorted(viewer.departments)),
        SPELLS.c.owner_id == viewer.id,
    )


def _entry(row: Mapping[str, Any] | sa.RowMapping) -> QueueEntry:
    return QueueEntry(
        spell=spell_from(row, "spell_"),
        conversation=conversation_from(row),
        owner=None if row["owner_id"] is None else agent_from(row, "owner_"),
        last=None if row["newest_id"] is None else message_from(_without("newest_", row)),
        unread=row["unread"],
    )


def _without(prefix: str, row: Mapping[str, Any] | sa.RowMapping) -> Mapping[str, object]:
    return {
        name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)
    }


async def _newest(connection: AsyncConnection) -> int:
    return int(await connection.scalar(_NEWEST) or 0)


async def _looks(connection: AsyncConnection, conversation_id: str, at: datetime) -> list[Look]:
    rows = await connection.execute(
        sa.select(LOOKS.c.typing, LOOKS.c.since, LOOKS.c.until, AGENTS)
        .join(AGENTS, AGENTS.c.id == LOOKS.c.agent_id)
        .where(LOOKS.c.conversation_id == conversation_id, LOOKS.c.until > at)
        .order_by(LOOKS.c.since)
    )
    return [
        Look(agent=agent_from(row), typing=row["typing"], since=row["since"], until=row["until"])
        for row in rows.mappings()
    ]
