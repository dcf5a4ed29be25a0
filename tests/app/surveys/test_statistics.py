"""Intervals against published values, and what is too few to be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.statistics import mean_of, share, shown, student


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # R: prop.test(x, n, correct = FALSE)
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_a_share_has_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    found = share(count, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_of_nobody_everything_is_possible() -> None:
    assert (share(0, 0).low, share(0, 0).high, share(0, 0).value) == (0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="counts some"):
        share(3, 2)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_lies_in_its_interval_and_more_answers_narrow_it(count: int, of: int) -> None:
    count = min(count, of)
    found, more = share(count, of), share(count * 4, of * 4)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert more.high - more.low < found.high - found.low


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (9, 2.262), (10, 2.228), (30, 2.042), (120, 1.980)],
)
def test_students_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert round(student(freedom, 0.975), 3) == quantile


def test_a_mean_has_students_interval_within_the_scale() -> None:
    found = mean_of({1: 1, 2: 0, 3: 2, 4: 4, 5: 3}, within=(1, 5))
    assert found is not None
    # ten values, mean 3.8, standard deviation 1.2293: 3.8 ± 2.262 · 1.2293 / √10
    assert (round(found.value, 3), round(found.low, 2), round(found.high, 2)) == (3.8, 2.92, 4.68)
    lonely = mean_of({5: 1}, within=(1, 5))
    assert lonely is not None
    assert (lonely.value, lonely.low, lonely.high) == (5.0, 1, 5)
    assert mean_of({}, within=(1, 5)) is None


def test_a_small_group_is_hidden_and_cannot_be_worked_out_from_the_sum() -> None:
    assert shown([("DPS", 40), ("ACC", 2), ("REV", 9)], least=5) == {"DPS"}
    assert shown([("DPS", 40), ("ACC", 2), ("REV", 1), ("MIL", 7)], least=5) == {"DPS"}
    assert shown([("DPS", 40), ("ACC", 3), ("REV", 2), ("MIL", 7)], least=5) == {"DPS", "MIL"}
    assert shown([("DPS", 40), ("ACC", 9), ("REV", 0)], least=5) == {"DPS", "ACC"}
    assert shown([("DPS", 3)], least=5) == frozenset()
