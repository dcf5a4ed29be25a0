"""Near-duplicates share a fold; of many examples one fold is held out, of few each in turn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from scipy.sparse.csgraph import connected_components

from bot.folds import ENOUGH, NEVER, _clusters, _near, _rare_first, folds_of, held_out


def cosines(rows: csr_matrix) -> np.ndarray:
    lengths = np.maximum(np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()), 1e-9)
    return (rows @ rows.T).toarray() / np.outer(lengths, lengths)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alike", [0.4, 0.6, 0.8])
def test_the_short_way_finds_the_groups_of_the_long_way(seed: int, alike: float) -> None:
    rows = random(120, 40, density=0.15, format="csr", random_state=seed, dtype=np.float32)
    slow = connected_components(csr_matrix(cosines(rows) > alike), directed=False)[1]
    quick = _clusters(_near(_rare_first(rows), np.arange(120), alike), 120)
    assert len(set(slow)) == len(set(quick)) == len(set(zip(slow, quick, strict=True)))


def test_of_few_examples_every_fold_is_held_out_once() -> None:
    rows = random(100, 40, density=0.15, format="csr", random_state=1, dtype=np.float32)
    assert np.array_equal(held_out(rows, 4), folds_of(rows, 4))
    assert set(held_out(rows, 4)) == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", range(3))
def test_of_many_examples_a_quarter_is_held_out_in_whole_clusters(seed: int) -> None:
    rows = random(ENOUGH, 300, density=0.02, format="csr", random_state=seed, dtype=np.float32)
    folds = held_out(rows, 4)
    assert set(folds) == {0, NEVER}
    assert np.mean(folds == 0) == pytest.approx(0.25, abs=0.04)
    cluster = connected_components(csr_matrix(cosines(rows) > 0.6), directed=False)[1]
    assert len(set(cluster)) < ENOUGH
    assert not set(cluster[folds == 0]) & set(cluster[folds == NEVER])


def test_no_example_has_no_fold() -> None:
    assert folds_of(csr_matrix((1, 3), dtype=np.float32), 4).shape == (1,)
