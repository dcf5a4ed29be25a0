"""What became of conversations, and who holds how many, over messages and spells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.talk_figures import ChatLoad, TalkDay, Waiting
from stores.conversation_rows import MESSAGES
from stores.conversation_tables import ACCEPTED
from stores.database import reading
from stores.floor_rows import SPELLS
from stores.floor_tables import OPEN


def wrote_in(since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    """Return what a message fulfils by which somebody wrote to us then; reports count by it."""
    return [
        cast("sa.ColumnElement[bool]", sa.literal_column(ACCEPTED.text)),
        MESSAGES.c.stored_at >= since,
        MESSAGES.c.stored_at < until,
    ]


def held_in(since: datetime, until: datetime) -> sa.Select[Any]:
    """Return the count of conversations in which somebody wrote to us then."""
    return sa.select(sa.func.count(MESSAGES.c.conversation_id.distinct())).where(
        *wrote_in(since, until)
    )


def escalated_in(since: datetime, until: datetime) -> sa.Select[Any]:
    """Return the count of those that went to people then."""
    wrote = sa.select(MESSAGES.c.conversation_id).where(*wrote_in(since, until))
    return sa.select(sa.func.count(SPELLS.c.conversation_id.distinct())).where(
        SPELLS.c.opened_at >= since,
        SPELLS.c.opened_at < until,
        SPELLS.c.conversation_id.in_(wrote),
    )


class SqlTalkFigures:
    """Reads only. Days are those of ``zone``; ``channels`` are all by which people write."""

    def __init__(self, engine: AsyncEngine, channels: Sequence[str], *, zone: ZoneInfo) -> None:
        self._engine = engine
        self._channels = channels
        self._zone = zone

    async def days(self, first: date, last: date) -> Sequence[TalkDay]:
        """Return every day from ``first`` to ``last``."""
        found = []
        async with reading(self._engine) as connection:
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                since, until = self._start(day), self._start(day + timedelta(days=1))
                # naming the channels lets their index be used; there are no others
                ours = MESSAGES.c.channel.in_(self._channels)
                counts = [
                    int(await connection.scalar(one) or 0)
                    for one in (
                        held_in(since, until).where(ours),
                        escalated_in(since, until),
                        self._unsure(since, until).where(ours),
                    )
                ]
                found.append(TalkDay(day, *counts))
        return found

    def _unsure(self, since: datetime, until: datetime) -> sa.Select[Any]:
        answers = MESSAGES.alias("answer")
        said = sa.select(sa.literal(1)).where(
            answers.c.answer_to == MESSAGES.c.id,
            answers.c.answer_to.is_not(None),
            answers.c.details["unsure"].as_string().is_not(None),
        )
        return (
            sa.select(sa.func.count())
            .select_from(MESSAGES)
            .where(
                MESSAGES.c.sender == "citizen",
                MESSAGES.c.state != "refused",
                MESSAGES.c.stored_at >= since,
                MESSAGES.c.stored_at < until,
                said.exists(),
            )
        )

    async def waiting(self) -> Waiting:
        """Return what waits for somebody now."""
        found = sa.select(sa.func.count(), sa.func.min(SPELLS.c.opened_at)).where(
            OPEN, SPELLS.c.owner_id.is_(None), SPELLS.c.snoozed_at.is_(None)
        )
        async with reading(self._engine, snapshot=False) as connection:
            count, since = (await connection.execute(found)).one()
        return Waiting(count, since)

    async def loads(self, since: datetime) -> Sequence[ChatLoad]:
        """Return what each agent holds now, and answered first since then."""
        now = (
            sa.select(
                SPELLS.c.owner_id,
                sa.func.count().label("open_now"),
                sa.func.count(SPELLS.c.waits_since).label("unanswered"),
            )
            .where(OPEN, SPELLS.c.owner_id.is_not(None))
            .group_by(SPELLS.c.owner_id)
        )
        times = sa.select(SPELLS.c.owner_id, SPELLS.c.opened_at, SPELLS.c.first_answer_at)
        answered = sa.and_(SPELLS.c.owner_id.is_not(None), SPELLS.c.first_answer_at >= since)
        today = sa.union_all(
            times.where(OPEN, answered),
            times.where(SPELLS.c.closed_at >= since, answered),
        )
        async with reading(self._engine) as connection:
            held = {row.owner_id: row for row in (await connection.execute(now)).all()}
            waits: dict[str, list[float]] = {}
            for owner, opened, answered_at in (await connection.execute(today)).all():
                waits.setdefault(owner, []).append((answered_at - opened).total_seconds())
        return [
            ChatLoad(
                agent_id=one,
                open_now=held[one].open_now if one in held else 0,
                unanswered=held[one].unanswered if one in held else 0,
                first_answers=len(waits.get(one, ())),
                first_answer_s=sum(waits[one]) / len(waits[one]) if one in waits else None,
            )
            for one in sorted({*held, *waits})
        ]

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)
