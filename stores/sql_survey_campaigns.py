"""Campaigns in SQLite or PostgreSQL: drafts change, what was published does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from stores.audit_tables import record
from stores.conversation_writes import upsert
from stores.database import reading
from stores.survey_rows import (
    CAMPAIGNS,
    INVITATIONS,
    VERSIONS,
    WAVES,
    campaign_from,
    campaign_values,
    version_from,
    wave_from,
)
from surveys.campaigns import Campaign, CampaignState, Version, Wave
from surveys.errors import CampaignChanged, CampaignNotFound, CampaignOver
from surveys.invitations import InvitationState, Skip

SUBJECT = "survey"
WRITTEN = ("name", "asked", "plan")


class SqlSurveyCampaigns:
    """Locks the campaign's row, so that of two writers the second hears of the first."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[Campaign]:
        """Return every campaign, newest first."""
        wanted = sa.select(CAMPAIGNS).order_by(CAMPAIGNS.c.created_at.desc(), CAMPAIGNS.c.id)
        async with reading(self._engine, snapshot=False) as connection:
            return [campaign_from(row) for row in (await connection.execute(wanted)).mappings()]

    async def get(self, campaign_id: str) -> Campaign:
        """Return a campaign; raises CampaignNotFound."""
        async with reading(self._engine, snapshot=False) as connection:
            return await _get(connection, campaign_id)

    async def add(self, campaign: Campaign) -> None:
        """Keep a new draft; the same id twice is once."""
        async with self._engine.begin() as connection:
            added = await connection.execute(
                upsert(connection)(CAMPAIGNS)
                .values(campaign_values(campaign))
                .on_conflict_do_nothing()
            )
            if added.rowcount == 1:
                actor, at = campaign.created_by, campaign.created_at
                await _audit(connection, campaign, "survey_drafted", actor=actor, at=at)

    async def save(self, campaign: Campaign, *, actor: str, at: datetime) -> Campaign:
        """Keep what was written."""
        async with self._engine.begin() as connection:
            await _locked(connection, campaign.id, seen=campaign.changes)
            saved = replace(campaign, changes=campaign.changes + 1)
            values = campaign_values(saved)
            written = {name: values[name] for name in (*WRITTEN, "changes")}
            await _update(connection, campaign.id, written)
            await _audit(connection, saved, "survey_edited", actor=actor, at=at)
            return saved

    async def publish(self, campaign_id: str, *, seen: int, actor: str, at: datetime) -> Campaign:
        """Freeze what is written as the next version, which counts from now on."""
        async with self._engine.begin() as connection:
            was = await _locked(connection, campaign_id, seen=seen)
            now = replace(
                was,
                version=was.version + 1,
                changes=was.changes + 1,
                state=CampaignState.RUNNING,
                published_at=at,
            )
            values = campaign_values(now)
            await connection.execute(
                sa.insert(VERSIONS).values(
                    campaign_id=campaign_id,
                    version=now.version,
                    asked=values["asked"],
                    plan=values["plan"],
                    published_at=at,
                    published_by=actor,
                )
            )
            moved = {name: values[name] for name in ("version", "changes", "state", "published_at")}
            await _update(connection, campaign_id, moved)
            await _audit(connection, now, "survey_published", actor=actor, at=at, was=was)
            return now

    async def stop(self, campaign_id: str, *, actor: str, at: datetime) -> Campaign:
        """Ask nobody more, also of those who were drawn; raises CampaignNotFound."""
        async with self._engine.begin() as connection:
            was = await _locked(connection, campaign_id)
            if was.over:
                return was
            now = replace(was, state=CampaignState.STOPPED, changes=was.changes + 1)
            await _update(
                connection, campaign_id, {"state": now.state.value, "changes": now.changes}
            )
            of = sa.select(WAVES.c.id).where(WAVES.c.campaign_id == campaign_id)
            await connection.execute(
                sa.update(INVITATIONS)
                .where(
                    INVITATIONS.c.wave_id.in_(of),
                    INVITATIONS.c.state == InvitationState.PLANNED.value,
                )
                .values(state=InvitationState.SKIPPED.value, reason=Skip.STOPPED.value)
            )
            await _audit(connection, now, "survey_stopped", actor=actor, at=at, was=was)
            return now

    async def versions(self, campaign_id: str) -> Sequence[Version]:
        """Return what was published, newest first."""
        wanted = sa.select(VERSIONS).where(VERSIONS.c.campaign_id == campaign_id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(VERSIONS.c.version.desc()))
            return [version_from(row) for row in rows.mappings()]

    async def waves(self, campaign_id: str) -> Sequence[Wave]:
        """Return the askings, newest first."""
        wanted = sa.select(WAVES).where(WAVES.c.campaign_id == campaign_id)
        async with reading(self._engine, snapshot=False) as connection:
            rows = await connection.execute(wanted.order_by(WAVES.c.number.desc()))
            return [wave_from(row) for row in rows.mappings()]


async def _get(connection: AsyncConnection, campaign_id: str) -> Campaign:
    rows = await connection.execute(sa.select(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id))
    row = rows.mappings().one_or_none()
    if row is None:
        raise CampaignNotFound(campaign_id=campaign_id)
    return campaign_from(row)


async def _locked(
    connection: AsyncConnection, campaign_id: str, *, seen: int | None = None
) -> Campaign:
    await connection.execute(
        sa.select(CAMPAIGNS.c.id).where(CAMPAIGNS.c.id == campaign_id).with_for_update()
    )
    campaign = await _get(connection, campaign_id)
    if seen is not None and campaign.over:
        raise CampaignOver(campaign_id=campaign_id)
    if seen is not None and campaign.changes != seen:
        raise CampaignChanged(campaign_id=campaign_id)
    return campaign


async def _update(
    connection: AsyncConnection, campaign_id: str, values: Mapping[str, object]
) -> None:
    await connection.execute(
        sa.update(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id).values(**values)
    )


async def _audit(
    connection: AsyncConnection,
    campaign: Campaign,
    action: str,
    *,
    actor: str,
    at: datetime,
    was: Campaign | None = None,
) -> None:
    await record(
        connection,
        at=at,
        actor=actor,
        action=action,
        subject_kind=SUBJECT,
        subject_id=campaign.id,
        before={} if was is None else _facts(was),
        after=_facts(campaign),
    )


def _facts(campaign: Campaign) -> dict[str, object]:
    return {
        "state": campaign.state.value,
        "version": campaign.version,
        "changes": campaign.changes,
        "questions": len(campaign.asked.questions),
    }
