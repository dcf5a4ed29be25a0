"""Which examples a part may be judged on: near-duplicates never stand on both sides."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components

NEVER = -1
"""The fold of an example that is never held out."""
AT_ONCE = 1000
"""Rows compared with all others in one step, for the memory it takes."""
ENOUGH = 2000
"""Examples that tell as much as all: from here on one fold is held out, not each in turn."""


def folds_of(rows: csr_matrix, count: int, *, alike: float = 0.6, seed: int = 7) -> np.ndarray:
    """Return the fold (0..count-1) of each row; shape (n_messages,).

    Rows whose cosine is above ``alike`` (directly or by a chain) share a fold.
    """
    _, cluster = connected_components(_near(rows, alike), directed=False)
    random = np.random.default_rng(seed)
    return np.asarray(random.integers(0, count, cluster.max() + 1)[cluster])


def held_out(folds: np.ndarray) -> np.ndarray:
    """Return the folds to hold out in turn; of many examples those of the first fold only."""
    if len(folds) < ENOUGH:
        return folds
    return np.where(folds == 0, 0, NEVER)


def _near(rows: csr_matrix, alike: float) -> csr_matrix:
    """Return which rows are alike, shape (n_rows, n_rows), each pair at least one way.

    Two rows above ``alike`` meet in a column of either's head: its rarest columns, up to
    where the rest is too short to reach ``alike``. Only pairs that meet there are compared.
    Source: Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search", WWW 2007.
    """
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    unit = (diags(1 / np.maximum(lengths, 1e-9)) @ rows).tocsr()
    order = np.argsort(np.bincount(unit.indices, minlength=unit.shape[1]), kind="stable")
    unit = unit[:, order].tocsr()
    unit.sort_indices()
    slack = alike / 2
    head = unit.copy()
    for start, end in zip(unit.indptr[:-1], unit.indptr[1:], strict=True):
        values = unit.data[start:end]
        rest = np.cumsum(values[::-1] ** 2)[::-1]
        head.data[start:end][rest < slack**2] = 0
    head.eliminate_zeros()
    found = []
    for at in range(0, rows.shape[0], AT_ONCE):
        meeting = (head[at : at + AT_ONCE] @ unit.T).tocoo()
        likely = (meeting.data > alike - slack - 1e-6) & (meeting.row + at != meeting.col)
        one, other = meeting.row[likely] + at, meeting.col[likely]
        cosine = np.asarray(unit[one].multiply(unit[other]).sum(axis=1)).ravel()
        found.append(np.stack([one, other])[:, cosine > alike])
    pairs = np.concatenate(found, axis=1)
    size = rows.shape[0]
    return csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(size, size))
