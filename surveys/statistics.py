"""Shares and means with what is uncertain about them, and what is too few to be shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` out of ``of``, with the interval in which the true share lies, 0 to 1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return the share that was seen; 0 of nothing."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of ``count`` values, with the interval in which the true one lies."""

    value: float
    count: int
    low: float
    high: float


def share(count: int, of: int, *, level: float = LEVEL) -> Share:
    """Return a share with Wilson's score interval, which holds for small numbers too.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    JASA 22 (1927). Of nothing, everything is possible: 0 to 1.

    Raises:
        ValueError: more are counted than there are.
    """
    if not 0 <= count <= of:
        raise ValueError("a share counts some of those that there are")
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    seen, square = count / of, z * z / of
    middle = (seen + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(seen * (1 - seen) / of + square / (4 * of))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Share(count, of, low, high)


def mean_of(
    counted: Mapping[int, int], *, within: tuple[float, float], level: float = LEVEL
) -> Mean | None:
    """Return the mean of values that were counted, with Student's interval cut to ``within``.

    None for no values. One value alone says nothing of the others: all of ``within``.
    """
    values = [value for value, times in counted.items() for _ in range(times)]
    if not values:
        return None
    mean, n = fmean(values), len(values)
    if n == 1:
        return Mean(mean, n, *within)
    half = student(n - 1, (1 + level) / 2) * stdev(values) / math.sqrt(n)
    return Mean(mean, n, max(within[0], mean - half), min(within[1], mean + half))


def student(freedom: int, probability: float) -> float:
    """Return the quantile of Student's t for a ``probability`` above one half.

    Found by halving on the exact distribution of whole degrees of freedom.
    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    low, high = 0.0, 1.0
    while _below(high, freedom) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _below(t: float, freedom: int) -> float:
    """Return the probability of a value below ``t``, which is not negative."""
    if freedom > 1000:
        return NormalDist().cdf(t)
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    term, total = (1.0, 1.0) if freedom % 2 == 0 else (cosine, cosine)
    first = 2 if freedom % 2 == 0 else 3
    if freedom == 1:
        total = 0.0
    for k in range(first, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    if freedom % 2 == 0:
        return 0.5 + sine * total / 2
    return 0.5 + (angle + sine * total) / math.pi


def shown[Key](counts: Iterable[tuple[Key, int]], *, least: int) -> frozenset[Key]:
    """Return whose results may be shown beside their sum.

    A group of fewer than ``least`` is not. What is left of the sum without those shown tells
    of the hidden together, so the smallest of the others are hidden until that is enough too.
    """
    some = sorted(((count, place, key) for place, (key, count) in enumerate(counts) if count))
    hidden = sum(count for count, _, _ in some if count < least)
    rest = [one for one in some if one[0] >= least]
    while 0 < hidden < least and rest:
        hidden += rest.pop(0)[0]
    return frozenset(key for _, _, key in rest)
