"""The delivery ledger in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.delivery import DeliveryStatus, MessageLife, NeedsLook, Step
from conversations.errors import MessageNotFound
from conversations.model import MessageState, Sender
from stores.conversation_rows import MESSAGES, message_from
from stores.conversation_tables import ANSWERS, NEEDING
from stores.conversation_writes import append_events
from stores.database import reading
from stores.delivery_writes import DELIVERIES, highest, note_status


class SqlDeliveryLedger:
    """Statuses in a table of their own; what follows from them in the message's row."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(
        self,
        channel: str,
        status: DeliveryStatus,
        *,
        at: datetime,
        noted_at: datetime,
        message_id: str | None = None,
        provider_id: str | None = None,
        code: str | None = None,
    ) -> bool:
        """Keep a status, once, with its time."""
        async with self._engine.begin() as connection:
            return await note_status(
                connection,
                channel,
                status,
                at=at,
                noted_at=noted_at,
                message_id=message_id,
                provider_id=provider_id,
                code=code,
            )

    async def life(self, message_id: str) -> MessageLife:
        """Return all that is known of a message; raises MessageNotFound."""
        found = await self._life(MESSAGES.c.id == message_id)
        if found is None:
            raise MessageNotFound(message_id=message_id)
        return found

    async def statuses(self, message_ids: Sequence[str]) -> Mapping[str, DeliveryStatus]:
        """Return the highest status of each message of which a service told one."""
        if not message_ids:
            return {}
        wanted = sa.select(DELIVERIES.c.message_id, DELIVERIES.c.status).where(
            DELIVERIES.c.message_id.in_(message_ids)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).all()
        told: dict[str, list[str]] = {}
        for message_id, status in rows:
            told.setdefault(message_id, []).append(status)
        found = {message_id: highest(every) for message_id, every in told.items()}
        return {message_id: one for message_id, one in found.items() if one is not None}

    async def find_by_provider(self, channel: str, provider_id: str) -> MessageLife | None:
        """Return the life of the message that a service knows by this id."""
        return await self._life(
            MESSAGES.c.channel == channel, MESSAGES.c.provider_id == provider_id
        )

    async def _life(self, *named: sa.ColumnElement[bool]) -> MessageLife | None:
        async with reading(self._engine) as connection:
            rows = await connection.execute(sa.select(MESSAGES).where(*named))
            row = rows.mappings().one_or_none()
            if row is None:
                return None
            answers = await connection.execute(
                sa.select(MESSAGES)
                .where(MESSAGES.c.answer_to == row["id"], ANSWERS)
                .order_by(MESSAGES.c.seq)
            )
            lives = tuple([await _life_of(connection, one) for one in answers.mappings().all()])
            return await _life_of(connection, row, lives)

    async def needing_look(self, *, limit: int = 100) -> Sequence[NeedsLook]:
        """Return what failed, is unknown or quarantined, and is not cleared; oldest first."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(MESSAGES).where(NEEDING).order_by(MESSAGES.c.stored_at).limit(limit)
            )
            return [
                NeedsLook(
                    message_id=row["id"],
                    conversation_id=row["conversation_id"],
                    channel=row["channel"],
                    sender=row["sender"],
                    state=MessageState(row["state"]),
                    reason=row["reason"],
                    at=row["moved_at"] or row["stored_at"],
                )
                for row in rows.mappings()
            ]

    async def clear(self, message_id: str, *, at: datetime, by: str) -> bool:
        """Note that somebody saw to a failed message; False when there was nothing to see to."""
        async with self._engine.begin() as connection:
            cleared = await connection.execute(
                sa.update(MESSAGES)
                .where(MESSAGES.c.id == message_id, NEEDING)
                .values(cleared_at=at)
                .returning(MESSAGES.c.conversation_id, MESSAGES.c.seq)
            )
            row = cleared.one_or_none()
            if row is None:
                return False
            told = {"id": message_id, "seq": row.seq, "by": by}
            await append_events(connection, row.conversation_id, at, [("failure_cleared", told)])
            return True


async def _life_of(
    connection: AsyncConnection, row: sa.RowMapping, answers: Sequence[MessageLife] = ()
) -> MessageLife:
    name: dict[str, Any] = {"channel": row["channel"], "provider_id": row["provider_id"]}
    by_provider = sa.and_(*(DELIVERIES.c[column] == value for column, value in name.items()))
    noted = await connection.execute(
        sa.select(DELIVERIES)
        .where(sa.or_(DELIVERIES.c.message_id == row["id"], by_provider))
        .order_by(DELIVERIES.c.at, DELIVERIES.c.id)
    )
    statuses = noted.mappings().all()
    message = message_from(row)
    steps = [Step("shown", message.stored_at)]
    if message.sender is Sender.CITIZEN:
        steps = [Step("written", message.sent_at), Step("received", message.stored_at), *steps]
    told = {one["status"] for one in statuses}
    if row["moved_at"] is not None and message.state.value not in told:
        steps.append(Step(message.state.value, row["moved_at"], message.reason))
    steps += [Step(one["status"], one["at"], one["code"]) for one in statuses]
    return MessageLife(
        message=message,
        channel=row["channel"],
        attempts=row["attempts"],
        steps=steps,
        status=highest([one["status"] for one in statuses]),
        answers=answers,
    )
