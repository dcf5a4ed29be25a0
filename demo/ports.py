"""What the demonstration needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Chance(Protocol):
    """Chance that is handed in; ``random.Random`` with a seed is the one in use."""

    def random(self) -> float:
        """Return a number from 0 to below 1."""

    def randrange(self, start: int, stop: int, /) -> int:
        """Return a whole number from ``start`` to below ``stop``."""

    def getrandbits(self, k: int, /) -> int:
        """Return ``k`` bits."""

    def expovariate(self, lambd: float) -> float:
        """Return a time until the next of events that happen ``lambd`` times per unit."""

    def choice[T](self, seq: Sequence[T]) -> T:
        """Return one of these."""

    def choices[T](
        self, population: Sequence[T], weights: Sequence[float] | None = None, *, k: int = 1
    ) -> list[T]:
        """Return ``k`` of these, by weight."""
