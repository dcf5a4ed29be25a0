import pytest

from reports.shares import Share, at_fraction


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_one_of_the_literature(
    part: int, whole: int, low: float, high: float
) -> None:
    found = Share(part, whole).interval()
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_there_is_no_share_and_no_difference() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval() is None
    assert not Share(0, 0).differs_from(Share(9, 10))


def test_few_answers_differ_by_chance_many_do_not() -> None:
    assert not Share(7, 10).differs_from(Share(5, 10))
    assert Share(700, 1000).differs_from(Share(500, 1000))


@pytest.mark.parametrize(
    ("values", "fraction", "found"),
    [([], 0.5, None), ([4.0], 0.9, 4.0), ([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0, 2.0], 0.5, 1.5)],
)
def test_the_middle_of_values(values: list[float], fraction: float, found: float | None) -> None:
    assert at_fraction(values, fraction) == found
