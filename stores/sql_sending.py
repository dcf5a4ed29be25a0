"""Sending in SQLite or PostgreSQL: what waits, how it went, what has to wait longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conversations.delivery import DeliveryStatus
from conversations.model import MessageState, OutboundMessage
from conversations.ports import Lease
from conversations.sending import ChannelStop
from stores.attachment_rows import work_with_files
from stores.audit_tables import record
from stores.conversation_rows import MESSAGES
from stores.conversation_writes import (
    HELD,
    append_events,
    move_message,
    of_lease,
    released,
    upsert,
)
from stores.database import reading
from stores.delivery_tables import ChannelStopRow, DeliveryRow
from stores.delivery_writes import adopt_statuses, learn_provider_id, lock_provider_id
from stores.sql_leases import STOPS, SqlLeases, work_of

NOWHERE = ""
"""The conversation of an event that is about none."""


class SqlSending(SqlLeases):
    """What the outbox asks of the database."""

    async def pending(self, lease: Lease, *, limit: int = 50) -> Sequence[OutboundMessage]:
        """Return the messages of ours that were not sent yet, in order."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await work_of(connection, lease, limit)
            work = await work_with_files(connection, rows)
        found = [(row, *one) for row, one in zip(rows, work, strict=True)]
        return [
            OutboundMessage(
                conversation.address,
                message,
                attempts=row["attempts"],
                next_try_at=row["next_try_at"],
            )
            for row, conversation, message in found
        ]

    async def delivered(
        self,
        lease: Lease,
        outbound: OutboundMessage,
        state: MessageState,
        *,
        provider_id: str | None,
        reason: str | None,
        at: datetime,
        code: str | None = None,
        give_back: bool = False,
    ) -> None:
        """Keep how the sending went."""
        message, channel = outbound.message, outbound.address.channel
        more: dict[str, Any] = {"next_try_at": None}
        if reason is not None:  # otherwise it says what kind of line it is
            more["reason"] = reason
        async with self._engine.begin() as connection:
            if provider_id is not None:
                more["provider_id"] = provider_id
                await lock_provider_id(connection, channel, provider_id)
            moved = await move_message(
                connection, message, state, was=MessageState.PENDING, at=at, **more
            )
            if moved is None and state is MessageState.SENT:  # we were given up too early
                moved = await move_message(
                    connection, message, state, was=MessageState.UNKNOWN, at=at, **more
                )
            happened = [] if moved is None else [moved]
            if provider_id is not None:
                if moved is None:  # a status was faster and told how it went
                    await learn_provider_id(connection, message.id, provider_id)
                happened += await adopt_statuses(connection, message.id, channel, provider_id, at)
            if moved is not None and state is MessageState.FAILED and code is not None:
                failed = upsert(connection)(DeliveryRow).values(
                    message_id=message.id,
                    channel=channel,
                    status=DeliveryStatus.FAILED.value,
                    at=at,
                    noted_at=at,
                    code=code[:64],
                )
                await connection.execute(failed.on_conflict_do_nothing())
            if give_back:
                await released(connection, lease)
            if happened:
                await append_events(connection, lease.conversation_id, at, happened)

    async def postpone(
        self, lease: Lease, outbound: OutboundMessage, *, until: datetime, reason: str, at: datetime
    ) -> None:
        """Keep that a sending failed and when it is tried again."""
        message = outbound.message
        async with self._engine.begin() as connection:
            later = await connection.execute(
                sa.update(MESSAGES)
                .where(
                    MESSAGES.c.id == message.id,
                    MESSAGES.c.state == MessageState.PENDING.value,
                    HELD,
                )
                .values(attempts=MESSAGES.c.attempts + 1, next_try_at=until)
                .returning(MESSAGES.c.attempts),
                of_lease(lease),
            )
            attempts = later.scalar_one_or_none()
            if attempts is None:
                return
            told = {"id": message.id, "seq": message.seq, "attempts": attempts, "reason": reason}
            await append_events(
                connection, lease.conversation_id, at, [("message_postponed", told)]
            )

    async def stop_channel(
        self, channel: str, *, code: str | None, check_at: datetime | None, at: datetime
    ) -> None:
        """Send nothing to a channel until it is resumed; ``check_at``: try one then."""
        async with self._engine.begin() as connection:
            added = await connection.execute(
                upsert(connection)(ChannelStopRow)
                .values(channel=channel, since=at, code=code, check_at=check_at)
                .on_conflict_do_nothing()
            )
            if added.rowcount == 1:
                event = ("channel_stopped", {"channel": channel, "code": code})
                await append_events(connection, NOWHERE, at, [event])
                return
            await connection.execute(
                sa.update(STOPS)
                .where(STOPS.c.channel == channel)
                .values(code=code, check_at=check_at)
            )

    async def resume_channel(self, channel: str, *, by: str, at: datetime) -> bool:
        """Let a channel go on; False when it was not stopped."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(sa.delete(STOPS).where(STOPS.c.channel == channel))
            if gone.rowcount != 1:
                return False
            event = ("channel_resumed", {"channel": channel, "by": by})
            await append_events(connection, NOWHERE, at, [event])
            await record(
                connection,
                at=at,
                actor=by,
                action="channel_resumed",
                subject_kind="channel",
                subject_id=channel,
                before={},
                after={},
            )
            return True

    async def stopped_channels(self) -> Sequence[ChannelStop]:
        """Return the channels to which nothing is sent."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(sa.select(STOPS).order_by(STOPS.c.since))
            return [
                ChannelStop(row["channel"], row["since"], row["code"], row["check_at"])
                for row in rows.mappings()
            ]

    async def state_of_ours(self, conversation_id: str, message_id: str) -> MessageState | None:
        """Return the state of a message to the person; None when there is none of this id."""
        wanted = sa.select(MESSAGES.c.state).where(
            MESSAGES.c.id == message_id,
            MESSAGES.c.conversation_id == conversation_id,
            MESSAGES.c.sender != "citizen",
        )
        async with reading(self._engine, snapshot=False) as connection:
            state = await connection.scalar(wanted)
        return None if state is None else MessageState(state)

    async def retry(self, message_id: str, *, by: str, at: datetime) -> bool:
        """Let a message that failed, is unknown or quarantined be handled once more."""
        theirs = MESSAGES.c.sender == "citizen"
        stuck = [MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUARANTINED]
        async with self._engine.begin() as connection:
            released = await connection.execute(
                sa.update(MESSAGES)
                .where(MESSAGES.c.id == message_id, MESSAGES.c.state.in_(stuck))
                .values(
                    state=sa.case(
                        (theirs, MessageState.WAITING.value), else_=MessageState.PENDING.value
                    ),
                    reason=None,
                    attempts=0,
                    next_try_at=None,
                    moved_at=at,
                    cleared_at=None,
                )
                .returning(MESSAGES.c.conversation_id, MESSAGES.c.seq, MESSAGES.c.state)
            )
            row = released.one_or_none()
            if row is None:
                return False
            told = {"id": message_id, "seq": row.seq, "state": row.state, "by": by}
            await record(
                connection,
                at=at,
                actor=by,
                action="message_retried",
                subject_kind="conversation",
                subject_id=row.conversation_id,
                before={},
                after={"message": message_id},
            )
            await append_events(connection, row.conversation_id, at, [("message_state", told)])
            return True
