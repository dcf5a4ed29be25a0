"""What work on several cases at once needs of their store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from cases.model import Case
from cases.ports import CaseStore, Change


class JoinStore(CaseStore, Protocol):
    """Keeps several cases in one go. ``tests/contracts/join_store.py`` is the other half."""

    async def save_all(self, changes: Sequence[Change]) -> Sequence[Case]:
        """Save each of several cases as ``save`` does, all or nothing.

        Returns:
            The cases as stored, in the order of ``changes``.

        Raises:
            CaseNotFound: one was never opened.
            CaseChanged: one was saved meanwhile; nothing was changed then.
        """

    async def open_beside(
        self, year: int, make: Callable[[int], tuple[Change, Sequence[Change]]]
    ) -> Case:
        """Open a case and save others that know of it, all or nothing.

        Args:
            make: as of ``open``; returns the opening and the changes of the others.

        Returns:
            The new case, or the one that the same cause opened before: nothing is saved then.

        Raises:
            CaseNotFound, CaseChanged: as ``save_all`` does.
        """

    async def merged_into(self, number: str) -> Sequence[Case]:
        """Return the cases in whose place this one goes on, oldest first."""


class ChaseStore(JoinStore, Protocol):
    """Knows what is to be done next."""

    async def to_chase(self, at: datetime, *, limit: int) -> Sequence[Case]:
        """Return the cases whose next step is due, the longest due first."""
