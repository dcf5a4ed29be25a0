"""Near-duplicates share a fold; of many examples one fold is held out, of few each in turn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from scipy.sparse.csgraph import connected_components

from bot.folds import ENOUGH, NEVER, _near, folds_of, held_out


def cosines(rows: csr_matrix) -> np.ndarray:
    lengths = np.maximum(np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()), 1e-9)
    return (rows @ rows.T).toarray() / np.outer(lengths, lengths)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alike", [0.4, 0.6, 0.8])
def test_the_short_way_finds_the_groups_of_the_long_way(seed: int, alike: float) -> None:
    rows = random(120, 40, density=0.15, format="csr", random_state=seed, dtype=np.float32)
    slow = connected_components(csr_matrix(cosines(rows) > alike), directed=False)[1]
    quick = connected_components(_near(rows, alike), directed=False)[1]
    assert len(set(slow)) == len(set(quick)) == len(set(zip(slow, quick, strict=True)))


def test_of_few_examples_every_fold_is_held_out_once() -> None:
    folds = np.arange(100) % 4
    assert np.array_equal(held_out(folds), folds)


def test_of_many_examples_one_fold_is_held_out() -> None:
    folds = np.arange(ENOUGH) % 4
    assert set(held_out(folds)) == {0, NEVER}
    assert np.array_equal(held_out(folds) == 0, folds == 0)


def test_no_example_has_no_fold() -> None:
    assert folds_of(csr_matrix((1, 3), dtype=np.float32), 4).shape == (1,)
