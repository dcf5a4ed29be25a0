"""The tables of surveys: campaigns, what was published of them, who was asked, what they said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from stores.tables import Base, UtcTime

TO_ASK = sa.text("state = 'planned'")
"""A partial index serves a query only when it says the very same words."""


class SurveyCampaignRow(Base):
    """A campaign as it is being written; ``changes`` counts saves."""

    __tablename__ = "survey_campaign"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    asked: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[str] = mapped_column(sa.String(8))
    version: Mapped[int] = mapped_column(sa.Integer)
    changes: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(sa.String(128))
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SurveyVersionRow(Base):
    """What was published. Triggers refuse to change or delete a row."""

    __tablename__ = "survey_version"

    campaign_id: Mapped[str] = mapped_column(sa.ForeignKey("survey_campaign.id"), primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    asked: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[str] = mapped_column(sa.String(128))


class SurveyWaveRow(Base):
    """One asking of a campaign: who counted, who was left out and why, how many were drawn."""

    __tablename__ = "survey_wave"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "version"], ["survey_version.campaign_id", "survey_version.version"]
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(sa.ForeignKey("survey_campaign.id"))
    version: Mapped[int] = mapped_column(sa.Integer)
    number: Mapped[int] = mapped_column(sa.Integer)
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    drawn_at: Mapped[datetime] = mapped_column(UtcTime)
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
    population: Mapped[int] = mapped_column(sa.Integer)
    left_out: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sampled: Mapped[int] = mapped_column(sa.Integer)
    seed: Mapped[str] = mapped_column(sa.String(64))


class SurveyInvitationRow(Base):
    """One asking of one person; its rating, once they were asked, has the same id.

    ``planned_at``: from when on to ask. ``token_hash`` is all that is kept of a link.
    ``closed_at``: when the case was finished that it is about.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject", "occasion"),
        sa.UniqueConstraint("wave_id", "person_id"),
        sa.UniqueConstraint("token_hash"),
        sa.Index(None, "person_id", "asked_at"),
        sa.Index(None, "asked_at"),
        sa.Index(
            "ix_survey_invitation_to_ask",
            "planned_at",
            sqlite_where=TO_ASK,
            postgresql_where=TO_ASK,
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(32))
    occasion: Mapped[str] = mapped_column(sa.String(40))
    wave_id: Mapped[str | None] = mapped_column(sa.ForeignKey("survey_wave.id"))
    person_id: Mapped[str] = mapped_column(sa.String(64))
    conversation_id: Mapped[str] = mapped_column(sa.String(64))
    department: Mapped[str] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(sa.String(2))
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str | None] = mapped_column(sa.String(16))
    way: Mapped[str | None] = mapped_column(sa.String(8))
    token_hash: Mapped[str | None] = mapped_column(sa.String(64))
    planned_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SurveyAnswerRow(Base):
    """An answer to a question that is not the rating itself: a value, or a masked line."""

    __tablename__ = "survey_answer"

    invitation_id: Mapped[str] = mapped_column(
        sa.ForeignKey("survey_invitation.id"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    value: Mapped[str | None] = mapped_column(sa.String(16))
    line: Mapped[str | None] = mapped_column(sa.Text)


class SurveyOptOutRow(Base):
    """Somebody whom we ask no more. ``way``: chat, page, erased."""

    __tablename__ = "survey_opt_out"

    person_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    way: Mapped[str] = mapped_column(sa.String(16))


class SurveyFollowUpRow(Base):
    """A low score that was seen to: by a case, or by none where none was needed."""

    __tablename__ = "survey_follow_up"

    rating_id: Mapped[str] = mapped_column(sa.ForeignKey("rating.id"), primary_key=True)
    case_number: Mapped[str | None] = mapped_column(sa.String(32))
    at: Mapped[datetime] = mapped_column(UtcTime)
