"""Rows of surveys to what they keep, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from kernel.language import Language
from stores.survey_tables import (
    SurveyAnswerRow,
    SurveyCampaignRow,
    SurveyFollowUpRow,
    SurveyInvitationRow,
    SurveyVersionRow,
    SurveyWaveRow,
)
from surveys.campaigns import Campaign, CampaignState, Plan, Version, Wave
from surveys.invitations import Invitation, InvitationState
from surveys.questions import Questionnaire

CAMPAIGNS = cast(sa.Table, SurveyCampaignRow.__table__)
VERSIONS = cast(sa.Table, SurveyVersionRow.__table__)
WAVES = cast(sa.Table, SurveyWaveRow.__table__)
INVITATIONS = cast(sa.Table, SurveyInvitationRow.__table__)
ANSWERS = cast(sa.Table, SurveyAnswerRow.__table__)
FOLLOW_UPS = cast(sa.Table, SurveyFollowUpRow.__table__)


def campaign_from(row: sa.RowMapping) -> Campaign:
    """Return the campaign that a row keeps."""
    values = dict(row)
    return Campaign(
        asked=Questionnaire.from_facts(values.pop("asked")),
        plan=Plan.from_facts(values.pop("plan")),
        state=CampaignState(values.pop("state")),
        **values,
    )


def campaign_values(campaign: Campaign) -> dict[str, Any]:
    """Return the columns of a campaign."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "asked": campaign.asked.told(),
        "plan": campaign.plan.told(),
        "state": campaign.state.value,
        "version": campaign.version,
        "changes": campaign.changes,
        "created_at": campaign.created_at,
        "created_by": campaign.created_by,
        "published_at": campaign.published_at,
    }


def version_from(row: sa.RowMapping | Mapping[str, Any]) -> Version:
    """Return the published version that a row keeps."""
    values = dict(row)
    return Version(
        asked=Questionnaire.from_facts(values.pop("asked")),
        plan=Plan.from_facts(values.pop("plan")),
        **values,
    )


def wave_from(row: sa.RowMapping) -> Wave:
    """Return the wave that a row keeps."""
    return Wave(**row)


def wave_values(wave: Wave) -> dict[str, Any]:
    """Return the columns of a wave."""
    return {
        name: dict(wave.left_out) if name == "left_out" else getattr(wave, name)
        for name in WAVES.c.keys()  # noqa: SIM118 a collection of columns is no mapping
    }


def invitation_from(row: sa.RowMapping) -> Invitation:
    """Return the invitation of a row, with what was published where it stands beside it."""
    asked, plan = row.get("asked"), row.get("plan")
    return Invitation(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        occasion=row["occasion"],
        person_id=row["person_id"],
        conversation_id=row["conversation_id"],
        department=row["department"],
        language=Language(row["language"]),
        closed_at=row["closed_at"],
        planned_at=row["planned_at"],
        expires_at=row["expires_at"],
        wave_id=row["wave_id"],
        asked=None if asked is None else Questionnaire.from_facts(asked),
        cap=None if plan is None else plan["cap"],
        cap_days=None if plan is None else plan["cap_days"],
    )


def invitation_values(
    invitation: Invitation, state: InvitationState, *, planned_at: datetime
) -> dict[str, Any]:
    """Return the columns of an invitation that is to be kept for the first time."""
    return {
        "id": invitation.id,
        "kind": invitation.kind,
        "subject": invitation.subject,
        "occasion": invitation.occasion,
        "wave_id": invitation.wave_id,
        "person_id": invitation.person_id,
        "conversation_id": invitation.conversation_id,
        "department": invitation.department,
        "language": invitation.language.value,
        "closed_at": invitation.closed_at,
        "state": state.value,
        "planned_at": planned_at,
        "expires_at": invitation.expires_at,
    }
