"""Cases with all that happened to them, kept whole: made elsewhere, taken in at once."""

from __future__ import annotations

from dataclasses import dataclass

from cases.model import Case, CaseEvent
from cases.replies import Reply


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case as it is now, its events, oldest first (the last one made its version), and what
    the person was answered.
    """

    case: Case
    events: tuple[CaseEvent, ...]
    replies: tuple[Reply, ...] = ()

    def __post_init__(self) -> None:
        if not self.events or self.events[-1].version != self.case.version:
            raise ValueError(f"the events of {self.case.number} do not lead to it")
