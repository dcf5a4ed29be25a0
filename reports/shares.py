"""Parts of a whole, and how sure one may be of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
"""95 of 100 values of a normal distribution lie within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``. Of nothing there is no share."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Return the share from 0 to 1."""
        return self.part / self.whole if self.whole else None

    def interval(self) -> tuple[float, float] | None:
        """Return between what the share lies with 95 % confidence.

        Source: Wilson, E. B. (1927), Probable inference, JASA 22: right also for few answers
        and for shares near 0 or 1, where the usual formula is not.
        """
        if not self.whole:
            return None
        share, n, z2 = self.part / self.whole, self.whole, Z_95 * Z_95
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def differs_from(self, other: Share) -> bool:
        """Tell whether two shares differ by more than chance (two proportions, 95 %)."""
        if not self.whole or not other.whole:
            return False
        both = self + other
        share = both.part / both.whole
        spread = sqrt(share * (1 - share) * (1 / self.whole + 1 / other.whole))
        return abs(self.part / self.whole - other.part / other.whole) > Z_95 * spread

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)


NONE = Share(0, 0)


def at_fraction(values: Sequence[float], fraction: float) -> float | None:
    """Return the value below which ``fraction`` of the values lie, between two by proportion."""
    if not values:
        return None
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
