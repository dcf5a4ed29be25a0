"""Take people's words out of rows, and leave what is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.model import PLACEHOLDER
from stores.case_tables import CaseEventRow, CaseRow
from stores.conversation_rows import MESSAGES
from stores.improvement_rows import forget
from stores.notice_tables import CaseNoticeRow
from stores.reply_tables import CaseReplyRow

ERASED: Mapping[str, str] = {"ar": "[حُذف هذا النص]", "en": "[This text was erased]"}
"""What stands instead, by language; never a person's words, so also what tells that it was done."""

CASES = cast(sa.Table, CaseRow.__table__)
REPLIES = cast(sa.Table, CaseReplyRow.__table__)
NOTICES = cast(sa.Table, CaseNoticeRow.__table__)
CASE_EVENTS = cast(sa.Table, CaseEventRow.__table__)


def is_not_erased(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that a row still has its words."""
    return table.c.text.not_in(ERASED.values())


def _said(table: sa.Table) -> sa.ColumnElement[str]:
    return sa.case((table.c.language == "ar", ERASED["ar"]), else_=ERASED["en"])


async def empty_messages(connection: AsyncConnection, *which: sa.ColumnElement[bool]) -> int:
    """Take the words out of messages, and what editors have of them; return how many that were."""
    await forget(connection, *which)
    values: dict[str, Any] = {
        "text": _said(MESSAGES),
        "payload": None,
        "buttons": [],
        "details": {PLACEHOLDER: True},
    }
    emptied = await connection.execute(
        sa.update(MESSAGES).where(is_not_erased(MESSAGES), *which).values(**values)
    )
    return emptied.rowcount


async def empty_cases(connection: AsyncConnection, numbers: Sequence[str]) -> int:
    """Take the words out of cases and of what was noted on them; return how many cases."""
    values: dict[str, Any] = {
        "text": _said(CASES),
        "subject": None,
        "contact": None,
        "reference": None,
        "amount": None,
    }
    emptied = await connection.execute(
        sa.update(CASES).where(CASES.c.number.in_(numbers)).values(**values)
    )
    await connection.execute(
        sa.update(CASE_EVENTS)
        .where(CASE_EVENTS.c.case_number.in_(numbers), CASE_EVENTS.c.note.is_not(None))
        .values(note=None)
    )
    await connection.execute(
        sa.update(REPLIES)
        .where(REPLIES.c.case_number.in_(numbers), REPLIES.c.state != "held")
        .values(text=_said(REPLIES), facts={})
    )
    await connection.execute(  # whoever it was is told of it no more
        sa.update(NOTICES)
        .where(NOTICES.c.case_number.in_(numbers), NOTICES.c.state.in_(("due", "knocked", "said")))
        .values(state="dropped", reason="erased")
    )
    return emptied.rowcount
