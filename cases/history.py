"""Cases with all that happened to them, kept whole: made elsewhere, taken in at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


class CaseHistories(Protocol):
    """Keeps what ``CaseStore`` would have kept step by step."""

    async def keep(self, histories: Sequence[CaseHistory]) -> None:
        """Keep all of them with their audit rows, all or nothing.

        Numbers given out later go on behind the last one of each year.
        """
