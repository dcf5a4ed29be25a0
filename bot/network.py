"""One small network that several label sets share: sparse row, hidden layer, softmaxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from bot.adam import Adam, RowAdam
from bot.feature_space import Row

UNTOLD = -1
"""The target of an example that has no label of a set."""


@dataclass(frozen=True)
class Recipe:
    """How the network is fitted; each value was chosen on folds (docs/decisions/0006).

    ``drop`` is the share of features, ``hidden_drop`` that of hidden values left out at
    random in each step, ``rate`` the first step size, falling in a line to 0. Of few examples
    each is seen more often, until ``steps`` are taken.
    """

    hidden: int = 128
    epochs: int = 10
    batch: int = 128
    rate: float = 0.01
    drop: float = 0.7
    hidden_drop: float = 0.3
    start: float = 0.5
    steps: int = 300
    seed: int = 0


@dataclass(frozen=True)
class Network:
    """``inner`` has shape (width, hidden), float16; ``outer`` one (hidden, n_labels) a set."""

    inner: np.ndarray
    bias: np.ndarray
    outer: tuple[np.ndarray, ...]
    outer_bias: tuple[np.ndarray, ...]

    @classmethod
    def learn(
        cls, rows: csr_matrix, targets: Sequence[np.ndarray], sizes: Sequence[int], recipe: Recipe
    ) -> Network:
        """Fit all label sets at once.

        Args:
            rows: shape (n_examples, width), float32.
            targets: for each set the number of each example's label, ``UNTOLD`` for none.
            sizes: how many labels each set has.
            recipe: how to fit.
        """
        fitting = _Fitting(rows.shape[1], targets, sizes, recipe)
        random = np.random.default_rng(recipe.seed)
        count = rows.shape[0]
        batches = max(-(-count // recipe.batch), 1)
        epochs = max(recipe.epochs, -(-recipe.steps // batches))
        steps, step = batches * epochs, 0
        for _ in range(epochs):
            order = random.permutation(count)
            turned = rows[order]
            for at in range(0, count, recipe.batch):
                chosen = order[at : at + recipe.batch]
                batch = _thinned(turned, at, at + len(chosen), recipe.drop, random)
                fitting.step(batch, chosen, recipe.rate * (1 - step / steps), random)
                step += 1
        return fitting.network()

    def scores(self, rows: csr_matrix) -> list[np.ndarray]:
        """Return for each set the log odds, shape (n_messages, n_labels)."""
        hidden = np.tanh(rows @ self.inner.astype(np.float32) + self.bias)
        return [hidden @ w + b for w, b in zip(self.outer, self.outer_bias, strict=True)]

    def row_scores(self, row: Row) -> list[np.ndarray]:
        """Return for each set the log odds of one message, shape (n_labels,)."""
        hidden = np.tanh(row.values @ self.inner[row.columns].astype(np.float32) + self.bias)
        return [hidden @ w + b for w, b in zip(self.outer, self.outer_bias, strict=True)]


class _Fitting:
    """The state of one fitting: parameters, their moments, and the weight of each label."""

    def __init__(
        self, width: int, targets: Sequence[np.ndarray], sizes: Sequence[int], recipe: Recipe
    ) -> None:
        random = np.random.default_rng(recipe.seed + 1)
        spread = np.float32(recipe.start / np.sqrt(recipe.hidden))
        inner = random.standard_normal((width, recipe.hidden), np.float32) * spread
        self._inner = RowAdam(inner)
        self._bias = Adam(np.zeros(recipe.hidden, np.float32))
        self._outer = [Adam(np.zeros((recipe.hidden, size), np.float32)) for size in sizes]
        self._outer_bias = [Adam(np.zeros(size, np.float32)) for size in sizes]
        self._targets, self._recipe = targets, recipe
        self._met, self._place = np.zeros(width, bool), np.zeros(width, np.int32)
        self._weights = [_weights(t, size) for t, size in zip(targets, sizes, strict=True)]

    def step(
        self, rows: csr_matrix, chosen: np.ndarray, rate: float, random: np.random.Generator
    ) -> None:
        """Take one step down the loss of a few examples, the features that stay in ``rows``."""
        self._met[rows.indices] = True
        columns = np.flatnonzero(self._met)
        self._met[columns] = False
        self._place[columns] = np.arange(len(columns), dtype=np.int32)
        small = csr_matrix(
            (rows.data, self._place[rows.indices], rows.indptr), shape=(len(chosen), len(columns))
        )
        inner = self._inner.fetched(columns)
        hidden = np.tanh(small @ inner + self._bias.value)
        slope = 1 - hidden * hidden
        kept = random.random(hidden.shape, np.float32) >= self._recipe.hidden_drop
        mask = kept / np.float32(1 - self._recipe.hidden_drop)
        seen = hidden * mask
        back = np.zeros_like(hidden)
        for outer, bias, target, weight in zip(
            self._outer, self._outer_bias, self._targets, self._weights, strict=True
        ):
            error = _error(seen @ outer.value + bias.value, target[chosen], weight)
            back += error @ outer.value.T
            outer.step(seen.T @ error, rate)
            bias.step(error.sum(axis=0), rate)
        back *= slope * mask
        self._inner.step(columns, small.T @ back, rate)
        self._bias.step(back.sum(axis=0), rate)

    def network(self) -> Network:
        """Return what has been learnt so far."""
        return Network(
            self._inner.value.astype(np.float16),
            self._bias.value,
            tuple(one.value for one in self._outer),
            tuple(one.value for one in self._outer_bias),
        )


def _thinned(
    rows: csr_matrix, start: int, end: int, drop: float, random: np.random.Generator
) -> csr_matrix:
    """Return some rows without a share of their values, drawn at random; the rest weighs more."""
    first, last = rows.indptr[start], rows.indptr[end]
    stays = random.random(last - first, np.float32) >= drop
    ends = np.concatenate([[0], np.cumsum(stays, dtype=np.int32)])
    return csr_matrix(
        (
            rows.data[first:last][stays] / np.float32(1 - drop),
            rows.indices[first:last][stays],
            ends[rows.indptr[start : end + 1] - first],
        ),
        shape=(end - start, rows.shape[1]),
    )


def _weights(target: np.ndarray, size: int) -> np.ndarray:
    """Return what an example of each label weighs: rare ones more, by a square root."""
    count = np.maximum(np.bincount(target[target != UNTOLD], minlength=size), 1)
    return np.sqrt(count.sum() / (size * count)).astype(np.float32)


def _error(scores: np.ndarray, target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the slope of the weighted mean log loss in the scores."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = odds / odds.sum(axis=1, keepdims=True)
    told = target != UNTOLD
    error[told, target[told]] -= 1
    scale = np.where(told, weight[target], 0) / np.float32(len(target))
    return np.asarray(error * scale[:, None], dtype=np.float32)
