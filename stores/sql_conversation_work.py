"""Conversations in SQLite or PostgreSQL: what the workers ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from conversations.handover_ports import Decide
from conversations.model import (
    Controller,
    Conversation,
    Message,
    MessageState,
    OutboundMessage,
)
from conversations.ports import Claim, KeptAnswers, Lease, NewMessage
from stores.conversation_rows import CONVERSATIONS, numbered
from stores.conversation_writes import (
    HELD,
    TAKING,
    append_events,
    conversation_of,
    insert_messages,
    move_message,
    of_lease,
    released,
    take_seqs,
    take_seqs_if,
)
from stores.floor_writes import mark_fresh, moved
from stores.leases_given import leased_to_send
from stores.prepared import Prepared
from stores.sql_sending import SqlSending

_HELD = Prepared(TAKING.where(HELD))
_WITH_THE_ASSISTANT = Prepared(
    TAKING.where(
        HELD,
        CONVERSATIONS.c.controller == Controller.BOT.value,
        CONVERSATIONS.c.control_version == sa.bindparam("unchanged"),
    )
)
_WITH_PEOPLE = Prepared(TAKING.where(HELD, CONVERSATIONS.c.controller != Controller.BOT.value))


class SqlConversationWork(SqlSending):
    """What the relay does under a lease."""

    async def next_waiting(self, lease: Lease) -> tuple[Conversation, Message] | None:
        """Return the oldest message of the conversation that waits for an answer."""
        found = await self._work(lease, limit=1)
        return found[0] if found else None

    async def answer(
        self,
        lease: Lease,
        conversation: Conversation,
        message: Message,
        answers: Sequence[NewMessage],
        *,
        at: datetime,
        decide: Decide | None = None,
        give_back: bool = False,
        claim: Claim | None = None,
    ) -> KeptAnswers | None:
        """Store the assistant's answers and mark the message answered, all or nothing."""
        guard = of_lease(lease) | {"unchanged": conversation.control_version}
        async with self._engine.connect() as connection, connection.begin() as transaction:
            first = await take_seqs_if(
                connection, conversation.id, len(answers), _WITH_THE_ASSISTANT, guard
            )
            if first is None:
                return None
            answered = await move_message(
                connection, message, MessageState.ANSWERED, was=MessageState.WAITING, at=at
            )
            if answered is None:
                await transaction.rollback()
                return None
            happened = await insert_messages(connection, conversation, first, answers)
            if conversation.assistant_stale:
                await mark_fresh(connection, conversation.id)
            if give_back:
                await released(connection, lease)
            address = conversation.address
            pending = tuple(
                OutboundMessage(address, numbered(one, conversation_id=conversation.id, seq=seq))
                for seq, one in enumerate(answers, start=first)
            )
            to_send = None
            if decide is None:  # a move may have something to say as well
                to_send = await leased_to_send(connection, pending, claim)
            await moved(connection, conversation.id, decide, at=at, happened=[answered, *happened])
            return KeptAnswers(pending, to_send)

    async def say(
        self, lease: Lease, conversation: Conversation, line: NewMessage, *, at: datetime
    ) -> bool:
        """Store a line of ours under the same conditions as ``answer``."""
        guard = of_lease(lease) | {"unchanged": conversation.control_version}
        async with self._engine.begin() as connection:
            first = await take_seqs_if(connection, conversation.id, 1, _WITH_THE_ASSISTANT, guard)
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
        give_back: bool = False,
    ) -> bool:
        """Close a waiting message without an answer, with lines that tell the person."""
        async with self._engine.connect() as connection, connection.begin() as transaction:
            of, held = message.conversation_id, of_lease(lease)
            if await take_seqs_if(connection, of, 0, _HELD, held) is None:
                return False
            conversation = await conversation_of(connection, message.conversation_id)
            if conversation.controller is not Controller.BOT:
                state, reason, lines = MessageState.FOR_AGENT, None, ()
            closed = await move_message(
                connection, message, state, was=MessageState.WAITING, at=at, reason=reason
            )
            if closed is None:
                await transaction.rollback()
                return False
            happened = [closed]
            if lines:
                first = await take_seqs(connection, conversation.id, len(lines))
                happened += await insert_messages(connection, conversation, first, lines)
            if give_back:
                await released(connection, lease)
            await moved(connection, conversation.id, decide, at=at, happened=happened)
            return True

    async def leave_for_people(
        self,
        lease: Lease,
        message: Message,
        *,
        at: datetime,
        decide: Decide,
        give_back: bool = False,
    ) -> bool:
        """Mark a waiting message as people's, only while they are in control."""
        async with self._engine.connect() as connection, connection.begin() as transaction:
            of, held = message.conversation_id, of_lease(lease)
            if await take_seqs_if(connection, of, 0, _WITH_PEOPLE, held) is None:
                return False
            left = await move_message(
                connection, message, MessageState.FOR_AGENT, was=MessageState.WAITING, at=at
            )
            if left is None:
                await transaction.rollback()
                return False
            if give_back:
                await released(connection, lease)
            await moved(connection, message.conversation_id, decide, at=at, happened=[left])
            return True
