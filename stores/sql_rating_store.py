"""Ratings in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.model import Sender
from conversations.ratings import LONGEST_WORDS, WORDS_FOR, Answered, Face, Rating
from stores.audit_tables import record
from stores.conversation_rows import CONVERSATIONS, MESSAGES
from stores.conversation_writes import append_events, take_seqs
from stores.opt_outs import opt_out
from stores.prepared import Prepared
from stores.rating_tables import RatingRow

RATINGS = cast(sa.Table, RatingRow.__table__)
_FOR_WORDS = (
    sa.select(RATINGS)
    .where(
        RATINGS.c.conversation_id == sa.bindparam("of"),
        RATINGS.c.words_wanted_at > sa.bindparam("since"),
        sa.or_(RATINGS.c.words.is_(None), RATINGS.c.words_message_id == sa.bindparam("told_by")),
    )
    .order_by(RATINGS.c.asked_at.desc())
    .limit(1)
)
_WORDS_WANTED = Prepared(_FOR_WORDS.with_only_columns(RATINGS.c.id))
"""Asked for each message."""


def rating_from(row: sa.RowMapping | Mapping[str, Any]) -> Rating:
    """Return the rating that a row keeps."""
    return Rating(
        id=row["id"],
        conversation_id=row["conversation_id"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        face=Face(row["face"]) if row["face"] else None,
        rated_at=row["rated_at"],
        words=row["words"],
    )


async def insert_question(connection: AsyncConnection, rating: Rating) -> None:
    """Keep that somebody is asked, in the transaction that asks them."""
    await connection.execute(
        sa.insert(RATINGS).values(
            id=rating.id,
            conversation_id=rating.conversation_id,
            subject_kind=rating.subject_kind,
            subject_id=rating.subject_id,
            asked_at=rating.asked_at,
            expires_at=rating.expires_at,
        )
    )


async def last_asked(connection: AsyncConnection, conversation_id: str) -> datetime | None:
    """Return when somebody was asked last in a conversation."""
    at: datetime | None = await connection.scalar(
        sa.select(RATINGS.c.asked_at)
        .where(RATINGS.c.conversation_id == conversation_id)
        .order_by(RATINGS.c.asked_at.desc())
        .limit(1)
    )
    return at


async def ratings_of(connection: AsyncConnection, conversation_id: str) -> Sequence[Rating]:
    """Return all ratings of a conversation, oldest first."""
    rows = await connection.execute(
        sa.select(RATINGS)
        .where(RATINGS.c.conversation_id == conversation_id)
        .order_by(RATINGS.c.asked_at)
    )
    return [rating_from(row) for row in rows.mappings()]


class SqlRatingStore:
    """Locks the conversation, so that of two answers the second sees the first."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def rate(
        self, rating_id: str, conversation_id: str, face: Face, *, message_id: str, at: datetime
    ) -> Answered | None:
        """Keep a face; the same message twice is the same answer."""
        async with self._engine.begin() as connection:
            row = await _locked(connection, rating_id, conversation_id)
            if row is None or row["expires_at"] <= at:
                return None if row is None else Answered.EXPIRED
            first = row["message_id"] in (None, message_id)
            values = {"face": face.value, "rated_at": at}
            if row["message_id"] is None:
                values["message_id"] = message_id
            await _keep(connection, row, "rated", at, values)
            return Answered.FIRST if first else Answered.CHANGED

    async def want_words(
        self, rating_id: str, conversation_id: str, *, message_id: str, at: datetime
    ) -> Answered | None:
        """Keep that the person wants to write a line."""
        async with self._engine.begin() as connection:
            row = await _locked(connection, rating_id, conversation_id)
            if row is None or row["expires_at"] <= at:
                return None if row is None else Answered.EXPIRED
            if row["words"] is not None:
                return Answered.CHANGED
            await connection.execute(
                sa.update(RATINGS).where(RATINGS.c.id == rating_id).values(words_wanted_at=at)
            )
            return Answered.FIRST

    async def add_words(
        self, conversation_id: str, text: str, *, message_id: str, at: datetime
    ) -> bool:
        """Keep a line that is waited for; nearly always there is none, and nothing is locked."""
        given = {"of": conversation_id, "since": at - WORDS_FOR, "told_by": message_id}
        if not await _WORDS_WANTED.read(self._engine, given):
            return False
        async with self._engine.begin() as connection:
            await take_seqs(connection, conversation_id, 0)
            found = await connection.execute(_FOR_WORDS, given)
            row = found.mappings().one_or_none()
            if row is None:
                return False
            values = {"words": text[:LONGEST_WORDS], "words_message_id": message_id}
            await _keep(connection, row, "rating_words_added", at, values)
            return True

    async def opt_out(
        self, conversation_id: str, *, after: frozenset[str] | None, at: datetime
    ) -> bool:
        """Ask the person of a conversation never again."""
        ours = sa.select(MESSAGES.c.reason).where(
            MESSAGES.c.conversation_id == conversation_id,
            MESSAGES.c.sender != Sender.CITIZEN.value,
        )
        async with self._engine.begin() as connection:
            if after is not None:
                newest = await connection.scalar(ours.order_by(MESSAGES.c.seq.desc()).limit(1))
                if newest not in after:
                    return False
            person = await connection.scalar(
                sa.select(CONVERSATIONS.c.person_id).where(CONVERSATIONS.c.id == conversation_id)
            )
            await opt_out(connection, str(person), way="chat", at=at)
            return True


async def _locked(
    connection: AsyncConnection, rating_id: str, conversation_id: str
) -> sa.RowMapping | None:
    await take_seqs(connection, conversation_id, 0)
    rows = await connection.execute(
        sa.select(RATINGS).where(
            RATINGS.c.id == rating_id, RATINGS.c.conversation_id == conversation_id
        )
    )
    return rows.mappings().one_or_none()


async def _keep(
    connection: AsyncConnection, row: sa.RowMapping, what: str, at: datetime, values: dict[str, Any]
) -> None:
    await connection.execute(sa.update(RATINGS).where(RATINGS.c.id == row["id"]).values(values))
    person = await connection.scalar(
        sa.select(CONVERSATIONS.c.person_id).where(CONVERSATIONS.c.id == row["conversation_id"])
    )
    told = {"face": values["face"]} if "face" in values else {}
    await record(
        connection,
        at=at,
        actor=f"person:{person}",
        action=what,
        subject_kind="conversation",
        subject_id=row["conversation_id"],
        before={"face": row["face"]} if told else {},
        after=told,
    )
    event = ("rating", {"id": row["id"], "subject": row["subject_id"], **told})
    await append_events(connection, row["conversation_id"], at, [event])
