"""Steps of the transactions on the delivery ledger. Each expects to run inside one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.arrivals import StatusNote
from conversations.delivery import DeliveryStatus
from conversations.model import MessageState
from stores.conversation_rows import MESSAGES
from stores.conversation_writes import Happened, append_events, upsert
from stores.delivery_tables import DeliveryRow

DELIVERIES = cast(sa.Table, DeliveryRow.__table__)

NOT_DELIVERED = "channel_delivery_failed"
_MOVED_BY_FAILURE = (MessageState.PENDING, MessageState.SENT, MessageState.UNKNOWN)
_MOVED_BY_SUCCESS = (MessageState.PENDING, MessageState.UNKNOWN, MessageState.FAILED)


async def lock_provider_id(connection: AsyncConnection, channel: str, provider_id: str) -> None:
    """Let a status and the sending that it is about wait for each other; first of all locks.

    SQLite has one writer at a time anyhow.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"{channel}:{provider_id}".encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


async def note_status(
    connection: AsyncConnection,
    channel: str,
    status: DeliveryStatus,
    *,
    at: datetime,
    noted_at: datetime,
    message_id: str | None,
    provider_id: str | None,
    code: str | None,
) -> bool:
    """Do what ``DeliveryLedger.note`` says; must be the last step of its transaction."""
    if provider_id is not None:
        await lock_provider_id(connection, channel, provider_id)
    message = await _message(connection, channel, message_id, provider_id)
    if message is None and provider_id is None:
        return False
    mine = (
        DELIVERIES.c.message_id == message.id
        if message is not None
        else sa.and_(DELIVERIES.c.channel == channel, DELIVERIES.c.provider_id == provider_id)
    )
    before = highest((await connection.scalars(sa.select(DELIVERIES.c.status).where(mine))).all())
    added = await connection.execute(
        upsert(connection)(DeliveryRow)
        .values(
            message_id=None if message is None else message.id,
            channel=channel,
            provider_id=provider_id,
            status=status.value,
            at=at,
            noted_at=noted_at,
            code=code,
        )
        .on_conflict_do_nothing()
    )
    if added.rowcount != 1:
        return False
    if message is not None and message.provider_id is None and provider_id is not None:
        await learn_provider_id(connection, message.id, provider_id)
        before = highest([before, *await _adopted(connection, channel, provider_id, message.id)])
    if before is not None and before.rank >= status.rank:
        return False
    if message is not None:
        told = {"id": message.id, "seq": message.seq, "status": status.value}
        happened: list[Happened] = [("delivery", told | ({"code": code} if code else {}))]
        happened += await _moved(connection, message, status, noted_at)
        await append_events(connection, message.conversation_id, noted_at, happened)
    return True


async def note_statuses(
    connection: AsyncConnection, channel: str, notes: Sequence[StatusNote], noted_at: datetime
) -> None:
    """Note several statuses; must be the last step of its transaction.

    All locks are taken before the first is noted, in one order for everybody.
    """
    for provider_id in sorted({one.provider_id for one in notes if one.provider_id is not None}):
        await lock_provider_id(connection, channel, provider_id)
    if len(notes) > 1:
        ours = [one.message_id for one in notes if one.message_id is not None]
        theirs = [one.provider_id for one in notes if one.provider_id is not None]
        await connection.execute(
            sa.select(MESSAGES.c.id)
            .where(
                MESSAGES.c.channel == channel,
                sa.or_(MESSAGES.c.id.in_(ours), MESSAGES.c.provider_id.in_(theirs)),
            )
            .order_by(MESSAGES.c.id)
            .with_for_update()
        )
    for one in notes:
        await note_status(
            connection,
            channel,
            one.status,
            at=one.at,
            noted_at=noted_at,
            message_id=one.message_id,
            provider_id=one.provider_id,
            code=one.code,
        )


async def adopt_statuses(
    connection: AsyncConnection, message_id: str, channel: str, provider_id: str, at: datetime
) -> list[Happened]:
    """Give a message the statuses that came before we knew its ``provider_id``.

    ``lock_provider_id`` was taken before. Returns what to tell the event log.
    """
    top = highest(await _adopted(connection, channel, provider_id, message_id))
    if top is None:
        return []
    message = await _message(connection, channel, message_id, None)
    if message is None:
        return []
    told = {"id": message.id, "seq": message.seq, "status": top.value}
    return [("delivery", told), *await _moved(connection, message, top, at)]


async def learn_provider_id(connection: AsyncConnection, message_id: str, provider_id: str) -> None:
    """Keep what the service calls a message, if nobody did."""
    await connection.execute(
        sa.update(MESSAGES)
        .where(MESSAGES.c.id == message_id, MESSAGES.c.provider_id.is_(None))
        .values(provider_id=provider_id)
    )


def highest(statuses: Sequence[str | None]) -> DeliveryStatus | None:
    """Return the status that stands highest; None for none."""
    known = [DeliveryStatus(one) for one in statuses if one is not None]
    return max(known, key=lambda one: one.rank, default=None)


async def _adopted(
    connection: AsyncConnection, channel: str, provider_id: str, message_id: str
) -> Sequence[str]:
    had = sa.select(DELIVERIES.c.status).where(DELIVERIES.c.message_id == message_id)
    adopted = await connection.scalars(
        sa.update(DELIVERIES)
        .where(
            DELIVERIES.c.channel == channel,
            DELIVERIES.c.provider_id == provider_id,
            DELIVERIES.c.message_id.is_(None),
            DELIVERIES.c.status.not_in(had),
        )
        .values(message_id=message_id)
        .returning(DELIVERIES.c.status)
    )
    return adopted.all()


async def _message(
    connection: AsyncConnection, channel: str, message_id: str | None, provider_id: str | None
) -> sa.Row[str, str, int, str, str | None] | None:
    """Return the row of ours that is meant; our id is believed only on its own channel."""
    named = []
    if message_id is not None:
        named.append(MESSAGES.c.id == message_id)
    if provider_id is not None:
        named.append(MESSAGES.c.provider_id == provider_id)
    for name in named:
        found = await connection.execute(
            sa.select(
                MESSAGES.c.id,
                MESSAGES.c.conversation_id,
                MESSAGES.c.seq,
                MESSAGES.c.state,
                MESSAGES.c.provider_id,
            )
            .where(name, MESSAGES.c.channel == channel, MESSAGES.c.sender != "citizen")
            .with_for_update()
        )
        row = found.one_or_none()
        if row is not None:
            return row
    return None


async def _moved(
    connection: AsyncConnection,
    message: sa.Row[str, str, int, str, str | None],
    status: DeliveryStatus,
    at: datetime,
) -> list[Happened]:
    failed = status is DeliveryStatus.FAILED
    state = MessageState.FAILED if failed else MessageState.SENT
    reason = NOT_DELIVERED if failed else None
    pending = MESSAGES.c.state == MessageState.PENDING.value
    # a pending line's reason says what kind of line it is, a failed one's what failed
    kept = reason if failed else sa.case((pending, MESSAGES.c.reason), else_=None)
    moved = await connection.execute(
        sa.update(MESSAGES)
        .where(
            MESSAGES.c.id == message.id,
            MESSAGES.c.state.in_(_MOVED_BY_FAILURE if failed else _MOVED_BY_SUCCESS),
        )
        .values(state=state.value, reason=kept, moved_at=at, next_try_at=None)
    )
    if moved.rowcount != 1:
        return []
    told = {"id": message.id, "seq": message.seq, "state": state.value}
    return [("message_state", told | ({"reason": reason} if reason else {}))]
