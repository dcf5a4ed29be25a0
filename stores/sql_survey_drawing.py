"""Who may be drawn for a campaign and who was, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.language import Language
from stores.audit_tables import record
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS
from stores.conversation_writes import upsert
from stores.database import reading
from stores.opt_outs import OPT_OUTS
from stores.sql_survey_asking import CAUSED_BY_RATING, FINISHED, SURVEYS
from stores.sql_survey_campaigns import SUBJECT
from stores.survey_rows import (
    CAMPAIGNS,
    INVITATIONS,
    VERSIONS,
    WAVES,
    invitation_values,
    version_from,
    wave_values,
)
from surveys.campaigns import CASE_KINDS, CampaignState, Group, Wave
from surveys.invitations import WAVE, Invitation, InvitationState, Skip
from surveys.ports import Running
from surveys.sampling import Candidate

KINDS = [one.value for one in CASE_KINDS]


class SqlSurveyDrawing:
    """Keeps an asking and everybody it asks in one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def running(self) -> Sequence[Running]:
        """Return every campaign that asks."""
        of = WAVES.c.campaign_id == CAMPAIGNS.c.id
        waves = sa.select(sa.func.max(WAVES.c.number)).where(of).scalar_subquery()
        closes = sa.select(sa.func.max(WAVES.c.closes_at)).where(of).scalar_subquery()
        wanted = (
            sa.select(VERSIONS, waves.label("waves"), closes.label("closes_at"))
            .join(
                CAMPAIGNS,
                sa.and_(
                    CAMPAIGNS.c.id == VERSIONS.c.campaign_id,
                    CAMPAIGNS.c.version == VERSIONS.c.version,
                ),
            )
            .where(CAMPAIGNS.c.state == CampaignState.RUNNING.value)
            .order_by(CAMPAIGNS.c.id)
        )
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Running(
                version=version_from(
                    {name: row[name] for name in VERSIONS.c.keys()}  # noqa: SIM118 columns
                ),
                waves=int(row["waves"] or 0),
                closes_at=row["closes_at"],
            )
            for row in rows
        ]

    async def candidates(
        self, group: Group, *, since: datetime, until: datetime
    ) -> Sequence[Candidate]:
        """Return everybody of a group with a case that was finished in that time, once each."""
        newest = sa.func.row_number().over(
            partition_by=CASES.c.person_id,
            order_by=(CASES.c.resolved_at.desc(), CASES.c.number.desc()),
        )
        chosen = [
            column.in_(sorted(values))
            for column, values in (
                (CASES.c.department, group.departments),
                (CASES.c.segment, group.segments),
                (CASES.c.channel, group.channels),
                (CASES.c.language, group.languages),
            )
            if values
        ]
        found = (
            sa.select(
                CASES.c.person_id,
                CASES.c.conversation_id,
                CASES.c.number,
                CASES.c.department,
                CASES.c.language,
                newest.label("place"),
            )
            .join(CONVERSATIONS, CONVERSATIONS.c.id == CASES.c.conversation_id)
            .where(
                CASES.c.resolved_at >= since,
                CASES.c.resolved_at < until,
                CASES.c.state.in_(FINISHED),
                CASES.c.kind.in_(sorted(group.kinds) or KINDS),
                CASES.c.confidential.is_(False),
                CASES.c.merged_into.is_(None),
                CASES.c.caused_by.not_like(f"{CAUSED_BY_RATING}%"),
                *chosen,
            )
            .subquery()
        )
        wanted = sa.select(found).where(found.c.place == 1).order_by(found.c.person_id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Candidate(
                person_id=row["person_id"],
                conversation_id=row["conversation_id"],
                case_number=row["number"],
                department=row["department"],
                language=Language(row["language"]),
            )
            for row in rows
        ]

    async def barred(self, *, since: datetime, times: int) -> Mapping[str, Skip]:
        """Return who is not to be asked: they opted out, or were asked so often since then."""
        counts = sa.or_(
            INVITATIONS.c.asked_at > since,
            sa.and_(
                INVITATIONS.c.state == InvitationState.PLANNED.value,
                INVITATIONS.c.planned_at > since,
            ),
        )
        often = (
            sa.select(INVITATIONS.c.person_id)
            .where(INVITATIONS.c.kind == WAVE, counts)
            .group_by(INVITATIONS.c.person_id)
            .having(sa.func.count() >= times)
        )
        async with reading(self._engine) as connection:
            found = dict.fromkeys(await connection.scalars(often), Skip.CAPPED)
            gone = await connection.scalars(sa.select(OPT_OUTS.c.person_id))
            return found | dict.fromkeys(gone, Skip.OPTED_OUT)

    async def keep_wave(self, wave: Wave, invitations: Sequence[Invitation]) -> bool:
        """Keep an asking and whom it asks; False when there is one of this number already."""
        planned = [
            invitation_values(one, InvitationState.PLANNED, planned_at=one.planned_at)
            for one in invitations
        ]
        async with self._engine.begin() as connection:
            state = await connection.scalar(
                sa.select(CAMPAIGNS.c.state)
                .where(CAMPAIGNS.c.id == wave.campaign_id)
                .with_for_update()
            )
            if state != CampaignState.RUNNING.value:
                return False
            kept = await connection.execute(
                upsert(connection)(WAVES).values(wave_values(wave)).on_conflict_do_nothing()
            )
            if kept.rowcount != 1:
                return False
            if planned:
                await connection.execute(sa.insert(INVITATIONS), planned)
            await record(
                connection,
                at=wave.drawn_at,
                actor=SURVEYS,
                action="survey_drawn",
                subject_kind=SUBJECT,
                subject_id=wave.campaign_id,
                before={},
                after={
                    "wave": wave.number,
                    "version": wave.version,
                    "population": wave.population,
                    "left_out": dict(wave.left_out),
                    "sampled": wave.sampled,
                    "seed": wave.seed,
                },
            )
            return True

    async def end(self, campaign_id: str, *, at: datetime) -> None:
        """Note that a campaign asks nobody more, by itself."""
        async with self._engine.begin() as connection:
            ended = await connection.execute(
                sa.update(CAMPAIGNS)
                .where(
                    CAMPAIGNS.c.id == campaign_id,
                    CAMPAIGNS.c.state == CampaignState.RUNNING.value,
                )
                .values(state=CampaignState.ENDED.value, changes=CAMPAIGNS.c.changes + 1)
            )
            if ended.rowcount == 1:
                await record(
                    connection,
                    at=at,
                    actor=SURVEYS,
                    action="survey_ended",
                    subject_kind=SUBJECT,
                    subject_id=campaign_id,
                    before={"state": CampaignState.RUNNING.value},
                    after={"state": CampaignState.ENDED.value},
                )
