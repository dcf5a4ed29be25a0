"""What was said, read back for who goes through the event log."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from conversations.improving import LOOK_BACK, Heard
from conversations.model import Sender
from stores.conversation_rows import MESSAGES, message_from
from stores.database import one_of, reading
from stores.sql_event_log import SqlEventLog

AT_ONCE = 200


class SqlTranscripts(SqlEventLog):
    """The event log, with the messages that it names."""

    async def messages(self, ids: Sequence[str]) -> Sequence[Heard]:
        """Return messages by their ids, in their order in time."""
        found: list[sa.RowMapping] = []
        async with reading(self._engine, snapshot=False) as connection:
            for start in range(0, len(ids), AT_ONCE):
                some = one_of(connection, MESSAGES.c.id, ids[start : start + AT_ONCE])
                wanted = sa.select(MESSAGES).where(some)
                found += (await connection.execute(wanted)).mappings().all()
        found.sort(key=lambda row: (row["stored_at"], row["seq"]))
        return [Heard(message_from(row), row["answer_to"]) for row in found]

    async def own_words_before(
        self, conversation_id: str, seq: int | None, *, limit: int = LOOK_BACK
    ) -> Sequence[Heard]:
        """Return the person's latest messages before a place, latest first."""
        wanted = sa.select(MESSAGES).where(
            MESSAGES.c.conversation_id == conversation_id,
            MESSAGES.c.sender == Sender.CITIZEN.value,
        )
        if seq is not None:
            wanted = wanted.where(MESSAGES.c.seq < seq)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(MESSAGES.c.seq.desc()).limit(limit))
            return [Heard(message_from(row), row["answer_to"]) for row in rows.mappings()]

    async def answered_by_assistant(self, message_id: str) -> bool:
        """Tell whether the assistant answered a message."""
        wanted = sa.select(sa.literal(1)).where(
            MESSAGES.c.answer_to == message_id, MESSAGES.c.sender == Sender.BOT.value
        )
        async with reading(self._engine, snapshot=False) as connection:
            return await connection.scalar(wanted.limit(1)) is not None
