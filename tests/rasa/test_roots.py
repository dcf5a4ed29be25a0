"""Forms of one word come to one root, in Arabic by patterns, in English by endings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roots import root


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (("دفع", "يدفع", "يدفعون", "مدفوعات", "الدفع"), "دفع"),
        (("رسم", "رسوم", "مرسوم"), "رسم"),
        (("موظف", "موظفين", "الموظف"), "وظف"),
        (("تفعيل", "تفعلت"), "فعل"),
        (("تقاعد",), "قعد"),
        (("استفسار",), "فسر"),
        (("refund", "refunds", "refunded", "refunding"), "refund"),
    ],
)
def test_forms_of_a_word_share_a_root(forms: tuple[str, ...], expected: str) -> None:
    assert [root(form) for form in forms] == [expected] * len(forms)


@pytest.mark.parametrize("word", ["", "ا", "من", "DF-26", "2026", "fee"])
def test_what_is_short_or_no_word_stays(word: str) -> None:
    assert root(word) == word


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويabcdefgs0123456789", max_size=30))
def test_a_root_is_no_longer_than_its_word_and_at_least_three_letters(word: str) -> None:
    found = root(word)
    assert len(found) <= len(word)
    assert len(found) >= min(3, len(word))
