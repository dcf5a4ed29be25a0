"""Steps of a size that fits each parameter.

Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
"""

from __future__ import annotations

import numpy as np

FIRST, SECOND = 0.9, 0.999
TINY = 1e-8


class Adam:
    """One array of parameters in ``value``, with the moments of its slopes."""

    def __init__(self, value: np.ndarray) -> None:
        self.value = value
        self._mean, self._square = np.zeros_like(value), np.zeros_like(value)
        self._steps = 0

    def step(self, slope: np.ndarray, rate: float) -> None:
        """Move all parameters against ``slope``."""
        self._steps += 1
        self._mean += (1 - FIRST) * (slope - self._mean)
        self._square += (1 - SECOND) * (slope * slope - self._square)
        self.value -= _size(rate, self._steps) * self._mean / (np.sqrt(self._square) + TINY)


class RowAdam:
    """A matrix of which each step touches some rows only; the others and their moments rest."""

    def __init__(self, value: np.ndarray) -> None:
        self.value = value
        self._mean, self._square = np.zeros_like(value), np.zeros_like(value)
        self._steps = 0

    def step(self, rows: np.ndarray, slope: np.ndarray, rate: float) -> None:
        """Move the given rows against ``slope``, shape (len(rows), width)."""
        self._steps += 1
        mean = self._mean[rows]
        mean += np.float32(1 - FIRST) * (slope - mean)
        self._mean[rows] = mean
        square = self._square[rows]
        square += np.float32(1 - SECOND) * (slope * slope - square)
        self._square[rows] = square
        np.sqrt(square, out=square)
        square += np.float32(TINY)
        mean /= square
        mean *= np.float32(_size(rate, self._steps))
        self.value[rows] -= mean


def _size(rate: float, steps: int) -> float:
    """Return the rate with the moments' start at 0 set right."""
    return rate * float(np.sqrt(1 - SECOND**steps)) / (1 - FIRST**steps)
