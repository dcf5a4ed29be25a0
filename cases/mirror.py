"""What it takes to keep a case in another system too; ``stores/`` speaks to the systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cases.errors import CaseError
from cases.model import Case, CaseEvent


class SystemUnreachable(CaseError):
    """The other system does not answer, or not to us. Nothing is known of what was sent."""

    code = "case_system_unreachable"


class NotTaken(CaseError):
    """The other system answers, and refuses this case. ``problem`` says what it said."""

    code = "case_system_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A case as the other system has it.

    ``state`` and ``department`` are in the other system's own words; empty where it tells none.
    """

    id: str
    state: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """How far the other system is with a case.

    Attributes:
        remote: what we know it has; None before it has the case.
        version: the version of ours that it has; -1 for none.
        unsure: a sending began, and whether it arrived is not known.
        failures: refusals in a row.
    """

    case: Case
    remote: Remote | None
    version: int = -1
    unsure: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteChange:
    """What somebody did over there: by whom is in their words."""

    number: str
    remote: Remote
    by: str
    at: datetime


class ChangedThere(CaseError):
    """Somebody changed the case over there since we last knew; ``change`` says how."""

    code = "case_system_changed"

    def __init__(self, change: RemoteChange) -> None:
        super().__init__(number=change.number)
        self.change = change


class CaseSystem(Protocol):
    """Another system that is told of cases. ``docs/adding_a_case_system.md``."""

    name: str

    async def push(self, mirrored: Mirrored, events: Sequence[CaseEvent]) -> Remote:
        """Bring the other system to ``mirrored.case``.

        Args:
            events: what happened since ``mirrored.version``, oldest first.

        Raises:
            SystemUnreachable: try all of it again, later.
            NotTaken: this case is refused.
            ChangedThere: take that over first.
        """

    async def changed(self, since: datetime) -> Sequence[RemoteChange]:
        """Return how the cases stand that changed over there since then, oldest first.

        Empty where the other system tells nothing. Raises SystemUnreachable.
        """

    def state_of(self, remote: Remote) -> str | None:
        """Return our word (a ``CaseState``) for the state over there; None for no such."""

    def department_of(self, remote: Remote) -> str | None:
        """Return our code for the department over there; None for no such."""


class MirrorStore(Protocol):
    """Keeps how far other systems are, and who speaks to them."""

    async def take(self, system: str, *, owner: str, now: datetime, until: datetime) -> bool:
        """Become the only one who speaks to a system, or stay it."""

    async def resting(self, system: str) -> datetime | None:
        """Return until when a system that did not answer is left alone."""

    async def rest(self, system: str, *, until: datetime, problem: str) -> None:
        """Leave a system alone until then; one more failure in a row."""

    async def answered(self, system: str, *, seen_until: datetime) -> None:
        """Keep that a system answers, and until when its changes are known."""

    async def seen_until(self, system: str) -> datetime | None:
        """Return until when the changes over there are known."""

    async def behind(self, system: str, *, now: datetime, limit: int) -> Sequence[Mirrored]:
        """Return cases whose newest version a system does not have, oldest first.

        Unfinished ones, and those it has already; confidential ones never.
        """

    async def begin(self, system: str, number: str) -> None:
        """Keep that a sending begins, before it does."""

    async def has(self, system: str, number: str, version: int, remote: Remote) -> None:
        """Keep what a system has now."""

    async def knows(self, system: str, number: str, remote: Remote) -> None:
        """Keep how a case stands over there, whatever it has of ours."""

    async def refused(self, system: str, number: str, *, problem: str, again_at: datetime) -> None:
        """Keep that a system refused a case, and when to try again."""

    async def of(self, system: str, number: str) -> Mirrored | None:
        """Return how far a system is with a case; None when it never had it."""

    async def standing(self, system: str) -> Standing:
        """Return the counts for metrics and screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it goes with a system: cases to bring, cases refused, and its last problem."""

    behind: int
    refused: int
    failures: int
    problem: str | None
