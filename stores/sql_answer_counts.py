"""How often answers were given and helped, over messages and spells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from content.answer_figures import AnswerFigures
from conversations.improving import HELP, NO_HELP
from kernel.validity import OUTDATED
from stores.conversation_rows import MESSAGES
from stores.database import reading
from stores.floor_rows import SPELLS

SOON = timedelta(hours=1)
"""A conversation that goes to people later did not go for the answer."""


class SqlAnswerCounts:
    """Reads only; what was said before answers named their question is not counted."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, topic: str, *, since: datetime) -> AnswerFigures:
        """Return the figures of one question since a moment."""
        answers = (
            sa.select(
                MESSAGES.c.conversation_id,
                MESSAGES.c.seq,
                MESSAGES.c.stored_at,
                MESSAGES.c.details[OUTDATED].as_boolean().label("outdated"),
            )
            .where(MESSAGES.c.topic == topic, MESSAGES.c.stored_at >= since)
            .order_by(MESSAGES.c.stored_at)
        )
        async with reading(self._engine, snapshot=False) as connection:
            given = (await connection.execute(answers)).all()
            current = [one for one in given if not one.outdated]
            said = {HELP: 0, NO_HELP: 0}
            for row in (await connection.execute(_said_of(topic, since))).all():
                said[row.payload] = int(row.times)
            went = (await connection.execute(_taken_over(topic, since))).all()
            taken = sum(one.opened_at - one.stored_at <= SOON for one in went)
        return AnswerFigures(
            given=len(current),
            not_current=len(given) - len(current),
            helped=said[HELP],
            not_helped=said[NO_HELP],
            taken_over=taken,
        )


def _said_of(topic: str, since: datetime) -> sa.Select[Any]:
    """Return what people pressed whose last answer before it was this one, counted."""
    press = MESSAGES.alias("press")
    return (
        sa.select(press.c.payload, sa.func.count().label("times"))
        .select_from(MESSAGES)
        .join(
            press,
            sa.and_(
                press.c.conversation_id == MESSAGES.c.conversation_id,
                press.c.seq > MESSAGES.c.seq,
                press.c.payload.in_([HELP, NO_HELP]),
            ),
        )
        .where(
            MESSAGES.c.topic == topic,
            MESSAGES.c.stored_at >= since,
            ~_another_between(press.c.seq),
        )
        .group_by(press.c.payload)
    )


def _taken_over(topic: str, since: datetime) -> sa.Select[Any]:
    """Return when each answer was given and people came, where no other answer was between."""
    later = MESSAGES.alias("later")
    another = (
        sa.select(sa.literal(1))
        .where(
            later.c.conversation_id == MESSAGES.c.conversation_id,
            later.c.seq > MESSAGES.c.seq,
            later.c.topic.is_not(None),
            later.c.stored_at <= SPELLS.c.opened_at,
        )
        .exists()
    )
    return (
        sa.select(
            MESSAGES.c.stored_at,
            sa.func.min(SPELLS.c.opened_at, type_=SPELLS.c.opened_at.type).label("opened_at"),
        )
        .select_from(MESSAGES)
        .join(SPELLS, SPELLS.c.conversation_id == MESSAGES.c.conversation_id)
        .where(
            MESSAGES.c.topic == topic,
            MESSAGES.c.stored_at >= since,
            SPELLS.c.opened_at >= MESSAGES.c.stored_at,
            ~another,
        )
        .group_by(MESSAGES.c.id, MESSAGES.c.stored_at)
    )


def _another_between(end: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    between = MESSAGES.alias("between")
    return (
        sa.select(sa.literal(1))
        .where(
            between.c.conversation_id == MESSAGES.c.conversation_id,
            between.c.seq > MESSAGES.c.seq,
            between.c.seq < end,
            sa.or_(between.c.topic.is_not(None), between.c.payload.in_([HELP, NO_HELP])),
        )
        .exists()
    )
