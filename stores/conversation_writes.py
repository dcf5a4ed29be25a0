"""Steps of the transactions on conversations. Each expects to run inside one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.attachments import AttachmentState
from conversations.errors import ConversationNotFound
from conversations.model import Conversation, Message, MessageState, Sender
from conversations.ports import Lease, NewMessage
from stores.attachment_rows import take_along
from stores.conversation_rows import (
    CONVERSATIONS,
    EVENTS,
    LEASES,
    MESSAGES,
    OFFERED,
    WITH_ADDRESS,
    conversation_from,
    message_values,
)
from stores.conversation_tables import OfferedButtonRow
from stores.prepared import Prepared
from stores.search_writes import keep_words, read_unread
from stores.tables import UtcTime

LONGEST_PAYLOAD = 500

NEWS = "baddala_events"
"""The channel on which PostgreSQL tells that events were stored."""

_EVENT_LOCK = 0x45564E54  # "EVNT"

_APPENDED = Prepared(
    sa.text("""
    INSERT INTO event (at, kind, conversation_id, data)
    SELECT :at, one ->> 'kind', one ->> 'conversation_id', one -> 'data'
    FROM (SELECT pg_advisory_xact_lock(:key), pg_notify(:news, '')) AS held
    CROSS JOIN json_array_elements(:told) WITH ORDINALITY AS told (one, n)
    ORDER BY n
""").bindparams(
        sa.bindparam("at", type_=UtcTime),
        sa.bindparam("told", type_=sa.JSON),
        sa.bindparam("key", type_=sa.BigInteger),
        sa.bindparam("news", type_=sa.Text),
    )
)
"""Numbers are given out row by row, after both sides of the join, and so after the lock."""

Happened = tuple[str, dict[str, Any]]

_INSERTED = Prepared(sa.insert(MESSAGES))
_HAPPENED = Prepared(sa.insert(EVENTS))
TAKING = (
    sa.update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == sa.bindparam("of"))
    .values(last_seq=CONVERSATIONS.c.last_seq + sa.bindparam("count", type_=sa.Integer))
    .returning(CONVERSATIONS.c.last_seq)
)
"""Takes places in a conversation and locks it; may be given further conditions, once for all."""

_TAKEN = Prepared(TAKING)
_OF_ID = Prepared(WITH_ADDRESS.where(CONVERSATIONS.c.id == sa.bindparam("of")))
OF_HOLDER = (
    LEASES.c.conversation_id == sa.bindparam("lease_of"),
    LEASES.c.task == sa.bindparam("lease_task"),
    LEASES.c.owner == sa.bindparam("lease_owner"),
)
"""The conditions of a lease that is still ours; to be given what ``of_lease`` returns."""

HELD = sa.select(sa.literal(1)).select_from(LEASES).where(*OF_HOLDER).exists()
"""The condition that nobody took a lease over; to be given what ``of_lease`` returns."""

_RELEASED = Prepared(sa.delete(LEASES).where(*OF_HOLDER))
_MOVED = (
    sa.update(MESSAGES)
    .where(MESSAGES.c.id == sa.bindparam("which"), MESSAGES.c.state == sa.bindparam("was"))
    .values(state=sa.bindparam("becomes"), moved_at=sa.bindparam("moved"))
)


def upsert(connection: AsyncConnection) -> Any:
    """Return the ``insert`` of the database at hand, the one that knows ON CONFLICT."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


async def conversation_of(connection: AsyncConnection, conversation_id: str) -> Conversation:
    """Return a conversation that is known to be there."""
    [row] = await _OF_ID.rows(connection, {"of": conversation_id})
    return conversation_from(row)


async def take_seqs(connection: AsyncConnection, conversation_id: str, count: int) -> int:
    """Take ``count`` places in a conversation that is there; return the first of them."""
    first = await take_seqs_if(connection, conversation_id, count)
    if first is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return first


