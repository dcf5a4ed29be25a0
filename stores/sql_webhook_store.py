"""Webhooks with their messages in SQLite or PostgreSQL, in one transaction each.

The service waits for the commit, so a batch costs a fixed number of statements, however
many messages it brings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.arrivals import (
    JudgedArrival,
    RawWebhook,
    Rename,
    StatusNote,
    Unreadable,
    WebhookKept,
)
from conversations.model import Address, Sender
from stores.conversation_rows import CONVERSATIONS, IDENTITIES, MESSAGES
from stores.conversation_writes import upsert
from stores.database import reading, urgently
from stores.delivery_writes import note_statuses
from stores.message_facts import ABOUT
from stores.webhook_batch import WebhookBatch
from stores.webhook_tables import RawWebhookRow

ATTEMPTS = 5
MOST_STATUSES = 50
FEW = 20
KEPT, QUARANTINED = "kept", "quarantined"
_DEADLOCK = "40P01"


class _NotAllNew(Exception):
    """A group holds the same message twice."""


class SqlWebhookStore:
    """``new_id`` makes the ids of people, conversations and parts put aside."""

    def __init__(self, engine: AsyncEngine, *, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    async def keep(
        self,
        raw: RawWebhook,
        arrivals: Sequence[JudgedArrival],
        *,
        renames: Sequence[Rename] = (),
        unreadable: Sequence[Unreadable] = (),
    ) -> WebhookKept:
        """Store a body and everything in it, each message once per ``provider_id``."""
        for attempt in range(ATTEMPTS):
            try:
                async with urgently(self._engine).begin() as connection:
                    if not await _put_raw(connection, raw, KEPT, None, len(arrivals)):
                        return WebhookKept(repeated=True)
                    aside = await self._put_aside(connection, raw, unreadable)
                    batch = WebhookBatch(
                        connection, raw.channel, at=raw.received_at, new_id=self._new_id
                    )
                    # few messages are new ones nearly always: whether they are is told
                    # by the database, and then looked up
                    look = attempt > 0 or len(arrivals) > FEW
                    stored = await batch.keep(arrivals, renames, look=look)
                    return WebhookKept(False, stored, len(arrivals) - stored, aside)
            except DBAPIError as error:  # somebody stored the same, or the same new person
                if not _worth_repeating(error) or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def keep_group(
        self, bodies: Sequence[tuple[RawWebhook, Sequence[JudgedArrival]]]
    ) -> bool:
        """Keep bodies of one channel in one transaction; False, and nothing, unless all is new."""
        raws = [raw for raw, _ in bodies]
        rows = [_raw_values(raw, KEPT, None, len(arrivals)) for raw, arrivals in bodies]
        together = [one for _, arrivals in bodies for one in arrivals]
        newest = max(raw.received_at for raw in raws)
        try:
            async with urgently(self._engine).begin() as connection:
                await connection.execute(sa.insert(RawWebhookRow), rows)
                batch = WebhookBatch(connection, raws[0].channel, at=newest, new_id=self._new_id)
                if await batch.keep(together, (), look=False) != len(together):
                    raise _NotAllNew
        except (_NotAllNew, IntegrityError):
            return False
        return True

    async def keep_statuses(self, raw: RawWebhook, notes: Sequence[StatusNote]) -> WebhookKept:
        """Store a body of statuses and note them; many of them in several transactions."""
        for start in range(0, max(len(notes), 1), MOST_STATUSES):
            some = notes[start : start + MOST_STATUSES]
            last = start + MOST_STATUSES >= len(notes)
            if not await self._note(raw, some, last=last):
                return WebhookKept(repeated=True)
        return WebhookKept(repeated=False)

    async def _note(self, raw: RawWebhook, notes: Sequence[StatusNote], *, last: bool) -> bool:
        for attempt in range(ATTEMPTS):
            try:
                async with urgently(self._engine).begin() as connection:
                    if last and not await _put_raw(connection, raw, KEPT, None, 0):
                        return False
                    await note_statuses(connection, raw.channel, notes, raw.received_at)
                    return True
            except DBAPIError as error:
                if not _worth_repeating(error) or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def quarantine(self, raw: RawWebhook, reason: str) -> WebhookKept:
        """Store a body that cannot be read, once, for people to look at."""
        async with self._engine.begin() as connection:
            new = await _put_raw(connection, raw, QUARANTINED, reason, 0)
        return WebhookKept(repeated=not new, quarantined=int(new))

    async def last_heard(self, address: Address) -> str | None:
        """Return the provider's id of the last message that came from an address."""
        async with reading(self._engine, snapshot=False) as connection:
            found: str | None = await connection.scalar(
                sa.select(MESSAGES.c.provider_id)
                .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation_id)
                .join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
                .where(
                    IDENTITIES.c.channel == address.channel,
                    IDENTITIES.c.kind == address.kind,
                    IDENTITIES.c.value == address.value,
                    MESSAGES.c.sender == Sender.CITIZEN.value,
                    MESSAGES.c.provider_id.is_not(None),
                )
                .order_by(MESSAGES.c.seq.desc())
                .limit(1)
            )
        return found

    async def last_heard_at(self, conversation_id: str) -> datetime | None:
        """Return when the person's last message was sent; None when there is none."""
        async with reading(self._engine, snapshot=False) as connection:
            found: datetime | None = await connection.scalar(
                sa.select(CONVERSATIONS.c.last_heard_at).where(
                    CONVERSATIONS.c.id == conversation_id
                )
            )
            if found is None:  # stored before the column was there
                found = await connection.scalar(
                    sa.select(sa.func.max(MESSAGES.c.sent_at)).where(
                        MESSAGES.c.conversation_id == conversation_id,
                        MESSAGES.c.sender == Sender.CITIZEN.value,
                        MESSAGES.c.kind.not_in([one.value for one in ABOUT]),
                    )
                )
        return found

    async def forget_heard(self, message_id: str, *, until: datetime, heard_at: datetime) -> None:
        """Take what was heard ``until`` then, in the conversation of a message, for that old."""
        of_message = sa.select(MESSAGES.c.conversation_id).where(MESSAGES.c.id == message_id)
        async with self._engine.begin() as connection:
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(
                    CONVERSATIONS.c.id.in_(of_message),
                    sa.or_(
                        CONVERSATIONS.c.last_heard_at.is_(None),
                        CONVERSATIONS.c.last_heard_at <= until,
                    ),
                )
                .values(last_heard_at=heard_at)
            )

    async def _put_aside(
        self, connection: AsyncConnection, raw: RawWebhook, parts: Sequence[Unreadable]
    ) -> int:
        aside = 0
        for part in parts:
            known = f"{raw.channel}\n{part.provider_id}\n{part.body}".encode("utf-8", "replace")
            row = replace(
                raw, id=self._new_id(), digest=hashlib.sha256(known).hexdigest(), body=part.body
            )
            aside += await _put_raw(
                connection,
                replace(row, size=len(part.body)),
                QUARANTINED,
                part.reason,
                0,
                part_of=raw.id,
                provider_id=part.provider_id,
            )
        return aside


async def _put_raw(
    connection: AsyncConnection,
    raw: RawWebhook,
    state: str,
    reason: str | None,
    messages: int,
    *,
    part_of: str | None = None,
    provider_id: str | None = None,
) -> bool:
    """Store a body once; False when it was there."""
    values = _raw_values(raw, state, reason, messages)
    added = await connection.execute(
        upsert(connection)(RawWebhookRow)
        .values(**values, part_of=part_of, provider_id=provider_id)
        .on_conflict_do_nothing()
    )
    return bool(added.rowcount == 1)


def _raw_values(raw: RawWebhook, state: str, reason: str | None, messages: int) -> dict[str, Any]:
    return {
        "id": raw.id,
        "channel": raw.channel,
        "digest": raw.digest,
        "received_at": raw.received_at,
        "size": raw.size,
        "body": raw.body,
        "state": state,
        "reason": reason,
        "messages": messages,
    }


def _worth_repeating(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") == _DEADLOCK
