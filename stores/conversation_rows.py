"""Conversations, messages and events to the values of their rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.model import (
    Address,
    Button,
    Controller,
    Conversation,
    Message,
    MessageKind,
    MessageState,
    Sender,
)
from conversations.ports import Event, NewMessage
from kernel.language import Language
from kernel.validity import TOPIC
from stores.conversation_tables import (
    ConversationRow,
    EventRow,
    IdentityRow,
    LeaseRow,
    MessageRow,
    OfferedButtonRow,
    PersonRow,
)
from stores.prepared import Prepared

PEOPLE = cast(sa.Table, PersonRow.__table__)
IDENTITIES = cast(sa.Table, IdentityRow.__table__)
CONVERSATIONS = cast(sa.Table, ConversationRow.__table__)
MESSAGES = cast(sa.Table, MessageRow.__table__)
OFFERED = cast(sa.Table, OfferedButtonRow.__table__)
LEASES = cast(sa.Table, LeaseRow.__table__)
EVENTS = cast(sa.Table, EventRow.__table__)

WITH_ADDRESS = sa.select(
    CONVERSATIONS, IDENTITIES.c.channel, IDENTITIES.c.kind, IDENTITIES.c.value
).join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
"""Conversations as ``conversation_from`` reads them."""

WORK_WITH_ADDRESS = (
    sa.select(
        MESSAGES,
        *(column.label(f"of_{column.name}") for column in CONVERSATIONS.c),
        *(IDENTITIES.c[name].label(f"of_{name}") for name in ("channel", "kind", "value")),
    )
    .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
    .join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
)
"""Messages with their conversations as ``work_from`` reads them."""


def work_from(row: sa.RowMapping) -> tuple[Conversation, Message]:
    """Return the conversation and the message of a row of ``WORK_WITH_ADDRESS``."""
    of = {name.removeprefix("of_"): value for name, value in row.items() if name[:3] == "of_"}
    return conversation_from(of), message_from(row)


def conversation_from(row: Mapping[str, Any] | sa.RowMapping) -> Conversation:
    """Return the conversation of a row of ``WITH_ADDRESS``."""
    return Conversation(
        id=row["id"],
        address=Address(row["channel"], row["kind"], row["value"]),
        person_id=row["person_id"],
        language=Language(row["language"]),
        language_pinned=row["language_pinned"],
        controller=Controller(row["controller"]),
        control_version=row["control_version"],
        created_at=row["created_at"],
        assistant_stale=row["assistant_stale"],
    )


def message_values(new: NewMessage, *, conversation_id: str, seq: int) -> dict[str, Any]:
    """Return the columns of ``message`` for a new message, but for its channel."""
    return {
        "id": new.id,
        "conversation_id": conversation_id,
        "seq": seq,
        "sender": new.sender.value,
        "text": new.text,
        "payload": new.payload,
        "buttons": [{"title": one.title, "payload": one.payload} for one in new.buttons],
        "language": new.language.value,
        "state": new.state.value,
        "reason": new.reason,
        "provider_id": new.provider_id,
        "sent_at": new.sent_at,
        "stored_at": new.at,
        "details": dict(new.metadata or {}),
        "kind": new.kind.value,
        "answer_to": new.answer_to,
        "topic": _topic_of(new),
    }


def _topic_of(new: NewMessage) -> str | None:
    topic = (new.metadata or {}).get(TOPIC) if new.sender is Sender.BOT else None
    return topic[:60] if isinstance(topic, str) else None


def message_from(row: Mapping[str, Any] | sa.RowMapping) -> Message:
    """Return the message that a row keeps."""
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        sender=Sender(row["sender"]),
        text=row["text"],
        language=Language(row["language"]),
        state=MessageState(row["state"]),
        sent_at=row["sent_at"],
        stored_at=row["stored_at"],
        payload=row["payload"],
        buttons=tuple(Button(**one) for one in row["buttons"]),
        reason=row["reason"],
        provider_id=row["provider_id"],
        metadata=row["details"],
        kind=MessageKind(row["kind"]),
    )


def numbered(new: NewMessage, *, conversation_id: str, seq: int) -> Message:
    """Return what a new message is once it has its place."""
    return Message(
        id=new.id,
        conversation_id=conversation_id,
        seq=seq,
        sender=new.sender,
        text=new.text,
        language=new.language,
        state=new.state,
        sent_at=new.sent_at,
        stored_at=new.at,
        payload=new.payload,
        buttons=new.buttons,
        reason=new.reason,
        provider_id=new.provider_id,
        metadata=dict(new.metadata or {}),
        kind=new.kind,
        attachments=new.attachments,
    )


_AFTER = Prepared(
    sa.select(EVENTS)
    .where(EVENTS.c.cursor > sa.bindparam("after"))
    .order_by(EVENTS.c.cursor)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


async def events_from(engine: AsyncEngine, cursor: int, limit: int) -> list[Event]:
    """Return the events after a cursor, in order."""
    rows = await _AFTER.read(engine, {"after": cursor, "most": limit})
    return [event_from(row) for row in rows]


def event_from(row: Mapping[str, Any] | sa.RowMapping) -> Event:
    """Return the event that a row keeps."""
    return Event(row["cursor"], row["at"], row["kind"], row["conversation_id"], row["data"])
