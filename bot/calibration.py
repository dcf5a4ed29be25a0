"""Confidences that mean what they say, fitted on folds that did not see the message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bot.folds import NEVER
from bot.linear_head import LinearHead, softmax
from bot.side_by_side import side_by_side

UNSEEN = -2.0


def held_out_scores(
    rows: csr_matrix, names: Sequence[str], labels: Sequence[str], folds: np.ndarray, *, c: float
) -> np.ndarray:
    """Return margins of each message from a head that never saw its fold.

    Shape (n_messages, n_labels); ``UNSEEN`` for a label missing from a fold's training
    part, and for all of a message that is never held out.
    """
    scores = np.full((len(names), len(labels)), UNSEEN)
    column = {label: i for i, label in enumerate(labels)}
    for fold in np.unique(folds[folds != NEVER]):
        out = folds == fold
        kept = [name for name, held in zip(names, out, strict=True) if not held]
        if len(set(kept)) > 1:
            head = LinearHead.learn(rows[~out], kept, c=c)
            scores[np.ix_(out, [column[label] for label in head.labels])] = head.scores(rows[out])
    return scores


def fit_mixture(
    margins: np.ndarray, odds: np.ndarray | None, right: np.ndarray
) -> tuple[float, float]:
    """Return the temperature of the margins and the share of the odds with the least loss.

    Args:
        margins: shape (n_messages, n_labels), from ``held_out_scores``.
        odds: log odds of a second opinion, the same shape; None: the share is 0.
        right: shape (n_messages, n_labels), booleans, one true a row.

    Source: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks",
    ICML 2017, section 4.2, with one more term.
    """

    def loss(point: np.ndarray) -> float:
        scores = margins / np.exp(point[0])
        if odds is not None:
            scores = scores + np.exp(point[1]) * odds
        return float(-np.log((softmax(scores) * right).sum(axis=1) + 1e-9).mean())

    bounds = [(-4.0, 2.0), (-4.0, 1.0)][: 1 if odds is None else 2]
    start = np.array([-1.0, -0.7])[: len(bounds)]
    best = minimize(loss, start, bounds=bounds, method="L-BFGS-B").x
    return float(np.exp(best[0])), 0.0 if odds is None else float(np.exp(best[1]))


def calibrated_head(
    rows: csr_matrix,
    names: Sequence[str],
    folds: np.ndarray,
    odds: np.ndarray | None = None,
    *,
    c: float,
) -> LinearHead:
    """Return a head fitted on all rows, its mixture with a second opinion on held-out ones.

    Args:
        rows: shape (n_messages, width).
        names: the label of each.
        folds: the fold in which each is held out, or ``NEVER``.
        odds: shape (n_messages, n_labels), the second opinion on what is held out.
        c: of the support vectors.
    """
    labels = tuple(sorted(set(names)))
    head, margins = side_by_side(
        lambda: LinearHead.learn(rows, names, c=c),
        lambda: held_out_scores(rows, names, labels, folds, c=c),
    )
    out = folds != NEVER
    margins = margins[out]
    right = np.array([[label == name for label in head.labels] for name in names])[out]
    if not len(right):
        return head
    temperature, share = fit_mixture(margins, None if odds is None else odds[out], right)
    return replace(head, temperature=temperature, share=share)
