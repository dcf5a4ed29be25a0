"""Campaigns: whom they ask, how often, and what of them is fixed once it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cases.departments import DEPARTMENTS
from cases.model import CaseKind, Segment
from kernel.language import Language
from surveys.questions import Problem, Questionnaire, problems_of

CHANNELS = ("webchat", "whatsapp")
"""The channels on which people can be asked."""

MOST_PEOPLE = 50_000
LONGEST_OPEN_DAYS = 60
CASE_KINDS = tuple(one for one in CaseKind if one is not CaseKind.CALLBACK)


class CampaignState(StrEnum):
    """The value is what stores keep. A draft was never published."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class Every(StrEnum):
    """How often a campaign asks."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


MONTHS: Mapping[Every, int] = {Every.MONTH: 1, Every.QUARTER: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Whose cases count; an empty set says nothing. Confidential cases never count."""

    departments: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def told(self) -> dict[str, list[str]]:
        """Return what ``from_facts`` reads."""
        return {name: sorted(getattr(self, name)) for name in SETS}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Sequence[str]]) -> Group:
        """Read a group as it was kept, units included that this process does not know yet."""
        return cls(**{name: frozenset(facts.get(name, ())) for name in SETS})


SETS = ("departments", "kinds", "segments", "channels", "languages")


def choices() -> Mapping[str, Sequence[str]]:
    """Return what there is to choose from for each set of a group, in order."""
    return {
        "departments": list(DEPARTMENTS),
        "kinds": [one.value for one in CASE_KINDS],
        "segments": [one.value for one in Segment],
        "channels": list(CHANNELS),
        "languages": [one.value for one in Language],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whom to ask, when, how many. Dates are local.

    ``closed_from`` and ``closed_to`` (both included) say which closings count where it asks
    once; where it asks again and again, those since it asked before.
    ``most``: how many are drawn by chance; None: all. ``open_days``: how long a link works.
    Nobody is asked more than ``cap`` times by campaigns within ``cap_days``.
    """

    group: Group = field(default_factory=Group)
    every: Every = Every.ONCE
    starts_on: date | None = None
    ends_on: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    most: int | None = 500
    open_days: int = 14
    cap: int = 1
    cap_days: int = 90

    def told(self) -> dict[str, Any]:
        """Return what ``from_facts`` reads."""
        days = ("starts_on", "ends_on", "closed_from", "closed_to")
        told = {name: one.isoformat() if (one := getattr(self, name)) else None for name in days}
        rest = {name: getattr(self, name) for name in ("most", "open_days", "cap", "cap_days")}
        return {"group": self.group.told(), "every": self.every.value, **told, **rest}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Plan:
        """Read a plan."""
        days = ("starts_on", "ends_on", "closed_from", "closed_to")
        return cls(
            group=Group.from_facts(facts["group"]),
            every=Every(facts["every"]),
            most=facts["most"],
            open_days=int(facts["open_days"]),
            cap=int(facts["cap"]),
            cap_days=int(facts["cap_days"]),
            **{name: date.fromisoformat(facts[name]) if facts[name] else None for name in days},
        )

    def starts(self, number: int) -> date | None:
        """Return the day of the asking of this number, from 1; None when there is none."""
        if self.starts_on is None or (self.every is Every.ONCE and number > 1):
            return None
        day = _later(self.starts_on, self.every, number - 1)
        return None if self.ends_on is not None and day > self.ends_on else day

    def closings(self, number: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return from when and before when a case was closed that counts for an asking."""
        start = self.starts(number)
        if start is None:
            raise ValueError("there is no such asking")
        if self.every is Every.ONCE:
            first = self.closed_from or start - timedelta(days=90)
            after = (self.closed_to or start - timedelta(days=1)) + timedelta(days=1)
        else:
            first, after = _later(self.starts_on or start, self.every, number - 2), start
        midnight = time(tzinfo=zone)
        return datetime.combine(first, midnight), datetime.combine(after, midnight)


def _later(day: date, every: Every, times: int) -> date:
    """Return a day so many periods later; the 31st becomes the last of a shorter month."""
    if every is Every.WEEK:
        return day + timedelta(weeks=times)
    count = day.year * 12 + day.month - 1 + MONTHS.get(every, 0) * times
    year, month = divmod(count, 12)
    next_month = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (next_month - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it is edited. ``changes`` counts saves; 0 published versions: a draft.

    ``asked`` and ``plan`` are what is being written; what counts is in the newest ``Version``.
    """

    id: str
    name: str
    asked: Questionnaire
    plan: Plan
    state: CampaignState
    version: int
    changes: int
    created_at: datetime
    created_by: str
    published_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Tell whether it asks nobody any more."""
        return self.state in (CampaignState.STOPPED, CampaignState.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What was published, for good: nothing changes it."""

    campaign_id: str
    version: int
    asked: Questionnaire
    plan: Plan
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One asking of a campaign. ``left_out`` counts people of the group that were not drawn."""

    id: str
    campaign_id: str
    version: int
    number: int
    since: datetime
    until: datetime
    drawn_at: datetime
    closes_at: datetime
    population: int
    left_out: Mapping[str, int]
    sampled: int
    seed: str


def ready_problems(campaign: Campaign, *, today: date) -> Sequence[Problem]:
    """Return why a campaign cannot be published; nothing when it can."""
    plan, found = campaign.plan, [*problems_of(campaign.asked)]
    if not campaign.name.strip():
        found.append(Problem("name", "survey_words_missing"))
    if plan.starts_on is None:
        found.append(Problem("starts_on", "survey_start_missing"))
    elif plan.starts_on < today and campaign.version == 0:
        found.append(Problem("starts_on", "survey_start_past"))
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        found.append(Problem("ends_on", "survey_end_before_start"))
    if plan.closed_from and plan.closed_to and plan.closed_to < plan.closed_from:
        found.append(Problem("closed_to", "survey_end_before_start"))
    if plan.most is not None and not 1 <= plan.most <= MOST_PEOPLE:
        found.append(Problem("most", "survey_number_out_of_range"))
    if not 1 <= plan.open_days <= LONGEST_OPEN_DAYS:
        found.append(Problem("open_days", "survey_number_out_of_range"))
    if not (1 <= plan.cap <= 12 and 1 <= plan.cap_days <= 366):
        found.append(Problem("cap", "survey_number_out_of_range"))
    return found


def edited(campaign: Campaign, name: str, asked: Questionnaire, plan: Plan) -> Campaign:
    """Return a campaign as somebody wrote it anew."""
    return replace(campaign, name=name, asked=asked, plan=plan)
