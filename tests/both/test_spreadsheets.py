"""What a spreadsheet would run is known, whatever hides it."""

import pytest

from kernel.spreadsheets import begins_formula


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+971500000000",
        "-5",
        "@SUM(A1)",
        "  =cmd",
        "\u2067=HYPERLINK()",
        "\uff1d1",
        "\tشكوى",
    ],
)
def test_what_may_be_run_is_seen(text: str) -> None:
    assert begins_formula(text)


@pytest.mark.parametrize(
    "text", ["", "شكوى رقم 5 = اليوم", "INV-20931", "5-3", "\u2067فاتورة\u2069"]
)
def test_words_stay_words(text: str) -> None:
    assert not begins_formula(text)
