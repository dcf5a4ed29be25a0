"""A linear classifier over sparse rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.feature_space import Row

LOOSE = 0.1
"""The tolerance of the fitting; a closer fit changed no figure by more than 0.2 and took longer."""


def softmax(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return confidences; shape as ``scores`` (n_messages, n_labels), rows summing to 1."""
    scaled = scores / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class LinearHead:
    """One-against-rest support vectors.

    ``weight`` has shape (width, n_labels), float16, row by row, so that scoring one
    message gathers a few hundred rows; ``temperature`` and the ``share`` of a second
    opinion are fitted by ``calibration``.
    """

    labels: tuple[str, ...]
    weight: np.ndarray
    bias: np.ndarray
    temperature: float = 1.0
    share: float = 0.0

    @classmethod
    def learn(cls, rows: csr_matrix, names: Sequence[str], *, c: float) -> LinearHead:
        """Fit with rare labels weighing as much as common ones.

        Raises:
            ValueError: there are fewer than two labels.
        """
        if len(set(names)) < 2:
            raise ValueError("a classifier needs at least two labels")
        model = LinearSVC(C=c, class_weight="balanced", tol=LOOSE, random_state=0).fit(rows, names)
        weight, bias = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            weight, bias = np.vstack([-weight, weight]), np.concatenate([-bias, bias])
        labels = tuple(str(label) for label in model.classes_)
        return cls(labels, np.ascontiguousarray(weight.T, np.float16), bias)

    def scores(self, rows: csr_matrix) -> np.ndarray:
        """Return margins, shape (n_messages, n_labels)."""
        return np.asarray(rows @ self.weight.astype(np.float32)) + self.bias

    def confidences(self, row: Row, odds: np.ndarray | None = None) -> np.ndarray:
        """Return the calibrated confidences of one message, shape (n_labels,).

        ``odds`` are the log odds that another model gives the same labels.
        """
        scores = row.values @ self.weight[row.columns].astype(np.float32) + self.bias
        scores /= self.temperature
        if odds is not None and self.share:
            scores += self.share * odds
        return softmax(scores[None, :])[0]
