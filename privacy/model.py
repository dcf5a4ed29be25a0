"""Periods, holds and erasures. All times are aware and in UTC."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What has a period of its own. The value is what stores keep, and a part of phrase keys."""

    MESSAGES = "messages"
    CASES = "cases"
    ATTACHMENTS = "attachments"
    AUDIT = "audit"
    SESSIONS = "sessions"
    MAILS = "mails"
    REPORTS = "reports"


USUAL_DAYS: Mapping[Kind, int | None] = MappingProxyType(
    {
        Kind.MESSAGES: 730,
        Kind.CASES: 1825,
        Kind.ATTACHMENTS: 730,
        Kind.AUDIT: None,
        Kind.SESSIONS: 90,
        Kind.MAILS: 90,
        Kind.REPORTS: 1825,
    }
)
"""Until an administrator says otherwise. None: kept for good."""

FEWEST_DAYS: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.MESSAGES: 30,
        Kind.CASES: 90,
        Kind.ATTACHMENTS: 30,
        Kind.AUDIT: 365,
        Kind.SESSIONS: 1,
        Kind.MAILS: 7,
        Kind.REPORTS: 90,
    }
)
"""A slip of the finger must not empty the house."""

MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long one kind is kept; ``by`` is empty until somebody decided."""

    kind: Kind
    days: int | None
    by: str = ""
    at: datetime | None = None

    def cutoff(self, now: datetime) -> datetime | None:
        """Return before when things are over; None: never."""
        return None if self.days is None else now - timedelta(days=self.days)


class HoldKind(StrEnum):
    """What is held."""

    PERSON = "person"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """While it stands, nothing of its subject is deleted."""

    id: int
    kind: HoldKind
    subject: str
    reason: str
    by: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we have of a person. ``identities`` are masked."""

    person_id: str
    identities: tuple[str, ...]
    since: datetime
    conversations: int
    messages: int
    cases: tuple[str, ...]
    files: int
    held: bool
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased of a person. ``tracker_done``: the assistant's memory is gone too."""

    id: int
    person_id: str
    reason: str
    by: str
    at: datetime
    counts: Mapping[str, int]
    tracker_done: datetime | None

    @property
    def number(self) -> str:
        """Return the number of the certificate."""
        return f"ER-{self.at.year}-{self.id:06d}"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what the certificate says; the audit holds the same."""
        return digest_of(
            person_id=self.person_id,
            reason=self.reason,
            by=self.by,
            at=self.at,
            counts=self.counts,
        )


def digest_of(
    *, person_id: str, reason: str, by: str, at: datetime, counts: Mapping[str, int]
) -> str:
    """Return the SHA-256 of an erasure's facts, written in one way only."""
    facts = {
        "at": at.isoformat(),
        "by": by,
        "counts": dict(sorted(counts.items())),
        "person": person_id,
        "reason": reason,
    }
    told = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def masked(value: str) -> str:
    """Return the end of an identity, enough to recognise and too little to call."""
    return f"…{value[-3:]}" if len(value) > 6 else "…"
