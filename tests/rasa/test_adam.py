import numpy as np
import pytest

from bot import adam
from bot.adam import Adam, RowAdam


def moved(start: np.ndarray, slopes: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    rows_of = RowAdam(start)
    for rows, slope in slopes:
        rows_of.step(rows, slope, 0.01)
    return rows_of.value.copy()


def test_rows_move_the_same_in_one_go_and_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    start = random.standard_normal((50, 6)).astype(np.float32)
    slopes = [
        (rows, random.standard_normal((len(rows), 6)).astype(np.float32))
        for rows in (np.arange(0, 50, 2), np.arange(50), np.array([3]))
    ]
    whole = moved(start, slopes)
    monkeypatch.setattr(adam, "AT_ONCE", 7)
    assert (moved(start, slopes) == whole).all()
    assert (whole[3] != start[3]).all()


def test_rows_that_are_all_touched_move_as_a_whole_array_does() -> None:
    random = np.random.default_rng(8)
    start = random.standard_normal((5, 4)).astype(np.float32)
    slopes = [random.standard_normal((5, 4)).astype(np.float32) for _ in range(20)]
    whole = Adam(start.copy())
    for slope in slopes:
        whole.step(slope, 0.01)
    by_rows = moved(start, [(np.arange(5), slope) for slope in slopes])
    assert np.allclose(by_rows, whole.value, atol=1e-6)
