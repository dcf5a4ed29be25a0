from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.set_similarity import pairs_with, similar_pairs

SETS = st.lists(st.sets(st.sampled_from("ابتثجحخabcdef"), max_size=8), max_size=12)


@given(SETS, st.sampled_from([0.3, 0.5, 0.7, 0.9, 1.0]))
def test_finds_what_comparing_every_pair_finds(sets: list[set[str]], threshold: float) -> None:
    found = {(low, high): value for low, high, value in similar_pairs(sets, threshold)}
    expected = {
        (i, j): len(a & b) / len(a | b)
        for (i, a), (j, b) in combinations(enumerate(sets), 2)
        if a and b and len(a & b) / len(a | b) >= threshold
    }
    assert found == expected


@given(SETS, st.sampled_from([0.3, 0.5, 0.7, 1.0]), st.sets(st.integers(0, 11)))
def test_of_few_finds_the_same_pairs(
    sets: list[set[str]], threshold: float, chosen: set[int]
) -> None:
    ours = {index for index in chosen if index < len(sets)}
    every = {(i, j): value for i, j, value in similar_pairs(sets, threshold)}
    expected = {pair: value for pair, value in every.items() if not ours.isdisjoint(pair)}
    found = list(pairs_with(ours, sets, threshold))
    assert {(i, j): value for i, j, value in found} == expected
    assert len(found) == len(expected)


def test_each_pair_comes_once() -> None:
    sets = [{"شكوى", "DF-26"}] * 3
    assert sorted(similar_pairs(sets, 1.0)) == [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)]


@pytest.mark.parametrize("threshold", [0, -0.1, 1.1])
def test_refuses_a_threshold_that_means_nothing(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        list(similar_pairs([{"a"}], threshold))
