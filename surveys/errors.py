"""What stands against asking or answering."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class SurveyError(BaddalaError):
    """The root of this package's errors. Every ``code`` is also a phrase key."""

    code: ClassVar[str] = "survey_error"


class CampaignNotFound(SurveyError):
    """No campaign has this id."""

    code: ClassVar[str] = "survey_campaign_not_found"


class CampaignChanged(SurveyError):
    """Somebody else changed the campaign meanwhile."""

    code: ClassVar[str] = "survey_campaign_changed"


class CampaignOver(SurveyError):
    """It was stopped or has ended: nothing of it changes any more."""

    code: ClassVar[str] = "survey_campaign_over"
