"""Which case a file belongs to. Steps of transactions, and what screens ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from stores.attachment_rows import ATTACHMENTS
from stores.audit_tables import record
from stores.case_tables import CaseRow

CASES = cast(sa.Table, CaseRow.__table__)
GATHERED = timedelta(hours=24)
"""How long before a case is opened its files may have come."""

ACTOR = "system:attachments"


async def gather_files(
    connection: AsyncConnection, number: str, conversation_id: str, opened_at: datetime
) -> None:
    """Give a case that is being opened the files that were sent while it was told."""
    await connection.execute(
        sa.update(ATTACHMENTS)
        .where(
            ATTACHMENTS.c.conversation_id == conversation_id,
            ATTACHMENTS.c.message_id.is_not(None),
            ATTACHMENTS.c.case_number.is_(None),
            ATTACHMENTS.c.from_citizen,
            ATTACHMENTS.c.stored_at > opened_at - GATHERED,
        )
        .values(case_number=number)
    )


async def add_files(connection: AsyncConnection, number: str, message_id: str | None) -> None:
    """Give a case the files of a message whose words were added to it."""
    if message_id is not None:
        await connection.execute(
            sa.update(ATTACHMENTS)
            .where(ATTACHMENTS.c.message_id == message_id, ATTACHMENTS.c.case_number.is_(None))
            .values(case_number=number)
        )


async def join_recent_case(
    connection: AsyncConnection, message_id: str, *, since: datetime, at: datetime
) -> str | None:
    """Give the files of a message to the case that was opened last in its conversation.

    Returns:
        The number of the case; None when none was opened since, or the message has no files.
    """
    ours = sa.select(ATTACHMENTS.c.conversation_id).where(ATTACHMENTS.c.message_id == message_id)
    number: str | None = await connection.scalar(
        sa.select(CASES.c.number)
        .where(CASES.c.conversation_id.in_(ours), CASES.c.opened_at > since)
        .order_by(CASES.c.opened_at.desc(), CASES.c.number.desc())
        .limit(1)
    )
    if number is None:
        return None
    joined = await connection.scalars(
        sa.update(ATTACHMENTS)
        .where(ATTACHMENTS.c.message_id == message_id, ATTACHMENTS.c.case_number.is_(None))
        .values(case_number=number)
        .returning(ATTACHMENTS.c.id)
    )
    if ids := sorted(joined):
        await record(
            connection,
            at=at,
            actor=ACTOR,
            action="add_files",
            subject_kind="case",
            subject_id=number,
            before={},
            after={"attachments": ids, "message": message_id},
        )
    return number
