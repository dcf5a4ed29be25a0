"""Answers from cases to the values of their rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.model import CaseState
from cases.replies import Reply, ReplyState
from kernel.language import Language
from stores.reply_tables import CaseReplyRow

REPLIES = cast(sa.Table, CaseReplyRow.__table__)


async def insert_reply(connection: AsyncConnection, reply: Reply) -> None:
    """Keep a new answer."""
    await connection.execute(sa.insert(REPLIES).values(reply_values(reply)))


def reply_values(reply: Reply) -> dict[str, Any]:
    """Return the columns of ``case_reply``."""
    return {
        "id": reply.id,
        "case_number": reply.case_number,
        "author_id": reply.author_id,
        "text": reply.text,
        "language": reply.language.value,
        "at": reply.at,
        "send_at": reply.send_at,
        "state": reply.state.value,
        "conversation_id": reply.conversation_id,
        "move_to": reply.move_to.value if reply.move_to else None,
        "outcome": reply.outcome,
        "facts": dict(reply.metadata),
        "reason": reply.reason,
        "settled_at": reply.settled_at,
        "settled_by": reply.settled_by,
    }


def reply_from(row: Mapping[str, Any] | sa.RowMapping) -> Reply:
    """Return the answer that a row keeps."""
    values = dict(row)
    to = values.pop("move_to")
    return Reply(
        language=Language(values.pop("language")),
        state=ReplyState(values.pop("state")),
        move_to=CaseState(to) if to else None,
        metadata=values.pop("facts"),
        **values,
    )
