"""Campaigns in memory, for tests and trials: gone with the process, and without an audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from surveys.campaigns import Campaign, CampaignState, Version, Wave
from surveys.errors import CampaignChanged, CampaignNotFound, CampaignOver


class MemorySurveyCampaigns:
    """Keeps what the contract asks for; waves are drawn by databases alone."""

    def __init__(self) -> None:
        self._campaigns: dict[str, Campaign] = {}
        self._versions: dict[str, list[Version]] = {}

    async def all(self) -> Sequence[Campaign]:
        """Return every campaign, newest first."""
        return sorted(self._campaigns.values(), key=lambda one: one.created_at, reverse=True)

    async def get(self, campaign_id: str) -> Campaign:
        """Return a campaign; raises CampaignNotFound."""
        try:
            return self._campaigns[campaign_id]
        except KeyError:
            raise CampaignNotFound(campaign_id=campaign_id) from None

    async def add(self, campaign: Campaign) -> None:
        """Keep a new draft; the same id twice is once."""
        self._campaigns.setdefault(campaign.id, campaign)

    async def save(self, campaign: Campaign, *, actor: str, at: datetime) -> Campaign:
        """Keep what was written."""
        was = await self._open(campaign.id, campaign.changes)
        written = replace(was, name=campaign.name, asked=campaign.asked, plan=campaign.plan)
        return self._keep(written)

    async def publish(self, campaign_id: str, *, seen: int, actor: str, at: datetime) -> Campaign:
        """Freeze what is written as the next version, which counts from now on."""
        was = await self._open(campaign_id, seen)
        now = replace(was, version=was.version + 1, state=CampaignState.RUNNING, published_at=at)
        frozen = Version(
            campaign_id=campaign_id,
            version=now.version,
            asked=now.asked,
            plan=now.plan,
            published_at=at,
            published_by=actor,
        )
        self._versions.setdefault(campaign_id, []).insert(0, frozen)
        return self._keep(now)

    async def stop(self, campaign_id: str, *, actor: str, at: datetime) -> Campaign:
        """Ask nobody more; raises CampaignNotFound."""
        was = await self.get(campaign_id)
        return was if was.over else self._keep(replace(was, state=CampaignState.STOPPED))

    async def versions(self, campaign_id: str) -> Sequence[Version]:
        """Return what was published, newest first."""
        return list(self._versions.get(campaign_id, ()))

    async def waves(self, campaign_id: str) -> Sequence[Wave]:
        """Return none: see the class."""
        return []

    async def _open(self, campaign_id: str, seen: int) -> Campaign:
        was = await self.get(campaign_id)
        if was.over:
            raise CampaignOver(campaign_id=campaign_id)
        if was.changes != seen:
            raise CampaignChanged(campaign_id=campaign_id)
        return was

    def _keep(self, campaign: Campaign) -> Campaign:
        kept = replace(campaign, changes=campaign.changes + 1)
        self._campaigns[kept.id] = kept
        return kept
