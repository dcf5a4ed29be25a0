"""What keeping and erasing need from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from privacy.model import Erasure, Hold, HoldKind, Kind, Known, Period


class RetentionStore(Protocol):
    """Keeps the periods, counts what is over, and takes it away in small pieces."""

    async def periods(self) -> Mapping[Kind, Period]:
        """Return the period of every kind."""

    async def set_days(self, days: Mapping[Kind, int | None], *, by: str, at: datetime) -> None:
        """Keep new periods, with an audit row for each that changes."""

    async def count(self, kind: Kind, cutoff: datetime) -> int:
        """Return how many are over; what is held does not count."""

    async def take_away(self, kind: Kind, cutoff: datetime, *, limit: int, at: datetime) -> int:
        """Delete or empty up to ``limit`` that are over; return how many."""

    async def note_taken(self, gone: Mapping[Kind, int], *, at: datetime) -> None:
        """Keep in the audit how many of each kind went."""


class HoldStore(Protocol):
    """Keeps legal holds, each change with its audit row."""

    async def add(
        self, kind: HoldKind, subject: str, *, reason: str, by: str, at: datetime
    ) -> None:
        """Hold a person or a case; raises SubjectUnknown."""

    async def lift(self, hold_id: int, *, by: str, at: datetime) -> None:
        """End a hold; raises HoldNotFound."""

    async def standing(self) -> Sequence[Hold]:
        """Return the holds that stand, newest first."""


class ErasureStore(Protocol):
    """Finds people, and takes away all that they told us."""

    async def find(self, named: str, *, limit: int = 10) -> Sequence[Known]:
        """Return whom an identity, a case number, or the id of a person or conversation names."""

    async def erase(self, person_id: str, *, reason: str, by: str, at: datetime) -> Erasure:
        """Erase a person in one transaction, then their files.

        Raises:
            PersonUnknown, HeldBack, StillTalking: nothing is changed then.
        """

    async def get(self, erasure_id: int) -> Erasure | None:
        """Return an erasure."""

    async def recent(self, *, limit: int = 50) -> Sequence[Erasure]:
        """Return erasures, newest first."""

    async def with_trackers(self) -> Sequence[tuple[int, Sequence[str]]]:
        """Return the erasures whose conversations the assistant may still remember."""

    async def tracker_gone(self, erasure_id: int, *, at: datetime) -> None:
        """Note that the assistant's memory is gone."""


class Trackers(Protocol):
    """What the assistant remembers of conversations."""

    async def forget(self, conversation_ids: Sequence[str]) -> None:
        """Delete it; raises when it cannot be reached, to be tried again."""
