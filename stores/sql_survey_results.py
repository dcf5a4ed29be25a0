"""What people said, counted in SQLite or PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.ratings import Face
from kernel.language import Language
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS
from stores.database import reading
from stores.rated_units import AFTER_CLOSING, RATED, UNIT
from stores.sql_rating_store import RATINGS
from stores.survey_rows import ANSWERS, FOLLOW_UPS, INVITATIONS
from surveys.invitations import InvitationState
from surveys.results import Line, Tally

Conditions = Sequence[sa.ColumnElement[bool]]


class SqlSurveyResults:
    """Reads only. Of a chat the unit is the one that held it; empty where none did."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def closings(
        self, *, since: datetime, until: datetime, departments: frozenset[str]
    ) -> Mapping[str, Tally]:
        """Return what was said after cases and chats that were asked about in that time."""
        return await self._tallies(_closings(since, until), departments)

    async def campaign(
        self, wave_ids: Sequence[str], *, departments: frozenset[str]
    ) -> Mapping[str, Tally]:
        """Return what was said in askings of a campaign."""
        return await self._tallies([INVITATIONS.c.wave_id.in_(wave_ids)], departments)

    async def closing_lines(
        self, *, since: datetime, until: datetime, departments: frozenset[str], limit: int
    ) -> Sequence[Line]:
        """Return free lines after closings, newest first; none about confidential cases."""
        conditions = _closings(since, until)
        return await self._lines(RATINGS.c.words, RATED, conditions, departments, limit)

    async def campaign_lines(
        self, wave_ids: Sequence[str], *, departments: frozenset[str], limit: int
    ) -> Sequence[Line]:
        """Return free lines of a campaign, newest first."""
        joined = RATED.join(ANSWERS, ANSWERS.c.invitation_id == INVITATIONS.c.id)
        conditions = [INVITATIONS.c.wave_id.in_(wave_ids)]
        in_chat = await self._lines(RATINGS.c.words, RATED, conditions, departments, limit)
        on_page = await self._lines(ANSWERS.c.line, joined, conditions, departments, limit)
        return sorted([*in_chat, *on_page], key=lambda one: one.at, reverse=True)[:limit]

    async def skipped(self, wave_ids: Sequence[str]) -> Mapping[str, int]:
        """Return how many were drawn and not asked, by reason; ``planned`` are yet to be."""
        reason = sa.func.coalesce(INVITATIONS.c.reason, INVITATIONS.c.state).label("why")
        wanted = (
            sa.select(reason, sa.func.count().label("many"))
            .where(
                INVITATIONS.c.wave_id.in_(wave_ids),
                INVITATIONS.c.state != InvitationState.ASKED.value,
            )
            .group_by("why")
        )
        async with reading(self._engine, snapshot=False) as connection:
            return {row.why: row.many for row in await connection.execute(wanted)}

    async def _tallies(
        self, conditions: Conditions, departments: frozenset[str]
    ) -> Mapping[str, Tally]:
        of = [*conditions, *_within(departments)]
        unit, answered = UNIT.label("unit"), RATINGS.c.rated_at.is_not(None).label("answered")
        faces = (
            sa.select(unit, RATINGS.c.face, answered, sa.func.count())
            .select_from(RATED)
            .where(*of)
            .group_by("unit", RATINGS.c.face, "answered")
        )
        values = (
            sa.select(unit, ANSWERS.c.question_id, ANSWERS.c.value, sa.func.count())
            .select_from(RATED.join(ANSWERS, ANSWERS.c.invitation_id == INVITATIONS.c.id))
            .where(ANSWERS.c.value.is_not(None), *of)
            .group_by("unit", ANSWERS.c.question_id, ANSWERS.c.value)
        )
        found: defaultdict[str, Tally] = defaultdict(Tally)
        async with reading(self._engine) as connection:
            for code, face, said, count in await connection.execute(faces):
                chosen = {Face(face): count} if face else {}
                found[code] += Tally(asked=count, answered=count if said else 0, faces=chosen)
            for code, question, value, count in await connection.execute(values):
                found[code] += Tally(values={question: {value: count}})
        return dict(found)

    async def _lines(
        self,
        words: sa.ColumnElement[Any],
        joined: sa.FromClause,
        conditions: Conditions,
        departments: frozenset[str],
        limit: int,
    ) -> Sequence[Line]:
        wanted = (
            sa.select(
                words.label("text"),
                RATINGS.c.rated_at,
                RATINGS.c.face,
                UNIT.label("unit"),
                sa.func.coalesce(INVITATIONS.c.language, CONVERSATIONS.c.language).label("of"),
                CASES.c.number,
                FOLLOW_UPS.c.case_number,
            )
            .select_from(
                joined.join(
                    CONVERSATIONS, CONVERSATIONS.c.id == RATINGS.c.conversation_id
                ).outerjoin(FOLLOW_UPS, FOLLOW_UPS.c.rating_id == RATINGS.c.id)
            )
            .where(
                words.is_not(None),
                sa.func.coalesce(CASES.c.confidential, sa.false()).is_(sa.false()),
                RATINGS.c.rated_at.is_not(None),
                *conditions,
                *_within(departments),
            )
            .order_by(RATINGS.c.rated_at.desc(), RATINGS.c.id)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Line(
                text=row["text"],
                at=row["rated_at"],
                language=Language(row["of"]),
                department=row["unit"],
                face=Face(row["face"]) if row["face"] else None,
                case_number=row["number"],
                followed_by=row["case_number"],
            )
            for row in rows
        ]


def _closings(since: datetime, until: datetime) -> Conditions:
    return [
        AFTER_CLOSING,
        RATINGS.c.asked_at >= since,
        RATINGS.c.asked_at < until,
    ]


def _within(departments: frozenset[str]) -> Conditions:
    return [UNIT.in_(sorted(departments))] if departments else []
