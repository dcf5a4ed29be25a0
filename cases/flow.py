"""What came and what was finished, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Day:
    """One day where the department is: cases opened, and cases resolved or closed at once.

    A case that was reopened and resolved again is counted each time.
    """

    date: date
    received: int
    finished: int


class Flow(Protocol):
    """Counts events of cases."""

    async def days(
        self, first: date, last: date, *, departments: frozenset[str], seen: frozenset[str]
    ) -> Sequence[Day]:
        """Return every day from ``first`` to ``last``, also the empty ones.

        Args:
            departments: only these units; an empty set means any.
            seen: units whose confidential cases are counted too.
        """
