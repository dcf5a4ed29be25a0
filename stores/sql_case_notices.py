"""What people are to be told of their cases, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.notices import Notice, NoticeKind
from cases.replies import Reply
from conversations.errors import ConversationNotFound
from conversations.handover_ports import Decide
from conversations.model import MessageState, Sender
from conversations.notice_ports import NoticeState, Told
from stores.audit_tables import record
from stores.case_writes import SUBJECT
from stores.conversation_rows import MESSAGES
from stores.conversation_writes import take_seqs_if
from stores.database import reading
from stores.floor_writes import moved
from stores.notice_tables import UNSETTLED
from stores.notice_writes import NOTICES
from stores.reply_writes import insert_reply

ACTOR = "system:notices"
NOT_SENT = (MessageState.FAILED.value, MessageState.QUARANTINED.value)
IS_SAID = "case_notice.state = 'said'"
IS_KNOCKED = "case_notice.state IN ('due', 'knocked') AND case_notice.state = 'knocked'"
"""In words of their own, so that each finds its partial index beside a table with a state too."""


class SqlCaseNotices:
    """Locks the notice's row first, so that of two who tell it the second sees the first."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def due(self, until: datetime, *, limit: int = 100) -> Sequence[Told]:
        """Return what is due, in order; of each case the oldest only."""
        older = NOTICES.alias()
        before = (
            sa.exists()
            .where(
                older.c.case_number == NOTICES.c.case_number,
                older.c.version < NOTICES.c.version,
                older.c.state == NoticeState.DUE.value,
            )
            .correlate(NOTICES)
        )
        wanted = sa.select(NOTICES).where(
            UNSETTLED, NOTICES.c.state == NoticeState.DUE.value, NOTICES.c.at <= until, ~before
        )
        return await self._found(wanted.order_by(NOTICES.c.at, NOTICES.c.id).limit(limit))

    async def heard(self, *, limit: int = 100) -> Sequence[Told]:
        """Return what was knocked for and whose person has written since."""
        written = (
            sa.exists()
            .where(
                MESSAGES.c.conversation_id == NOTICES.c.conversation_id,
                MESSAGES.c.sender == Sender.CITIZEN.value,
                MESSAGES.c.stored_at > NOTICES.c.settled_at,
            )
            .correlate(NOTICES)
        )
        wanted = sa.select(NOTICES).where(
            UNSETTLED, NOTICES.c.state == NoticeState.KNOCKED.value, written
        )
        return await self._found(wanted.order_by(NOTICES.c.at, NOTICES.c.id).limit(limit))

    async def not_arrived(self, since: datetime, *, limit: int = 100) -> Sequence[Told]:
        """Return what was said or knocked since then and did not get through, and why."""
        failed = (
            sa.select(NOTICES, MESSAGES.c.reason.label("why"))
            .join(MESSAGES, MESSAGES.c.id == NOTICES.c.message_id)
            .where(NOTICES.c.settled_at > since, MESSAGES.c.state.in_(NOT_SENT))
            .order_by(NOTICES.c.settled_at)
            .limit(limit)
        )
        said, knocked = (failed.where(sa.literal_column(one)) for one in (IS_SAID, IS_KNOCKED))
        return [*await self._found(said), *await self._found(knocked)]

    async def say(
        self,
        notice_id: str,
        conversation_id: str,
        decide: Decide,
        *,
        was: NoticeState,
        state: NoticeState,
        message_id: str,
        at: datetime,
        to_tell: Reply | None = None,
    ) -> bool:
        """Put a line into the conversation and settle the notice; raises ConversationNotFound."""
        values = {"conversation_id": conversation_id, "message_id": message_id}
        async with self._engine.begin() as connection:
            if not await _settled(connection, notice_id, state, was, at, **values):
                return False
            if to_tell is not None:
                await _put_down(connection, to_tell)
            if await take_seqs_if(connection, conversation_id, 0) is None:
                raise ConversationNotFound(conversation_id=conversation_id)
            await moved(connection, conversation_id, decide, at=at)
            return True

    async def settle(
        self,
        notice_id: str,
        state: NoticeState,
        *,
        was: NoticeState,
        at: datetime,
        reason: str | None = None,
        to_tell: Reply | None = None,
    ) -> bool:
        """Settle a notice without a line; False when it was not in the state ``was``."""
        async with self._engine.begin() as connection:
            if not await _settled(connection, notice_id, state, was, at, reason=reason):
                return False
            if to_tell is not None:
                await _put_down(connection, to_tell)
            return True

    async def of_case(self, number: str) -> Sequence[Told]:
        """Return the notices of a case, oldest first."""
        wanted = sa.select(NOTICES).where(NOTICES.c.case_number == number)
        return await self._found(wanted.order_by(NOTICES.c.version))

    async def _found(self, wanted: sa.Select[Any]) -> Sequence[Told]:
        async with reading(self._engine, snapshot=False) as connection:
            return [_told(row) for row in (await connection.execute(wanted)).mappings()]


async def _settled(
    connection: AsyncConnection,
    notice_id: str,
    state: NoticeState,
    was: NoticeState,
    at: datetime,
    **values: Any,
) -> bool:
    done = await connection.execute(
        sa.update(NOTICES)
        .where(NOTICES.c.id == notice_id, NOTICES.c.state == was.value)
        .values(state=state.value, settled_at=at, **values)
    )
    return done.rowcount == 1


async def _put_down(connection: AsyncConnection, reply: Reply) -> None:
    """Keep what somebody has to call about; the case itself does not change by that."""
    await insert_reply(connection, reply)
    await record(
        connection,
        at=reply.at,
        actor=ACTOR,
        action=f"case_reply_{reply.state}",
        subject_kind=SUBJECT,
        subject_id=reply.case_number,
        before={},
        after={"state": reply.state.value, "reply": reply.id},
    )


def _told(row: sa.RowMapping) -> Told:
    notice = Notice(
        id=row["id"],
        case_number=row["case_number"],
        version=row["version"],
        kind=NoticeKind(row["kind"]),
        at=row["at"],
    )
    return Told(
        notice=notice,
        state=NoticeState(row["state"]),
        conversation_id=row["conversation_id"],
        message_id=row["message_id"],
        reason=row["why"] if "why" in row else row["reason"],
        settled_at=row["settled_at"],
    )
