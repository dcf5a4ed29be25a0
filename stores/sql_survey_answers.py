"""What links lead to, in SQLite or PostgreSQL: answered once, by whoever has the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.language import Language
from stores.audit_tables import record
from stores.conversation_writes import append_events, take_seqs
from stores.database import reading
from stores.opt_outs import opt_out, opted_out
from stores.sql_rating_store import RATINGS, rating_from
from stores.survey_rows import ANSWERS, INVITATIONS, VERSIONS, WAVES
from surveys.answering import Answers
from surveys.invitations import CASE
from surveys.ports import Answered, Asked
from surveys.questions import Questionnaire


class SqlSurveyAnswers:
    """Locks the conversation, so that of two answers the second sees the first."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self, token_hash: str) -> Asked | None:
        """Return what a link leads to."""
        async with reading(self._engine) as connection:
            return await _find(connection, token_hash)

    async def answer(self, token_hash: str, answers: Answers, *, at: datetime) -> Answered:
        """Keep an answer: the first, while there is time."""
        async with self._engine.begin() as connection:
            first = await _find(connection, token_hash)
            if first is None:
                return Answered.UNKNOWN
            conversation_id = first.rating.conversation_id
            await take_seqs(connection, conversation_id, 0)
            found = await _find(connection, token_hash) or first  # as it is, locked
            if found.rating.rated_at is not None:
                return Answered.ALREADY
            if found.rating.expires_at <= at:
                return Answered.EXPIRED
            told = await _keep(connection, found, answers, at)
            event = ("rating", {"id": found.rating.id, "subject": found.rating.subject_id, **told})
            await append_events(connection, conversation_id, at, [event])
            return Answered.KEPT

    async def opt_out(self, person_id: str, *, way: str, at: datetime) -> bool:
        """Ask somebody never again; False when that was so already."""
        async with self._engine.begin() as connection:
            return await opt_out(connection, person_id, way=way, at=at)


async def _find(connection: AsyncConnection, token_hash: str) -> Asked | None:
    rows = await connection.execute(
        sa.select(
            *(column.label(f"rating_{column.name}") for column in RATINGS.c),
            INVITATIONS.c.kind,
            INVITATIONS.c.subject,
            INVITATIONS.c.person_id,
            INVITATIONS.c.language,
            VERSIONS.c.asked,
        )
        .join(INVITATIONS, INVITATIONS.c.id == RATINGS.c.id)
        .outerjoin(WAVES, WAVES.c.id == INVITATIONS.c.wave_id)
        .outerjoin(
            VERSIONS,
            sa.and_(
                VERSIONS.c.campaign_id == WAVES.c.campaign_id,
                VERSIONS.c.version == WAVES.c.version,
            ),
        )
        .where(INVITATIONS.c.token_hash == token_hash)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    rating = {
        name.removeprefix("rating_"): value
        for name, value in row.items()
        if name.startswith("rating_")
    }
    return Asked(
        rating=rating_from(rating),
        kind=row["kind"],
        subject=row["subject"],
        person_id=row["person_id"],
        language=Language(row["language"]),
        asked=None if row["asked"] is None else Questionnaire.from_facts(row["asked"]),
        opted_out=await opted_out(connection, row["person_id"]),
    )


async def _keep(
    connection: AsyncConnection, found: Asked, answers: Answers, at: datetime
) -> Mapping[str, Any]:
    lines = dict(answers.lines)
    words = lines.popitem()[1] if found.kind == CASE and lines else None
    face = answers.face.value if answers.face else None
    await connection.execute(
        sa.update(RATINGS)
        .where(RATINGS.c.id == found.rating.id)
        .values(face=face, rated_at=at, words=words)
    )
    rows = [
        {"question_id": of, "value": value, "line": None} for of, value in answers.values.items()
    ]
    rows += [{"question_id": of, "value": None, "line": line} for of, line in lines.items()]
    if rows:
        await connection.execute(
            sa.insert(ANSWERS), [{"invitation_id": found.rating.id, **one} for one in rows]
        )
    told = {"face": face, "answers": len(rows), "words": words is not None}
    await record(
        connection,
        at=at,
        actor=f"person:{found.person_id}",
        action="rated",
        subject_kind="conversation",
        subject_id=found.rating.conversation_id,
        before={"face": None},
        after=told,
    )
    return {"face": face} if face else {}
