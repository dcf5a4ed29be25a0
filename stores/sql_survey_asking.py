"""Asking people in SQLite or PostgreSQL: question, message and invitation in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.model import CaseState
from conversations.model import Conversation
from conversations.ratings import Rating
from kernel.language import Language
from stores.audit_tables import record
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS, WITH_ADDRESS, conversation_from
from stores.conversation_writes import (
    Happened,
    append_events,
    conversation_of,
    insert_messages,
    take_seqs,
    take_seqs_if,
    upsert,
)
from stores.database import reading
from stores.opt_outs import opted_out
from stores.sql_rating_store import RATINGS, insert_question, last_asked
from stores.survey_rows import (
    INVITATIONS,
    VERSIONS,
    WAVES,
    invitation_from,
    invitation_values,
)
from surveys.invitations import CASE, WAVE, Invitation, InvitationState, Seen, Skip
from surveys.ports import Ask, Decide

SURVEYS = "system:surveys"
CAUSED_BY_RATING = "rating:"
FINISHED = (CaseState.RESOLVED.value, CaseState.CLOSED.value)


class SqlSurveyAsking:
    """Locks the conversation first, as all do who speak in it."""

    def __init__(self, engine: AsyncEngine, *, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    async def closings(
        self,
        *,
        since: datetime,
        until: datetime,
        at: datetime,
        open_for: timedelta,
        limit: int,
    ) -> Sequence[Invitation]:
        """Return the closings of cases that nobody was asked about and that may be now."""
        before = sa.select(INVITATIONS.c.id).where(
            INVITATIONS.c.kind == CASE,
            INVITATIONS.c.subject == CASES.c.number,
            INVITATIONS.c.closed_at == CASES.c.resolved_at,
        )
        elsewhere = sa.select(RATINGS.c.id).where(  # asked by others than this worker
            RATINGS.c.subject_kind == CASE,
            RATINGS.c.subject_id == CASES.c.number,
            RATINGS.c.asked_at >= CASES.c.resolved_at,
        )
        wanted = (
            sa.select(CASES)
            .join(CONVERSATIONS, CONVERSATIONS.c.id == CASES.c.conversation_id)
            .where(
                CASES.c.resolved_at >= since,
                CASES.c.resolved_at <= until,
                CASES.c.state.in_(FINISHED),
                CASES.c.merged_into.is_(None),
                CASES.c.caused_by.not_like(f"{CAUSED_BY_RATING}%"),
                ~before.exists(),
                ~elsewhere.exists(),
            )
            .order_by(CASES.c.resolved_at, CASES.c.number)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Invitation(
                id=self._new_id(),
                kind=CASE,
                subject=row["number"],
                occasion=f"{row['resolved_at'].astimezone(UTC):%Y%m%dT%H%M%S.%f}",
                person_id=row["person_id"],
                conversation_id=row["conversation_id"],
                department=row["department"],
                language=Language(row["language"]),
                closed_at=row["resolved_at"],
                planned_at=at,
                expires_at=at + open_for,
            )
            for row in rows
        ]

    async def planned(self, *, at: datetime, limit: int) -> Sequence[Invitation]:
        """Return those that wait to be asked, and whose time has come."""
        wanted = (
            sa.select(INVITATIONS, VERSIONS.c.asked, VERSIONS.c.plan)
            .outerjoin(WAVES, WAVES.c.id == INVITATIONS.c.wave_id)
            .outerjoin(
                VERSIONS,
                sa.and_(
                    VERSIONS.c.campaign_id == WAVES.c.campaign_id,
                    VERSIONS.c.version == WAVES.c.version,
                ),
            )
            .where(
                INVITATIONS.c.state == InvitationState.PLANNED.value,
                INVITATIONS.c.planned_at <= at,
            )
            .order_by(INVITATIONS.c.planned_at, INVITATIONS.c.id)
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            return [invitation_from(row) for row in (await connection.execute(wanted)).mappings()]

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return where somebody is to be asked, if there is such a conversation."""
        wanted = WITH_ADDRESS.where(CONVERSATIONS.c.id == conversation_id)
        async with reading(self._engine, snapshot=False) as connection:
            row = (await connection.execute(wanted)).mappings().one_or_none()
        return None if row is None else conversation_from(row)

    async def ask(self, invitation: Invitation, decide: Decide, *, at: datetime) -> bool:
        """Ask, or keep why not or until when to wait; False when nobody was asked."""
        async with self._engine.begin() as connection:
            there = await take_seqs_if(connection, invitation.conversation_id, 0) is not None
            if not await _is_ours(connection, invitation, at):
                return False
            if not there:
                await _skip(connection, invitation, Skip.NO_CHANNEL, at)
                return False
            decided = decide(await _seen(connection, invitation, at))
            if isinstance(decided, Skip):
                await _skip(connection, invitation, decided, at)
                return False
            if isinstance(decided, datetime):
                await _update(connection, invitation, planned_at=decided)
                return False
            happened = await _ask(connection, invitation, decided, at)
            await append_events(connection, invitation.conversation_id, at, happened)
            return True


