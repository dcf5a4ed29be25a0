"""Steps of a size that fits each parameter.

Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
"""

from __future__ import annotations

import numpy as np

FIRST, SECOND = 0.9, 0.999
TINY = 1e-8
AT_ONCE = 128
"""Rows moved in one go: with their moments they stay in a core's own memory meanwhile."""


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
    """A matrix of which each step touches some rows only; the others and their moments rest.

    A row's values and its moments stand side by side: what a step needs of it lies together
    in memory.
    """

    def __init__(self, value: np.ndarray) -> None:
        self._width = value.shape[1]
        self._side = np.zeros((len(value), 3 * self._width), value.dtype)
        self._side[:, : self._width] = value
        self._steps = 0

    @property
    def value(self) -> np.ndarray:
        """Return the matrix as it is now."""
        return self._side[:, : self._width]

    def fetched(self, rows: np.ndarray) -> np.ndarray:
        """Return a copy of the values of the given rows."""
        return self.value[rows]

    def step(self, rows: np.ndarray, slope: np.ndarray, rate: float) -> None:
        """Move rows against ``slope``, shape (len(rows), width)."""
        self._steps += 1
        size = np.float32(_size(rate, self._steps))
        for at in range(0, len(rows), AT_ONCE):
            self._move(rows[at : at + AT_ONCE], slope[at : at + AT_ONCE], size)

    def _move(self, rows: np.ndarray, slope: np.ndarray, size: np.float32) -> None:
        side, width = self._side[rows], self._width
        value, mean, square = (side[:, at * width : (at + 1) * width] for at in range(3))
        move = slope - mean
        move *= np.float32(1 - FIRST)
        mean += move
        np.multiply(slope, slope, out=move)
        move -= square
        move *= np.float32(1 - SECOND)
        square += move
        np.sqrt(square, out=move)
        move += np.float32(TINY)
        np.divide(mean, move, out=move)
        move *= size
        value -= move
        self._side[rows] = side


def _size(rate: float, steps: int) -> float:
    """Return the rate with the moments' start at 0 set right."""
    return rate * float(np.sqrt(1 - SECOND**steps)) / (1 - FIRST**steps)
