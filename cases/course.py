"""How a case is followed up: who owns it, what comes next, when its clocks stood still.

Nobody sets these but ``cases.keeping``, at every change of a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.model import CaseKind, CaseState, Priority

UNIT = "unit:"
AGENT = "agent:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """From when on the time of a kind and priority is counted, and for which clocks."""

    kind: CaseKind
    priority: Priority
    since: datetime
    contact: bool = True
    resolve: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time of waiting for others; ``until`` is None while it lasts."""

    state: CaseState
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Since when a unit has held the case; until the next one in order does."""

    department: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All of it. Times are aware and in UTC; None where it has not happened.

    ``owner`` is ``unit:<code>`` or ``agent:<id>``. ``next_at`` is when the ladder acts,
    ``step`` how many of its steps towards ``aim`` are done, counted from ``aim_since``.
    ``promised_for`` is the new date that the person was told. ``origin_kind`` and
    ``origin_department`` are those of the opening. ``bounces`` counts returns to a unit
    that held the case before.
    """

    owner: str = ""
    next_at: datetime | None = None
    step: int = 0
    aim: datetime | None = None
    aim_since: datetime | None = None
    acknowledge_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    contacted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    promised_for: datetime | None = None
    grievance_until: datetime | None = None
    outcome: str | None = None
    origin_kind: CaseKind | None = None
    origin_department: str | None = None
    promises: tuple[Promise, ...] = ()
    pauses: tuple[Pause, ...] = ()
    held: tuple[Holding, ...] = ()
    bounces: int = 0

    @property
    def paused_since(self) -> datetime | None:
        """Since when the clock stands still, if it does."""
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None

    @property
    def owned_by_unit(self) -> bool:
        """Whether nobody in particular has it."""
        return not self.owner.startswith(AGENT)
