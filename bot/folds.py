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
    unit = _rare_first(rows)
    cluster = _clusters(_near(unit, np.arange(rows.shape[0]), alike), rows.shape[0])
    random = np.random.default_rng(seed)
    return np.asarray(random.integers(0, count, cluster.max() + 1)[cluster])


def held_out(rows: csr_matrix, count: int, *, alike: float = 0.6, seed: int = 7) -> np.ndarray:
    """Return the folds to hold out in turn; of many examples those of one fold only.

    Of many, a cluster of near-duplicates is held out if its first row is drawn, one in
    ``count``. Only clusters with a row that is drawn are looked for.
    """
    size = rows.shape[0]
    if size < ENOUGH:
        return folds_of(rows, count, alike=alike, seed=seed)
    unit = _rare_first(rows)
    drawn = np.random.default_rng(seed).integers(0, count, size) == 0
    met, fresh, found = drawn.copy(), np.flatnonzero(drawn), [np.empty((2, 0), np.int64)]
    while len(fresh):
        found.append(_near(unit, fresh, alike))
        fresh = np.unique(found[-1][1])
        fresh = fresh[~met[fresh]]
        met[fresh] = True
    cluster = _clusters(np.concatenate(found, axis=1), size)
    _, first = np.unique(cluster, return_index=True)
    return np.where(drawn[first[cluster]], 0, NEVER)


def _clusters(pairs: np.ndarray, size: int) -> np.ndarray:
    """Return the number of each row's cluster; a row of its own is one."""
    graph = csr_matrix((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])


def _rare_first(rows: csr_matrix) -> csr_matrix:
    """Return the rows at length 1, their rarest columns first."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    unit = (diags(1 / np.maximum(lengths, 1e-9)) @ rows).tocsr()
    order = np.argsort(np.bincount(unit.indices, minlength=unit.shape[1]), kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    unit = csr_matrix((unit.data, place[unit.indices], unit.indptr), shape=unit.shape)
    unit.sort_indices()
    return unit


def _near(unit: csr_matrix, which: np.ndarray, alike: float) -> np.ndarray:
    """Return what is alike to the rows of ``which``, shape (2, n_pairs), those rows first.

    Two rows above ``alike`` meet in a column of either's head: its rarest columns, up to
    where the rest is too short to reach ``alike``. Only pairs that meet there are compared.
    Source: Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search", WWW 2007.
    """
    slack = alike / 2
    head = unit[which]
    for start, end in zip(head.indptr[:-1], head.indptr[1:], strict=True):
        values = head.data[start:end]
        rest = np.cumsum(values[::-1] ** 2)[::-1]
        values[rest < slack**2] = 0
    head.eliminate_zeros()
    found = [np.empty((2, 0), np.int64)]
    columns = unit.T.tocsr()
    for at in range(0, len(which), AT_ONCE):
        meeting = (head[at : at + AT_ONCE] @ columns).tocoo()
        one, other = which[meeting.row + at], meeting.col
        likely = (meeting.data > alike - slack - 1e-6) & (one != other)
        one, other = one[likely], other[likely]
        cosine = np.asarray(unit[one].multiply(unit[other]).sum(axis=1)).ravel()
        found.append(np.stack([one, other])[:, cosine > alike])
    return np.concatenate(found, axis=1)
