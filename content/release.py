"""A release: one version of the content on its way to the public, live, or behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from content.finding import Finding
from kernel.errors import BaddalaError


class ReleaseState(StrEnum):
    """Where a release stands; the four in the middle are its way from the button to live."""

    IN_REVIEW = "in_review"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    CHECKING = "checking"
    TRAINING = "training"
    MEASURING = "measuring"
    SWAPPING = "swapping"
    LIVE = "live"
    REPLACED = "replaced"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


WORKING = frozenset(
    {
        ReleaseState.CHECKING,
        ReleaseState.TRAINING,
        ReleaseState.MEASURING,
        ReleaseState.SWAPPING,
    }
)
WAS_LIVE = frozenset({ReleaseState.LIVE, ReleaseState.REPLACED})


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes content: ``id`` as the desk knows them; a commit shows the rest."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """A guarded figure that the new model does not reach.

    ``figure`` is set, label and variety (``faq ar gulf answer``); before and after are shares.
    """

    figure: str
    before: float
    after: float
    count: int


@dataclass(frozen=True, slots=True)
class Release:
    """One row of ``content_release``; ``version`` counts its changes.

    ``commit`` is the content, ``base`` what was live when it was sent to review. ``of`` is the
    release that a roll back brings back. ``part`` and ``share`` (0 to 1) say how far the work is.
    """

    number: int
    state: ReleaseState
    title: str
    author: Editor
    commit: str
    base: str
    created_at: datetime
    changed_at: datetime
    of: int | None = None
    due_at: datetime | None = None
    reviewer: Editor | None = None
    note: str = ""
    override_by: Editor | None = None
    override_reason: str = ""
    model: str = ""
    part: str = ""
    share: float = 0.0
    findings: tuple[Finding, ...] = ()
    scores: dict[str, Any] = field(default_factory=dict)
    drops: tuple[Drop, ...] = ()
    failure: str = ""
    live_at: datetime | None = None
    version: int = 0

    @property
    def working(self) -> bool:
        """Tell whether it is between the button and live."""
        return self.state in WORKING

    @property
    def serious(self) -> bool:
        """Tell whether a check found what must be mended first."""
        return any(one.serious for one in self.findings)

    @property
    def held_up(self) -> bool:
        """Tell whether something stands against it; what was live before may always come back."""
        drops = bool(self.drops) and self.override_by is None
        return self.of is None and (self.serious or drops)

    @property
    def may_be_brought_back(self) -> bool:
        """Tell whether it was live before and another is now."""
        return self.state is ReleaseState.REPLACED


class ReleaseStore(Protocol):
    """Keeps releases; one that was read too long ago is not saved over a newer one."""

    async def add(self, release: Release) -> Release:
        """Keep a new one and return it with its number, the next in line."""
        ...

    async def get(self, number: int) -> Release:
        """Return one; raises ReleaseNotFound."""
        ...

    async def recent(self, limit: int) -> Sequence[Release]:
        """Return the newest, newest first."""
        ...

    async def in_states(self, states: Sequence[ReleaseState]) -> Sequence[Release]:
        """Return those in one of the states, oldest first."""
        ...

    async def save(self, release: Release, *, actor: str, at: datetime) -> Release:
        """Keep what it is now, with a row in the audit log if the state is another.

        Raises:
            ReleaseChanged: somebody else changed it since it was read.
        """
        ...

    async def make_live(self, release: Release, *, actor: str, at: datetime) -> Release:
        """Let it be the live one and the one before replaced, in one transaction.

        Raises:
            ReleaseChanged: somebody else changed it since it was read.
        """
        ...


class ReleaseNotFound(BaddalaError):
    """There is no release of this number."""

    code = "release_not_found"


class ReleaseChanged(BaddalaError):
    """Somebody changed the release since it was read."""

    code = "release_changed"


class WrongState(BaddalaError):
    """What was asked for cannot be done with a release in this state."""

    code = "release_wrong_state"


class SameEditor(BaddalaError):
    """A release needs the eyes of somebody else than its author."""

    code = "release_same_editor"


class ReasonMissing(BaddalaError):
    """Sending back and overriding need a reason."""

    code = "release_reason_missing"


class NothingToRelease(BaddalaError):
    """The draft says what is live already."""

    code = "release_nothing"


class ContentInConflict(BaddalaError):
    """The draft and a change by hand touch the same lines; ``files`` are where."""

    code = "content_in_conflict"

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(files=", ".join(files))
        self.files = tuple(files)