async def take_seqs_if(
    connection: AsyncConnection,
    conversation_id: str,
    count: int,
    taking: Prepared = _TAKEN,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> int | None:
    """Take ``count`` places in a conversation and lock it; return the first of them.

    None when the conditions of ``taking`` do not hold: nothing is taken then.
    """
    row = await taking.row(connection, {"of": conversation_id, "count": count, **given})
    return None if row is None else int(row["last_seq"]) - count + 1


async def insert_messages(
    connection: AsyncConnection,
    conversation: Conversation,
    first_seq: int,
    messages: Sequence[NewMessage],
) -> list[Happened]:
    """Insert messages in order and offer their buttons; return what to tell the event log."""
    happened: list[Happened] = []
    for seq, message in enumerate(messages, start=first_seq):
        values = message_values(message, conversation_id=conversation.id, seq=seq)
        values["channel"] = conversation.address.channel
        await _INSERTED.changed(connection, values)
        files = [one.id for one in message.attachments]
        states = await take_along(connection, conversation.id, message.id, files)
        if message.sender is not Sender.CITIZEN:
            await _offer(connection, conversation.id, message)
        told = {name: values[name] for name in ("id", "seq", "sender", "state", "reason")}
        happened.append(("message", told))
        happened += _scanned_meanwhile(message, seq, states)
        if message.sender is not Sender.BOT:
            await keep_words(connection, values)
    if first_seq == 1:
        await read_unread(connection)  # whoever is new here has an address to be found by
    return happened


def _scanned_meanwhile(
    message: NewMessage, seq: int, states: Mapping[str, AttachmentState]
) -> list[Happened]:
    """Tell of the files that a scanner spoke of before they were part of a message."""
    return [
        attachment_told(file.id, message.id, seq, states[file.id])
        for file in message.attachments
        if states.get(file.id, file.state) is not file.state
    ]


def attachment_told(
    attachment_id: str, message_id: str, seq: int, state: AttachmentState
) -> Happened:
    """Return the event that says how a file in a message stands."""
    told = {"id": attachment_id, "message_id": message_id, "seq": seq, "state": state.value}
    return "attachment", told


async def _offer(connection: AsyncConnection, conversation_id: str, message: NewMessage) -> None:
    for button in message.buttons:
        if len(button.payload) > LONGEST_PAYLOAD:
            continue
        offer = upsert(connection)(OfferedButtonRow).values(
            conversation_id=conversation_id, payload=button.payload, title=button.title
        )
        await connection.execute(
            offer.on_conflict_do_update(
                index_elements=[OFFERED.c.conversation_id, OFFERED.c.payload],
                set_={"title": offer.excluded.title},
            )
        )


def of_lease(lease: Lease) -> dict[str, str]:
    """Return what ``HELD`` has to be given."""
    return {
        "lease_of": lease.conversation_id,
        "lease_task": lease.task.value,
        "lease_owner": lease.owner,
    }


async def released(connection: AsyncConnection, lease: Lease) -> None:
    """Give a lease back; does nothing when it is not ours any more."""
    await _RELEASED.changed(connection, of_lease(lease))


@cache
def _moving(more: tuple[str, ...]) -> Prepared:
    """Return what moves a message and sets some more of its columns."""
    return Prepared(
        _MOVED.values({name: sa.bindparam(f"more_{name}") for name in more}) if more else _MOVED
    )


async def move_message(
    connection: AsyncConnection,
    message: Message,
    state: MessageState,
    *,
    was: MessageState,
    at: datetime,
    **more: Any,
) -> Happened | None:
    """Change the state of a message that is in the state ``was``; None when it is not."""
    given = {"which": message.id, "was": was.value, "becomes": state.value, "moved": at}
    given |= {f"more_{name}": value for name, value in more.items()}
    if await _moving(tuple(sorted(more))).changed(connection, given) != 1:
        return None
    told = {"id": message.id, "seq": message.seq, "state": state.value}
    return "message_state", told | ({"reason": more["reason"]} if more.get("reason") else {})


async def append_events(
    connection: AsyncConnection, conversation_id: str, at: datetime, happened: Sequence[Happened]
) -> None:
    """Add to the event log what happened in one conversation; see ``append_all_events``."""
    await append_all_events(connection, at, [(conversation_id, happened)])


async def append_all_events(
    connection: AsyncConnection, at: datetime, happened: Sequence[tuple[str, Sequence[Happened]]]
) -> None:
    """Add to the event log; must be the last step of its transaction.

    On PostgreSQL a lock held until the commit makes cursors appear in their order, so
    that who reads on from a cursor misses nothing. Listeners are told at the commit.
    Everybody waits for that lock, so the rows go in with the statement that takes it.
    """
    rows = [
        {"kind": kind, "conversation_id": conversation_id, "data": data}
        for conversation_id, told in happened
        for kind, data in told
    ]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        given = {"key": _EVENT_LOCK, "news": NEWS, "at": at, "told": rows}
        await _APPENDED.changed(connection, given)
    else:
        for row in rows:
            await _HAPPENED.changed(connection, {"at": at, **row})
