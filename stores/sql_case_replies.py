"""Answers from cases in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.errors import CaseChanged, CaseNotFound, ReplyNotFound
from cases.model import Case
from cases.ports import Change
from cases.replies import Reply, ReplyState
from conversations.errors import ConversationNotFound
from conversations.handover_ports import Decide
from conversations.reply_ports import Make
from stores.audit_tables import record
from stores.case_writes import CASES, SUBJECT, case_of, save_case
from stores.conversation_writes import take_seqs_if
from stores.database import reading
from stores.floor_writes import moved
from stores.prepared import Prepared
from stores.reply_writes import REPLIES, reply_from, reply_values

_DUE = Prepared(
    sa.select(REPLIES)
    .where(REPLIES.c.state == ReplyState.HELD.value, REPLIES.c.send_at <= sa.bindparam("at"))
    .order_by(REPLIES.c.send_at)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
"""Asked twice a second."""


class SqlCaseReplies:
    """Locks the case's row first: answer, case and conversation change together."""

    def __init__(self, engine: AsyncEngine, keep: Callable[[Change], Change]) -> None:
        """``keep`` puts the course of a case right in what is saved (``Keeping.kept``)."""
        self._engine = engine
        self._keep = keep

    async def hold(self, reply: Reply, *, seen: int) -> Reply:
        """Keep an answer that can be taken back; raises CaseNotFound, CaseChanged."""
        async with self._engine.begin() as connection:
            version = await _locked(connection, reply.case_number)
            before = await _find(connection, reply.id)
            if before is not None:
                return before
            if version != seen:
                raise CaseChanged(number=reply.case_number)
            await connection.execute(sa.insert(REPLIES).values(reply_values(reply)))
            await _audit(connection, reply, None, by=reply.actor, at=reply.at)
            return reply

    async def put_down(self, reply: Reply, make: Make, *, seen: int) -> Reply:
        """Keep an answer that somebody will tell; raises CaseNotFound, CaseChanged."""
        async with self._engine.begin() as connection:
            version = await _locked(connection, reply.case_number)
            before = await _find(connection, reply.id)
            if before is not None:
                return before
            if version != seen:
                raise CaseChanged(number=reply.case_number)
            await connection.execute(sa.insert(REPLIES).values(reply_values(reply)))
            case = await case_of(connection, reply.case_number)
            await save_case(connection, self._keep(make(case, reply)))
            return reply

    async def send(self, reply_id: str, make: Make, say: Decide, *, at: datetime) -> Reply:
        """Say what is held; raises ReplyNotFound, ConversationNotFound, HandoverError."""
        async with self._engine.begin() as connection:
            reply = await _locked_reply(connection, reply_id)
            if reply.state is not ReplyState.HELD:
                return reply
            case = await case_of(connection, reply.case_number)
            await save_case(connection, self._keep(make(case, reply)))
            sent = await _move(connection, reply, ReplyState.SENT, by=reply.actor, at=at)
            spoken_in = str(reply.conversation_id)
            if await take_seqs_if(connection, spoken_in, 0) is None:
                raise ConversationNotFound(conversation_id=spoken_in)
            await moved(connection, spoken_in, say, at=at)
            return sent

    async def settle(
        self,
        reply_id: str,
        state: ReplyState,
        *,
        was: ReplyState,
        by: str,
        at: datetime,
        reason: str | None = None,
        make: Make | None = None,
    ) -> Reply | None:
        """Take an answer from one state to another; None when it was in another already."""
        async with self._engine.begin() as connection:
            reply = await _locked_reply(connection, reply_id)
            if reply.state is not was:
                return None
            if make is not None:
                case = await case_of(connection, reply.case_number)
                await save_case(connection, self._keep(make(case, reply)))
            settled = await _move(connection, reply, state, by=by, at=at, reason=reason)
            await _audit(connection, settled, was, by=by, at=at)
            return settled

    async def get(self, reply_id: str) -> Reply:
        """Return an answer; raises ReplyNotFound."""
        reply = await self.find(reply_id)
        if reply is None:
            raise ReplyNotFound(reply_id=reply_id)
        return reply

    async def find(self, reply_id: str) -> Reply | None:
        """Return an answer, if there is one of this id."""
        async with reading(self._engine) as connection:
            return await _find(connection, reply_id)

    async def of_case(self, number: str, *, limit: int = 20) -> Sequence[Reply]:
        """Return the answers of a case, newest first."""
        wanted = sa.select(REPLIES).where(REPLIES.c.case_number == number)
        newest = (REPLIES.c.at.desc(), REPLIES.c.id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(*newest).limit(limit))
            return [reply_from(row) for row in rows.mappings()]

    async def to_tell(
        self, departments: frozenset[str], *, limit: int = 100
    ) -> Sequence[tuple[Reply, Case]]:
        """Return what somebody has yet to tell, with its case, longest first."""
        theirs = (
            CASES.c.department.in_(sorted(departments))
            if departments
            else CASES.c.confidential.is_(False)
        )
        waits = REPLIES.c.state == ReplyState.TO_TELL.value
        wanted = (
            sa.select(REPLIES.c.id, REPLIES.c.case_number)
            .join(CASES, CASES.c.number == REPLIES.c.case_number)
            .where(waits, theirs)
            .order_by(REPLIES.c.at, REPLIES.c.id)
            .limit(limit)
        )
        found: list[tuple[Reply, Case]] = []
        async with reading(self._engine) as connection:
            for reply_id, number in (await connection.execute(wanted)).all():
                reply = await _find(connection, reply_id)
                if reply is not None:
                    found.append((reply, await case_of(connection, number)))
        return found

    async def due(self, at: datetime, *, limit: int = 100) -> Sequence[Reply]:
        """Return what is held and whose time has come, oldest first."""
        rows = await _DUE.read(self._engine, {"at": at, "most": limit})
        return [reply_from(row) for row in rows]


