"""Whole conversations into SQLite or PostgreSQL, many rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.history import ConversationHistory
from conversations.ratings import Rating
from stores.conversation_rows import CONVERSATIONS, IDENTITIES, MESSAGES, PEOPLE, message_values
from stores.floor_rows import SPELLS, spell_values
from stores.search_writes import read_unread
from stores.sql_rating_store import RATINGS

AT_ONCE = 1000


class SqlConversationHistories:
    """Writes in one transaction per call."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, histories: Sequence[ConversationHistory]) -> None:
        """Keep all of them with their people, all or nothing."""
        async with self._engine.begin() as connection:
            people = {one.conversation.person_id: one.conversation.created_at for one in histories}
            rows: list[dict[str, Any]] = [
                {"id": id_, "created_at": at} for id_, at in people.items()
            ]
            await _insert(connection, PEOPLE, rows)
            identities = await _identities(connection, histories)
            await _insert(
                connection,
                CONVERSATIONS,
                [
                    _conversation(one, identity)
                    for one, identity in zip(histories, identities, strict=True)
                ],
            )
            await _insert(
                connection,
                MESSAGES,
                [
                    message_values(message, conversation_id=one.conversation.id, seq=seq)
                    | {"channel": one.conversation.address.channel, "moved_at": message.at}
                    for one in histories
                    for seq, message in enumerate(one.messages, start=1)
                ],
            )
            await _insert(
                connection,
                SPELLS,
                [spell_values(spell) for one in histories for spell in one.spells],
            )
            await _insert(
                connection,
                RATINGS,
                [_rating(rating) for one in histories for rating in one.ratings],
            )
            while await read_unread(connection):
                pass


async def _insert(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> None:
    for first in range(0, len(rows), AT_ONCE):
        await connection.execute(sa.insert(table), rows[first : first + AT_ONCE])


async def _identities(
    connection: AsyncConnection, histories: Sequence[ConversationHistory]
) -> Sequence[int]:
    found: list[int] = []
    added = sa.insert(IDENTITIES).returning(IDENTITIES.c.id, sort_by_parameter_order=True)
    for first in range(0, len(histories), AT_ONCE):
        page = [one.conversation for one in histories[first : first + AT_ONCE]]
        rows = [
            {
                "channel": one.address.channel,
                "kind": one.address.kind,
                "value": one.address.value,
                "person_id": one.person_id,
                "created_at": one.created_at,
            }
            for one in page
        ]
        found += (await connection.scalars(added, rows)).all()
    return found


def _conversation(history: ConversationHistory, identity: int) -> dict[str, Any]:
    one = history.conversation
    return {
        "id": one.id,
        "identity_id": identity,
        "person_id": one.person_id,
        "language": one.language.value,
        "language_pinned": one.language_pinned,
        "controller": one.controller.value,
        "control_version": one.control_version,
        "last_seq": len(history.messages),
        "assistant_stale": one.assistant_stale,
        "created_at": one.created_at,
    }


def _rating(rating: Rating) -> dict[str, Any]:
    return {
        "id": rating.id,
        "conversation_id": rating.conversation_id,
        "subject_kind": rating.subject_kind,
        "subject_id": rating.subject_id,
        "asked_at": rating.asked_at,
        "expires_at": rating.expires_at,
        "face": rating.face.value if rating.face else None,
        "rated_at": rating.rated_at,
        "words": rating.words,
    }
