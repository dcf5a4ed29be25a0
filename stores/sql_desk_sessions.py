"""Sessions and failed attempts in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from accounts.model import Account, Session, Step
from stores.account_rows import ACCOUNTS, FAILURES, SESSIONS, account_from, session_from
from stores.audit_tables import record
from stores.database import reading
from stores.prepared import Prepared

MOST_FAILURES = 50
FAILURES_KEPT = timedelta(days=1)
NOTHING: Mapping[str, Any] = MappingProxyType({})
OF_ACCOUNT = [column for column in ACCOUNTS.c if column.name != "created_at"]
_WITH_ACCOUNT = Prepared(
    sa.select(SESSIONS, *OF_ACCOUNT)
    .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account_id)
    .where(SESSIONS.c.token_hash == sa.bindparam("of"))
)
"""Asked at each request."""


class SqlDeskSessions:
    """The part of the account store that every request asks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note_failure(self, keys: Sequence[str], *, at: datetime) -> None:
        """Count a failed attempt under each key."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(FAILURES).where(FAILURES.c.at < at - FAILURES_KEPT))
            await connection.execute(sa.insert(FAILURES), [{"key": key, "at": at} for key in keys])

    async def failures(self, key: str, *, since: datetime) -> Sequence[datetime]:
        """Return when attempts under a key failed, newest first, at most 50."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.scalars(
                sa.select(FAILURES.c.at)
                .where(FAILURES.c.key == key, FAILURES.c.at > since)
                .order_by(FAILURES.c.at.desc())
                .limit(MOST_FAILURES)
            )
            return rows.all()

    async def forget_failures(self, keys: Sequence[str]) -> None:
        """Begin to count anew."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(FAILURES).where(FAILURES.c.key.in_(keys)))

    async def open_session(self, session: Session, *, actor: str) -> None:
        """Keep a new session; sessions that have run out are cleared away."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.delete(SESSIONS).where(SESSIONS.c.ends_at < session.created_at)
            )
            await connection.execute(
                sa.insert(SESSIONS).values(
                    token_hash=session.token_hash,
                    account_id=session.account_id,
                    step=session.step.value,
                    created_at=session.created_at,
                    seen_at=session.seen_at,
                    ends_at=session.ends_at,
                    address=session.address,
                    browser=session.browser,
                )
            )
            await record_account(
                connection, session.account_id, "signed_in", actor, session.created_at
            )

    async def session(self, token_hash: str) -> tuple[Session, Account] | None:
        """Return a session that has not been ended, with its account."""
        rows = await _WITH_ACCOUNT.read(self._engine, {"of": token_hash})
        return (session_from(rows[0]), account_from(rows[0])) if rows else None

    async def seen(self, token_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(SESSIONS).where(SESSIONS.c.token_hash == token_hash).values(seen_at=at)
            )

    async def advance(
        self, token_hash: str, *, new_hash: str, step: Step, ends_at: datetime
    ) -> bool:
        """Move a session to its next step under a new token; False when it has ended."""
        async with self._engine.begin() as connection:
            moved = await connection.scalar(
                sa.update(SESSIONS)
                .where(SESSIONS.c.token_hash == token_hash)
                .values(token_hash=new_hash, step=step.value, ends_at=ends_at)
                .returning(SESSIONS.c.token_hash)
            )
            return moved is not None

    async def end_session(self, token_hash: str, *, actor: str, at: datetime) -> None:
        """End a session; does nothing when it has ended."""
        async with self._engine.begin() as connection:
            ended = await connection.scalar(
                sa.delete(SESSIONS)
                .where(SESSIONS.c.token_hash == token_hash)
                .returning(SESSIONS.c.account_id)
            )
            if ended is not None:
                await record_account(connection, ended, "signed_out", actor, at)

    async def end_sessions(
        self, account_id: str, *, but: str | None, actor: str, at: datetime
    ) -> int:
        """End all sessions of an account, except one; return how many."""
        async with self._engine.begin() as connection:
            ended = await self._end_all(connection, account_id, but=but)
            if ended:
                await record_account(connection, account_id, "sessions_ended", actor, at)
            return ended

    async def sessions(self, account_id: str) -> Sequence[Session]:
        """Return the sessions of an account that have not ended, newest first."""
        wanted = (
            sa.select(SESSIONS)
            .where(SESSIONS.c.account_id == account_id)
            .order_by(SESSIONS.c.created_at.desc())
        )
        async with reading(self._engine, snapshot=False) as connection:
            return [session_from(row) for row in (await connection.execute(wanted)).mappings()]

    async def _end_all(
        self, connection: AsyncConnection, account_id: str, *, but: str | None
    ) -> int:
        ended = await connection.execute(
            sa.delete(SESSIONS).where(
                SESSIONS.c.account_id == account_id, SESSIONS.c.token_hash != (but or "")
            )
        )
        return ended.rowcount


async def record_account(
    connection: AsyncConnection,
    account_id: str,
    action: str,
    actor: str,
    at: datetime,
    before: Mapping[str, Any] = NOTHING,
    after: Mapping[str, Any] = NOTHING,
) -> None:
    """Add the audit row of a change to an account."""
    await record(
        connection,
        at=at,
        actor=actor,
        action=action,
        subject_kind="account",
        subject_id=account_id,
        before=before,
        after=after,
    )
