"""The picture of confidences, and the figure under it."""

from __future__ import annotations

import pytest

from bench.reliability import Bin, bins_of, error_of, picture

HONEST = [(0.95, True)] * 19 + [(0.95, False)] + [(0.5, True), (0.5, False)]


def test_messages_fall_into_tenths_and_the_surest_has_one() -> None:
    bins = bins_of([*HONEST, (1.0, True)])
    assert [one.count for one in bins] == [2, 21]
    assert bins[0] == Bin(2, 0.5, 0.5)


def test_honest_confidences_have_no_error_and_boasting_ones_have() -> None:
    assert error_of(bins_of(HONEST)) == pytest.approx(0, abs=1e-9)
    assert error_of(bins_of([(0.9, False)] * 4)) == pytest.approx(0.9)


def test_the_picture_has_a_dot_for_each_tenth_and_says_its_figure() -> None:
    drawn = picture(bins_of(HONEST))
    assert drawn.count("<circle ") == 2
    assert "<title>22 messages, expected calibration error 0.000</title>" in drawn
