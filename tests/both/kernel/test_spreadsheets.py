"""What a spreadsheet would run is known, whatever hides it."""

import pytest

from kernel.spreadsheets import begins_formula

RUN = (
    *("=1+1", "+971500000000", "-5", "@SUM(A1)", "  =cmd"),
    *("\u2067=HYPERLINK()", "\uff1d1", "\tشكوى"),
)
SHOWN = ("", "شكوى رقم 5 = اليوم", "INV-20931", "5-3", "\u2067فاتورة\u2069")


@pytest.mark.parametrize("text", RUN)
def test_what_may_be_run_is_seen(text: str) -> None:
    assert begins_formula(text)


@pytest.mark.parametrize("text", SHOWN)
def test_words_stay_words(text: str) -> None:
    assert not begins_formula(text)
