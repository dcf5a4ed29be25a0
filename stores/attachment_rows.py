"""Attachments to the values of their rows, and back; and the steps of transactions on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.attachments import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    NewAttachment,
    StoredAttachment,
)
from conversations.model import Conversation, Message, MessageKind
from stores.attachment_tables import AttachmentRow
from stores.conversation_rows import work_from

ATTACHMENTS = cast(sa.Table, AttachmentRow.__table__)

WITH_FILES = frozenset(MessageKind(one.value) for one in AttachmentKind) | {
    MessageKind.VOICE,
    MessageKind.STICKER,
}
"""Kinds of messages that may have files; no others are looked up."""


def attachment_values(new: NewAttachment) -> dict[str, Any]:
    """Return the columns of ``attachment`` for a new file."""
    pending = new.state is AttachmentState.PENDING
    return {
        "id": new.id,
        "conversation_id": new.conversation_id,
        "from_citizen": new.from_citizen,
        "kind": new.kind.value,
        "media_type": new.media_type,
        "file_name": new.file_name,
        "size": new.size,
        "sha256": new.sha256,
        "state": new.state.value,
        "scan_at": new.at if pending else None,
        "stored_at": new.at,
    }


def attachment_from(row: sa.RowMapping) -> Attachment:
    """Return what people see of a row."""
    return Attachment(
        id=row["id"],
        kind=AttachmentKind(row["kind"]),
        media_type=row["media_type"],
        size=row["size"],
        file_name=row["file_name"],
        state=AttachmentState(row["state"]),
    )


def stored_from(row: sa.RowMapping) -> StoredAttachment:
    """Return all that a row keeps."""
    return StoredAttachment(
        attachment=attachment_from(row),
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        case_number=row["case_number"],
        sha256=row["sha256"],
        stored_at=row["stored_at"],
        finding=row["finding"],
        scan_attempts=row["scan_attempts"],
        from_citizen=row["from_citizen"],
    )


async def take_along(
    connection: AsyncConnection, conversation_id: str, message_id: str, ids: Sequence[str]
) -> dict[str, AttachmentState]:
    """Make files of the conversation part of a message that was just stored.

    Returns how each stands now: a scanner may have spoken since the message was made.
    """
    if not ids:
        return {}
    taken = await connection.execute(
        sa.update(ATTACHMENTS)
        .where(
            ATTACHMENTS.c.id.in_(ids),
            ATTACHMENTS.c.conversation_id == conversation_id,
            ATTACHMENTS.c.message_id.is_(None),
        )
        .values(message_id=message_id)
        .returning(ATTACHMENTS.c.id, ATTACHMENTS.c.state)
    )
    return {row.id: AttachmentState(row.state) for row in taken}


async def with_files(connection: AsyncConnection, messages: Iterable[Message]) -> list[Message]:
    """Return the messages with their files; asks only where there may be some."""
    all_of_them = list(messages)
    wanted = [one.id for one in all_of_them if one.kind in WITH_FILES]
    if not wanted:
        return all_of_them
    rows = await connection.execute(
        sa.select(ATTACHMENTS)
        .where(ATTACHMENTS.c.message_id.in_(wanted))
        .order_by(ATTACHMENTS.c.stored_at, ATTACHMENTS.c.id)
    )
    found: dict[str, list[Attachment]] = {}
    for row in rows.mappings():
        found.setdefault(row["message_id"], []).append(attachment_from(row))
    return [replace(one, attachments=tuple(found.get(one.id, ()))) for one in all_of_them]


async def work_with_files(
    connection: AsyncConnection, rows: Sequence[sa.RowMapping]
) -> list[tuple[Conversation, Message]]:
    """Return the conversation and the message of each row of ``WORK_WITH_ADDRESS``."""
    work = [work_from(row) for row in rows]
    messages = await with_files(connection, [message for _, message in work])
    return [(of, message) for (of, _), message in zip(work, messages, strict=True)]
