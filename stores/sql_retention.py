"""Periods in SQLite or PostgreSQL, and taking away what is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.model import UNFINISHED
from mail.model import MailState
from privacy.model import USUAL_DAYS, HoldKind, Kind, Period
from reports.archive import State
from stores.account_tables import DeskSessionRow
from stores.attachment_files import AttachmentFiles
from stores.attachment_rows import ATTACHMENTS
from stores.audit_tables import AuditRow, record
from stores.conversation_rows import CONVERSATIONS, MESSAGES
from stores.conversation_writes import upsert
from stores.database import reading
from stores.erased_words import CASE_EVENTS, CASES, empty_cases, empty_messages, is_not_erased
from stores.held import held_conversations, held_people, held_subjects
from stores.privacy_tables import RetentionRow
from stores.sql_mail_store import FILES, MAILS, SENDINGS
from stores.sql_report_archive import FILES as REPORT_FILES
from stores.sql_report_archive import RECIPIENTS, REPORTS

PERIODS = cast(sa.Table, RetentionRow.__table__)
SESSIONS = cast(sa.Table, DeskSessionRow.__table__)
AUDIT = cast(sa.Table, AuditRow.__table__)
ON_THEIR_WAY = ("waiting", "pending")


class SqlRetention:
    """Statistics stay: rows of messages and cases are emptied, never deleted.

    Args:
        folder: where the files of people lie; a file goes after its row.
    """

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self._engine = engine
        self._files = AttachmentFiles(folder)

    async def periods(self) -> Mapping[Kind, Period]:
        """Return the period of every kind."""
        found = {kind: Period(kind=kind, days=days) for kind, days in USUAL_DAYS.items()}
        async with reading(self._engine, snapshot=False) as connection:
            for row in (await connection.execute(sa.select(PERIODS))).mappings():
                kind = Kind(row["kind"])
                found[kind] = Period(
                    kind=kind, days=row["days"], by=row["set_by"], at=row["set_at"]
                )
        return found

    async def set_days(self, days: Mapping[Kind, int | None], *, by: str, at: datetime) -> None:
        """Keep new periods, with an audit row for each that changes."""
        before = await self.periods()
        async with self._engine.begin() as connection:
            for kind, wanted in days.items():
                if before[kind].days == wanted:
                    continue
                values = {"days": wanted, "set_by": by, "set_at": at}
                await connection.execute(
                    upsert(connection)(RetentionRow)
                    .values(kind=kind.value, **values)
                    .on_conflict_do_update(index_elements=[PERIODS.c.kind], set_=values)
                )
                await record(
                    connection,
                    at=at,
                    actor=by,
                    action="retention_changed",
                    subject_kind="retention",
                    subject_id=kind.value,
                    before={"days": before[kind].days},
                    after={"days": wanted},
                )

    async def count(self, kind: Kind, cutoff: datetime) -> int:
        """Return how many are over; what is held does not count."""
        counted = sa.select(sa.func.count()).select_from(_over(kind, cutoff).subquery())
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(counted) or 0)

    async def take_away(self, kind: Kind, cutoff: datetime, *, limit: int, at: datetime) -> int:
        """Delete or empty up to ``limit`` that are over; return how many."""
        over = _over(kind, cutoff).limit(limit)
        async with reading(self._engine, snapshot=False) as connection:
            keys = list(await connection.scalars(over))
        if not keys:
            return 0
        files: Sequence[str] = ()
        async with self._engine.begin() as connection:
            keys = list(await connection.scalars(over))  # a hold may stand by now
            match kind:
                case Kind.MESSAGES:
                    await empty_messages(connection, MESSAGES.c.id.in_(keys))
                case Kind.CASES:
                    await empty_cases(connection, keys)
                case Kind.ATTACHMENTS:
                    files = keys
                    await _delete(connection, ATTACHMENTS.c.id, keys)
                case Kind.SESSIONS:
                    await _delete(connection, SESSIONS.c.token_hash, keys)
                case Kind.MAILS:
                    await _delete(connection, SENDINGS.c.mail_id, keys)
                    await _delete(connection, FILES.c.mail_id, keys)
                    await _delete(connection, MAILS.c.id, keys)
                case Kind.REPORTS:
                    await _delete(connection, REPORT_FILES.c.report_id, keys)
                    await _delete(connection, RECIPIENTS.c.report_id, keys)
                    await _delete(connection, REPORTS.c.id, keys)
                case Kind.AUDIT:
                    await _lower_floor(connection, cutoff, at)
                    await _delete(connection, AUDIT.c.id, keys)
        for one in files:
            await asyncio.to_thread(self._files.delete, one)
        return len(keys)

    async def note_taken(self, gone: Mapping[Kind, int], *, at: datetime) -> None:
        """Keep in the audit how many of each kind went."""
        async with self._engine.begin() as connection:
            await record(
                connection,
                at=at,
                actor="system:retention",
                action="retention_done",
                subject_kind="retention",
                subject_id="",
                before={},
                after={kind.value: count for kind, count in gone.items() if count},
            )


def _over(kind: Kind, cutoff: datetime) -> sa.Select[Any]:
    """Return the keys of what is over, oldest first."""
    match kind:
        case Kind.MESSAGES:
            return (
                sa.select(MESSAGES.c.id)
                .where(
                    MESSAGES.c.stored_at < cutoff,
                    is_not_erased(MESSAGES),
                    MESSAGES.c.state.not_in(ON_THEIR_WAY),
                    MESSAGES.c.conversation_id.not_in(held_conversations()),
                )
                .order_by(MESSAGES.c.stored_at)
            )
        case Kind.CASES:
            last = sa.func.coalesce(CASES.c.changed_at, CASES.c.opened_at)
            return (
                sa.select(CASES.c.number)
                .where(
                    last < cutoff,
                    is_not_erased(CASES),
                    CASES.c.state.not_in([state.value for state in UNFINISHED]),
                    CASES.c.number.not_in(held_subjects(HoldKind.CASE)),
                    CASES.c.person_id.not_in(held_people()),
                )
                .order_by(last)
            )
        case Kind.ATTACHMENTS:
            conversation = ATTACHMENTS.join(CONVERSATIONS)
            return (
                sa.select(ATTACHMENTS.c.id)
                .select_from(conversation)
                .where(
                    ATTACHMENTS.c.stored_at < cutoff,
                    ATTACHMENTS.c.conversation_id.not_in(held_conversations()),
                )
                .order_by(ATTACHMENTS.c.stored_at)
            )
        case Kind.AUDIT:
            of_cases = sa.select(CASE_EVENTS.c.audit_id)
            return (
                sa.select(AUDIT.c.id)
                .where(AUDIT.c.at < cutoff, AUDIT.c.id.not_in(of_cases))
                .order_by(AUDIT.c.id)
            )
        case Kind.SESSIONS:
            return (
                sa.select(SESSIONS.c.token_hash)
                .where(SESSIONS.c.ends_at < cutoff)
                .order_by(SESSIONS.c.ends_at)
            )
        case Kind.MAILS:
            waits = sa.select(SENDINGS.c.mail_id).where(SENDINGS.c.state == MailState.WAITING.value)
            return (
                sa.select(MAILS.c.id)
                .where(MAILS.c.queued_at < cutoff, MAILS.c.id.not_in(waits))
                .order_by(MAILS.c.queued_at)
            )
        case Kind.REPORTS:
            return (
                sa.select(REPORTS.c.id)
                .where(REPORTS.c.asked_at < cutoff, REPORTS.c.state != State.WANTED.value)
                .order_by(REPORTS.c.asked_at)
            )


async def _delete(
    connection: AsyncConnection, key: sa.ColumnElement[Any], keys: Sequence[Any]
) -> None:
    table = cast(sa.Column[Any], key).table
    await connection.execute(sa.delete(table).where(key.in_(keys)))


async def _lower_floor(connection: AsyncConnection, cutoff: datetime, at: datetime) -> None:
    """Let rows of the audit before ``cutoff`` be deleted; the triggers refuse all others."""
    kept = await connection.execute(
        sa.update(PERIODS).where(PERIODS.c.kind == Kind.AUDIT.value).values(floor=cutoff)
    )
    if kept.rowcount == 0:
        await connection.execute(
            sa.insert(PERIODS).values(
                kind=Kind.AUDIT.value, set_by="system:retention", set_at=at, floor=cutoff
            )
        )
