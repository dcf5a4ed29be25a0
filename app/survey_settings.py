"""The settings of surveys."""

from __future__ import annotations

from dataclasses import dataclass, field

from app import setting_values as read
from app.setting_values import about


@dataclass(frozen=True, kw_only=True)
class SurveySettings:
    """A part of ``Settings``."""

    survey_after_closing: bool = field(
        default=True,
        metadata=about(
            "Whether people are asked what they think once their case is finished: yes or no.",
            read.yes_or_no,
        ),
    )
    survey_delay_s: float = field(
        default=1800.0,
        metadata=about("How long after that, at the earliest and in working hours.", read.seconds),
    )
    survey_open_days: int = field(
        default=7,
        metadata=about("For how many days such a question may be answered.", read.count),
    )
    survey_least_answers: int = field(
        default=5,
        metadata=about(
            "Results of a group with fewer answers are not shown, so that nobody is known by them.",
            read.count,
        ),
    )
