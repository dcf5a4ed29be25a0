"""Which low scores were seen to, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.ratings import SPELL, Face
from kernel.language import Language
from stores.audit_tables import record
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS, IDENTITIES
from stores.conversation_writes import upsert
from stores.database import reading
from stores.floor_rows import SPELLS
from stores.sql_rating_store import RATINGS
from stores.survey_rows import ANSWERS, FOLLOW_UPS, INVITATIONS
from surveys.ports import LowScore

SURVEYS = "system:surveys"


class SqlSurveyFollowUps:
    """Knows a low score by its rating, whatever it is about."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def low_scores(
        self, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[LowScore]:
        """Return those without a follow-up that were given in that time, oldest first."""
        line = (
            sa.select(sa.func.min(ANSWERS.c.line))
            .where(ANSWERS.c.invitation_id == RATINGS.c.id)
            .scalar_subquery()
        )
        of_spell = sa.and_(RATINGS.c.subject_kind == SPELL, SPELLS.c.id == RATINGS.c.subject_id)
        wanted = (
            sa.select(
                RATINGS.c.id,
                RATINGS.c.conversation_id,
                sa.func.coalesce(RATINGS.c.words, line).label("words"),
                CONVERSATIONS.c.person_id,
                CONVERSATIONS.c.language,
                IDENTITIES.c.channel,
                INVITATIONS.c.subject,
                INVITATIONS.c.language.label("asked_in"),
                sa.func.coalesce(INVITATIONS.c.department, SPELLS.c.department).label("unit"),
                CASES.c.confidential,
            )
            .join(CONVERSATIONS, CONVERSATIONS.c.id == RATINGS.c.conversation_id)
            .join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
            .outerjoin(INVITATIONS, INVITATIONS.c.id == RATINGS.c.id)
            .outerjoin(SPELLS, of_spell)
            .outerjoin(CASES, CASES.c.number == INVITATIONS.c.subject)
            .where(
                RATINGS.c.face == Face.UNHAPPY.value,
                RATINGS.c.rated_at >= since,
                RATINGS.c.rated_at <= until,
                ~sa.exists().where(FOLLOW_UPS.c.rating_id == RATINGS.c.id),
            )
            .order_by(RATINGS.c.rated_at, RATINGS.c.id)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            LowScore(
                rating_id=row["id"],
                person_id=row["person_id"],
                conversation_id=row["conversation_id"],
                channel=row["channel"],
                language=Language(row["asked_in"] or row["language"]),
                department=row["unit"],
                case_number=row["subject"],
                confidential=bool(row["confidential"]),
                words=row["words"],
            )
            for row in rows
        ]

    async def followed_up(self, rating_id: str, case_number: str | None, *, at: datetime) -> None:
        """Keep which case follows a low score up; None: none is needed. Once each."""
        async with self._engine.begin() as connection:
            kept = await connection.execute(
                upsert(connection)(FOLLOW_UPS)
                .values(rating_id=rating_id, case_number=case_number, at=at)
                .on_conflict_do_nothing()
            )
            if kept.rowcount == 1:
                await record(
                    connection,
                    at=at,
                    actor=SURVEYS,
                    action="survey_followed_up",
                    subject_kind="rating",
                    subject_id=rating_id,
                    before={},
                    after={"case": case_number},
                )