async def _is_ours(connection: AsyncConnection, invitation: Invitation, at: datetime) -> bool:
    """Keep an invitation that is not kept yet; tell whether it still waits to be asked."""
    values = invitation_values(invitation, InvitationState.PLANNED, planned_at=at)
    await connection.execute(
        upsert(connection)(INVITATIONS).values(values).on_conflict_do_nothing()
    )
    state = await connection.scalar(
        sa.select(INVITATIONS.c.state).where(INVITATIONS.c.id == invitation.id).with_for_update()
    )
    return bool(state == InvitationState.PLANNED.value)


async def _seen(connection: AsyncConnection, invitation: Invitation, at: datetime) -> Seen:
    recent = 0
    if invitation.cap_days is not None:
        counted = sa.select(sa.func.count()).where(
            INVITATIONS.c.person_id == invitation.person_id,
            INVITATIONS.c.kind == WAVE,
            INVITATIONS.c.asked_at > at - timedelta(days=invitation.cap_days),
        )
        recent = int(await connection.scalar(counted) or 0)
    return Seen(
        conversation=await conversation_of(connection, invitation.conversation_id),
        opted_out=await opted_out(connection, invitation.person_id),
        asked_at=await last_asked(connection, invitation.conversation_id),
        recent=recent,
    )


async def _ask(
    connection: AsyncConnection, invitation: Invitation, asked: Ask, at: datetime
) -> list[Happened]:
    rating = Rating(
        id=invitation.id,
        conversation_id=invitation.conversation_id,
        subject_kind=invitation.kind,
        subject_id=invitation.subject_id,
        asked_at=at,
        expires_at=invitation.expires_at,
    )
    conversation = await conversation_of(connection, invitation.conversation_id)
    first = await take_seqs(connection, conversation.id, len(asked.lines))
    happened = await insert_messages(connection, conversation, first, asked.lines)
    await insert_question(connection, rating)
    await _update(
        connection,
        invitation,
        state=InvitationState.ASKED.value,
        asked_at=at,
        way=asked.way.value,
        token_hash=asked.token_hash,
    )
    told = {"invitation": invitation.id, "way": asked.way.value, "wave": invitation.wave_id}
    await _audit(connection, invitation, "survey_asked", told, at)
    return [*happened, ("survey", {"id": invitation.id, "kind": invitation.kind})]


async def _skip(
    connection: AsyncConnection, invitation: Invitation, why: Skip, at: datetime
) -> None:
    await _update(connection, invitation, state=InvitationState.SKIPPED.value, reason=why.value)
    told = {"invitation": invitation.id, "reason": why.value, "wave": invitation.wave_id}
    await _audit(connection, invitation, "survey_skipped", told, at)


async def _update(connection: AsyncConnection, invitation: Invitation, **values: object) -> None:
    await connection.execute(
        sa.update(INVITATIONS).where(INVITATIONS.c.id == invitation.id).values(**values)
    )


async def _audit(
    connection: AsyncConnection,
    invitation: Invitation,
    action: str,
    told: Mapping[str, object],
    at: datetime,
) -> None:
    await record(
        connection,
        at=at,
        actor=SURVEYS,
        action=action,
        subject_kind="case",
        subject_id=invitation.subject,
        before={},
        after=told,
    )
