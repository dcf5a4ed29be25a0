"""Conversations in SQLite or PostgreSQL: what the workers ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.handover_ports import Decide
from conversations.model import (
    Controller,
    Conversation,
    Message,
    MessageState,
    OutboundMessage,
)
from conversations.ports import Lease, NewMessage, Task
from stores.conversation_rows import (
    CONVERSATIONS,
    LEASES,
    MESSAGES,
    WORK_WITH_ADDRESS,
    work_from,
)
from stores.conversation_tables import PENDING, WAITING, LeaseRow
from stores.conversation_writes import (
    append_events,
    conversation_of,
    holds,
    insert_messages,
    move_message,
    take_seqs,
    take_seqs_if,
    upsert,
)
from stores.database import reading
from stores.delivery_writes import adopt_statuses, learn_provider_id, lock_provider_id
from stores.floor_writes import mark_fresh, moved

CANDIDATES = 16
WORK = {Task.RELAY: WAITING, Task.SEND: PENDING}


class SqlConversationWork:
    """Leases, and what is done under them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(
        self, task: Task, *, owner: str, now: datetime, until: datetime
    ) -> Lease | None:
        """Take the conversation whose work waits longest and that no other worker holds."""
        taken = sa.select(sa.literal(1)).where(
            LEASES.c.conversation_id == MESSAGES.c.conversation_id,
            LEASES.c.task == task.value,
            LEASES.c.until > now,
        )
        free = (
            sa.select(MESSAGES.c.conversation_id)
            .where(WORK[task], ~taken.exists())
            .group_by(MESSAGES.c.conversation_id)
            .order_by(sa.func.min(MESSAGES.c.stored_at))
            .limit(CANDIDATES)
        )
        async with reading(self._engine, snapshot=False) as connection:
            candidates = list(await connection.scalars(free))
        for conversation_id in candidates:
            taken_over = await self._take(Lease(conversation_id, task, owner, until), now)
            if taken_over is not None:
                return Lease(conversation_id, task, owner, until, taken_over)
        return None

    async def _take(self, lease: Lease, now: datetime) -> bool | None:
        """Return whether the lease was somebody's before; None when it still is."""
        async with self._engine.begin() as connection:
            added = await connection.execute(
                upsert(connection)(LeaseRow)
                .values(
                    conversation_id=lease.conversation_id,
                    task=lease.task.value,
                    owner=lease.owner,
                    until=lease.until,
                )
                .on_conflict_do_nothing()
            )
            if added.rowcount == 1:
                return False
            taken = await connection.execute(
                sa.update(LEASES)
                .where(*_of(lease), LEASES.c.until <= now)
                .values(owner=lease.owner, until=lease.until)
            )
            return True if taken.rowcount == 1 else None

    async def renew(self, lease: Lease, *, until: datetime) -> Lease | None:
        """Hold on to a lease; None when somebody else took it meanwhile."""
        async with self._engine.begin() as connection:
            renewed = await connection.execute(
                sa.update(LEASES).where(*_mine(lease)).values(until=until)
            )
        if renewed.rowcount != 1:
            return None
        return replace(lease, until=until, taken_over=False)

    async def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing when it is not ours any more."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(LEASES).where(*_mine(lease)))

    async def abandon(self, lease: Lease, *, at: datetime) -> None:
        """Let others take the lease over from ``at`` on, and know that we broke off."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.update(LEASES).where(*_mine(lease)).values(until=at))

    async def next_waiting(self, lease: Lease) -> tuple[Conversation, Message] | None:
        """Return the oldest message of the conversation that waits for an answer."""
        found = await self._work(lease, limit=1)
        return found[0] if found else None

    async def pending(self, lease: Lease, *, limit: int = 50) -> Sequence[OutboundMessage]:
        """Return the messages of ours that were not sent yet, in order."""
        found = await self._work(lease, limit=limit)
        return [OutboundMessage(conversation.address, message) for conversation, message in found]

    async def _work(self, lease: Lease, *, limit: int) -> list[tuple[Conversation, Message]]:
        wanted = (
            WORK_WITH_ADDRESS.where(
                MESSAGES.c.conversation_id == lease.conversation_id, WORK[lease.task]
            )
            .order_by(MESSAGES.c.seq)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [work_from(row) for row in rows]

    async def answer(
        self,
        lease: Lease,
        conversation: Conversation,
        message: Message,
        answers: Sequence[NewMessage],
        *,
        at: datetime,
        decide: Decide | None = None,
    ) -> bool:
        """Store the assistant's answers and mark the message answered, all or nothing."""
        guard = (*_unchanged(conversation), holds(lease))
        async with self._engine.connect() as connection, connection.begin() as transaction:
            first = await take_seqs_if(connection, conversation.id, len(answers), *guard)
            if first is None:
                return False
            answered = await move_message(
                connection, message, MessageState.ANSWERED, was=MessageState.WAITING, at=at
            )
            if answered is None:
                await transaction.rollback()
                return False
            happened = await insert_messages(connection, conversation, first, answers)
            if conversation.assistant_stale:
                await mark_fresh(connection, conversation.id)
            await moved(connection, conversation.id, decide, at=at, happened=[answered, *happened])
            return True

    async def say(
        self, lease: Lease, conversation: Conversation, line: NewMessage, *, at: datetime
    ) -> bool:
        """Store a line of ours under the same conditions as ``answer``."""
        guard = (*_unchanged(conversation), holds(lease))
        async with self._engine.begin() as connection:
            first = await take_seqs_if(connection, conversation.id, 1, *guard)
            if first is None:
                return False
            happened = await insert_messages(connection, conversation, first, [line])
            await append_events(connection, conversation.id, at, happened)
            return True

    async def settle(
        self,
        lease: Lease,
        message: Message,
        state: MessageState,
        *,
        reason: str | None,
        lines: Sequence[NewMessage],
        at: datetime,
        decide: Decide | None = None,
    ) -> bool:
        """Close a waiting message without an answer, with lines that tell the person."""
        async with self._engine.connect() as connection, connection.begin() as transaction:
            if await take_seqs_if(connection, message.conversation_id, 0, holds(lease)) is None:
                return False
            closed = await move_message(
                connection, message, state, was=MessageState.WAITING, at=at, reason=reason
            )
            if closed is None:
                await transaction.rollback()
                return False
            happened = [closed]
            conversation = await conversation_of(connection, message.conversation_id)
            if lines and conversation.controller is Controller.BOT:
                first = await take_seqs(connection, conversation.id, len(lines))
                happened += await insert_messages(connection, conversation, first, lines)
            await moved(connection, conversation.id, decide, at=at, happened=happened)
            return True

    async def delivered(
        self,
        lease: Lease,
        outbound: OutboundMessage,
        state: MessageState,
        *,
        provider_id: str | None,
        reason: str | None,
        at: datetime,
    ) -> None:
        """Keep how the sending went."""
        message, channel = outbound.message, outbound.address.channel
        more: dict[str, Any] = {"reason": reason} if reason else {}
        async with self._engine.begin() as connection:
            if provider_id is not None:
                more["provider_id"] = provider_id
                await lock_provider_id(connection, channel, provider_id)
            moved = await move_message(
                connection, message, state, was=MessageState.PENDING, at=at, **more
            )
            happened = [] if moved is None else [moved]
            if provider_id is not None:
                if moved is None:  # a status was faster and told how it went
                    await learn_provider_id(connection, message.id, provider_id)
                happened += await adopt_statuses(connection, message.id, channel, provider_id, at)
            if happened:
                await append_events(connection, lease.conversation_id, at, happened)


def _of(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        LEASES.c.conversation_id == lease.conversation_id,
        LEASES.c.task == lease.task.value,
    )


def _mine(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_of(lease), LEASES.c.owner == lease.owner)


def _unchanged(conversation: Conversation) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        CONVERSATIONS.c.controller == Controller.BOT.value,
        CONVERSATIONS.c.control_version == conversation.control_version,
    )
