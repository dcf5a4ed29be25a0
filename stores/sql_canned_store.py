"""Ready replies in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.canned import CannedReply, CannedShortTaken
from stores.audit_tables import record
from stores.canned_tables import IN_USE, CannedReplyRow
from stores.conversation_writes import upsert
from stores.database import reading

REPLIES = cast(sa.Table, CannedReplyRow.__table__)
SUBJECT = "canned_reply"


class SqlCannedStore:
    """A short name belongs to one reply at a time: the database sees to it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[CannedReply]:
        """Return every reply in use, in the order of their short names."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(REPLIES).where(IN_USE).order_by(REPLIES.c.short)
            )
            return [_reply_from(row) for row in rows.mappings()]

    async def find(self, reply_id: str) -> CannedReply | None:
        """Return a reply that is in use."""
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(
                sa.select(REPLIES).where(IN_USE, REPLIES.c.id == reply_id)
            )
            row = rows.mappings().one_or_none()
        return None if row is None else _reply_from(row)

    async def seed(self, replies: Sequence[CannedReply], *, at: datetime) -> None:
        """Keep the replies that ship and were never kept before, removed ones included."""
        async with reading(self._engine, snapshot=False) as connection:
            known = set(await connection.scalars(sa.select(REPLIES.c.id)))
        new = [one for one in replies if one.id not in known]
        if not new:
            return
        async with self._engine.begin() as connection:
            for reply in new:  # another process may do the same, or somebody took the short name
                added = upsert(connection)(CannedReplyRow).values(_values(reply, at))
                await connection.execute(added.on_conflict_do_nothing())

    async def save(self, reply: CannedReply, *, actor: str, at: datetime) -> None:
        """Keep a new reply, or what an old one is now; raises CannedShortTaken."""
        try:
            async with self._engine.begin() as connection:
                rows = await connection.execute(sa.select(REPLIES).where(REPLIES.c.id == reply.id))
                before = rows.mappings().one_or_none()
                values = _values(reply, at) | {"changed_by": actor, "removed_at": None}
                if before is None:
                    await connection.execute(sa.insert(REPLIES).values(values))
                else:
                    await connection.execute(
                        sa.update(REPLIES).where(REPLIES.c.id == reply.id).values(values)
                    )
                was = {} if before is None else dict(before)
                names = [
                    name
                    for name in (
                        "short",
                        "department",
                        "title_ar",
                        "title_en",
                        "text_ar",
                        "text_en",
                    )
                    if was.get(name) != values[name]
                ]
                await record(
                    connection,
                    at=at,
                    actor=actor,
                    action="canned_reply_added" if before is None else "canned_reply_changed",
                    subject_kind=SUBJECT,
                    subject_id=reply.id,
                    before={name: was.get(name) for name in names if was},
                    after={name: values[name] for name in names},
                )
        except IntegrityError as error:
            raise CannedShortTaken(field="short") from error

    async def remove(self, reply_id: str, *, actor: str, at: datetime) -> bool:
        """Take a reply out of use; False when there is none."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                sa.update(REPLIES)
                .where(REPLIES.c.id == reply_id, IN_USE)
                .values(removed_at=at, changed_at=at, changed_by=actor)
                .returning(REPLIES.c.short)
            )
            short = gone.scalar_one_or_none()
            if short is None:
                return False
            await record(
                connection,
                at=at,
                actor=actor,
                action="canned_reply_removed",
                subject_kind=SUBJECT,
                subject_id=reply_id,
                before={"short": short},
                after={},
            )
            return True


def _values(reply: CannedReply, at: datetime) -> dict[str, Any]:
    return asdict(reply) | {"changed_at": at}


def _reply_from(row: sa.RowMapping) -> CannedReply:
    return CannedReply(**{name: row[name] for name in row if name != "removed_at"})