async def _locked(connection: AsyncConnection, number: str) -> int:
    version = await connection.scalar(
        sa.select(CASES.c.version).where(CASES.c.number == number).with_for_update()
    )
    if version is None:
        raise CaseNotFound(number=number)
    return int(version)


async def _locked_reply(connection: AsyncConnection, reply_id: str) -> Reply:
    reply = await _find(connection, reply_id)
    if reply is None:
        raise ReplyNotFound(reply_id=reply_id)
    await _locked(connection, reply.case_number)
    again = await _find(connection, reply_id)  # as it is now that nobody else can change it
    return again or reply


async def _find(connection: AsyncConnection, reply_id: str) -> Reply | None:
    rows = await connection.execute(sa.select(REPLIES).where(REPLIES.c.id == reply_id))
    row = rows.mappings().one_or_none()
    return None if row is None else reply_from(row)


async def _move(
    connection: AsyncConnection,
    reply: Reply,
    state: ReplyState,
    *,
    by: str,
    at: datetime,
    reason: str | None = None,
) -> Reply:
    values: dict[str, Any] = {
        "state": state.value,
        "reason": reason,
        "settled_at": at,
        "settled_by": by,
    }
    rows = await connection.execute(
        sa.update(REPLIES).where(REPLIES.c.id == reply.id).values(values).returning(REPLIES)
    )
    return reply_from(rows.mappings().one())


async def _audit(
    connection: AsyncConnection, reply: Reply, was: ReplyState | None, *, by: str, at: datetime
) -> None:
    await record(
        connection,
        at=at,
        actor=by,
        action=f"case_reply_{reply.state}",
        subject_kind=SUBJECT,
        subject_id=reply.case_number,
        before={} if was is None else {"state": was.value},
        after={"state": reply.state.value, "reply": reply.id, "reason": reply.reason},
    )
