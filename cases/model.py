"""A case, the moves it may make, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from cases.course import Course
from cases.errors import MoveNotAllowed
from kernel.language import Language


class CaseKind(StrEnum):
    """What somebody wants of us; the kind decides form, clock and wording."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    CONSULTATION = "consultation"
    CALLBACK = "callback"


class CaseState(StrEnum):
    """Where a case stands. The value is what stores keep."""

    NEW = "new"
    OPEN = "open"
    WAITING_CITIZEN = "waiting_citizen"
    WAITING_ENTITY = "waiting_entity"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Segment(StrEnum):
    """The beneficiary group a person says to belong to."""

    PUBLIC = "public"
    MILITARY_RETIREE = "military_retiree"
    SUPPLIER = "supplier"
    GOV_ENTITY = "gov_entity"
    FEDERAL_ENTITY = "federal_entity"
    FINANCIAL_INSTITUTION = "financial_institution"
    MEDIA = "media"


class Priority(StrEnum):
    """How urgent, p1 first. What it means in time depends on the kind too: ``clocks.toml``."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


class EventKind(StrEnum):
    """What happened to a case."""

    OPENED = "opened"
    MOVED = "moved"
    NOTED = "noted"
    RECLASSIFIED = "reclassified"
    FOLLOWED_UP = "followed_up"
    EDITED = "edited"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    REOPENED = "reopened"
    REPLIED = "replied"
    TOLD = "told"
    TAKEN = "taken"
    RETURNED = "returned"
    CHASED = "chased"
    PROMISED = "promised"
    GRIEVED = "grieved"
    RECOUNTED = "recounted"


UNFINISHED = frozenset(
    {
        CaseState.NEW,
        CaseState.OPEN,
        CaseState.WAITING_CITIZEN,
        CaseState.WAITING_ENTITY,
    }
)

MOVES = MappingProxyType(
    {
        CaseState.NEW: frozenset({CaseState.OPEN, CaseState.CLOSED}),
        CaseState.OPEN: frozenset(
            {CaseState.WAITING_CITIZEN, CaseState.WAITING_ENTITY, CaseState.RESOLVED}
        ),
        CaseState.WAITING_CITIZEN: frozenset({CaseState.OPEN, CaseState.RESOLVED}),
        CaseState.WAITING_ENTITY: frozenset({CaseState.OPEN, CaseState.RESOLVED}),
        CaseState.RESOLVED: frozenset({CaseState.OPEN, CaseState.CLOSED}),
        CaseState.CLOSED: frozenset[CaseState](),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when something must have happened; None where no clock runs. Aware, UTC."""

    contact_due_at: datetime | None = None
    resolve_due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person's request, from first word to closing.

    ``segment`` is None when it was not told. ``amount`` is as typed, with plain digits.
    ``refer_to`` names another entity in ``referrals.toml``. ``caused_by`` is the id of
    the message that made it: together with the kind it is unique. ``version`` counts
    saves; a store refuses a save made from an older one. Times are aware and in UTC.

    ``subject`` is what staff call it. ``merged_into`` is the case that goes on in its
    place, ``split_from`` the one that its words come from, ``related`` are numbers, sorted.
    ``reopened_at``: its clocks are counted from then on, see ``cases.reopening``.
    ``course`` is kept by ``cases.keeping`` alone.
    """

    number: str
    kind: CaseKind
    department: str
    priority: Priority
    language: Language
    channel: str
    person_id: str
    conversation_id: str
    text: str
    caused_by: str
    opened_at: datetime
    state: CaseState = CaseState.NEW
    segment: Segment | None = None
    contact: str | None = None
    reference: str | None = None
    amount: str | None = None
    confidential: bool = False
    refer_to: str | None = None
    changed_at: datetime | None = None
    clocks: Due = field(default_factory=Due)
    version: int = 0
    subject: str | None = None
    merged_into: str | None = None
    split_from: str | None = None
    related: tuple[str, ...] = ()
    reopened_at: datetime | None = None
    course: Course = field(default_factory=Course)

    def __post_init__(self) -> None:
        if self.opened_at.tzinfo is None:
            raise ValueError("opened_at must be aware")

    @property
    def finished(self) -> bool:
        """Whether nothing more is owed to the person."""
        return self.state not in UNFINISHED

    @property
    def counted_from(self) -> datetime:
        """Return the origin of the clock for resolving."""
        return self.reopened_at or self.opened_at

    def overdue(self, at: datetime) -> bool:
        """Whether it should have been resolved before ``at`` and is not.

        While the clock stands still a case is late only if it was late before.
        """
        due, still = self.clocks.resolve_due_at, self.course.paused_since
        return not self.finished and due is not None and due < min(at, still or at)

    def move_to(self, state: CaseState, *, at: datetime) -> Case:
        """Return this case in ``state``.

        Raises:
            MoveNotAllowed: ``MOVES`` has no such step.
        """
        if state not in MOVES[self.state]:
            raise MoveNotAllowed(number=self.number, was=self.state.value, wanted=state.value)
        return replace(self, state=state, changed_at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """What brought a case to ``version``, by whom, and which fields it changed.

    ``actor`` is ``person:<id>``, ``agent:<id>`` or ``system:<name>``, never empty.
    ``before`` and ``after`` are ready for JSON and never hold people's words; those
    are in ``note``. ``caused_by`` is the id of the message that made it, where one did:
    a message makes one event of a case at most.
    """

    case_number: str
    version: int
    kind: EventKind
    at: datetime
    actor: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    note: str | None = None
    caused_by: str | None = None

    def __post_init__(self) -> None:
        if not self.actor:
            raise ValueError("an event must name its actor")
        if self.at.tzinfo is None:
            raise ValueError("at must be aware")
