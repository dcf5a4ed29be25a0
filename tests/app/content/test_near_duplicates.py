from itertools import count

import pytest

from content.check import REPEATED_SHARE, repeated
from content.model import Example
from content.near_duplicates import ALIKE, near_duplicates, share_by_label
from kernel.language import Language

LINES = count(1)


def said(text: str, intent: str = "complaint", department: str | None = "DPS") -> Example:
    language = Language.EN if text.isascii() else Language.AR
    return Example(text, intent, language, "gulf", department, f"data/made_up.yml:{next(LINES)}")


def test_spelling_makes_no_difference_to_equality() -> None:
    [pair] = near_duplicates(
        [said("متى تنزل دفعة INV-9؟"), said("متى تنزل دفعه inv-9"), said("شكرًا على الرد")]
    )
    assert pair.equal
    assert pair.first.text == "متى تنزل دفعة INV-9؟"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("انسحب المبلغ مرتين من بطاقتي امس", "امس من بطاقتي انسحب المبلغ مرتين"),
        ("my payment was taken twice last monday", "my payment was taken twice last tuesday"),
        ("الدفعة رقم DF-26 ما وصلت لين الحين", "الدفعة رقم DF-26 ما وصلتني لين الحين"),
        ("the receipt never reached my mailbox", "the reciept never reached my mailbox"),
    ],
    ids=["another order", "one word swapped", "one affix more", "a typo"],
)
def test_nearly_the_same_is_found_but_is_not_equal(first: str, second: str) -> None:
    [pair] = near_duplicates([said(first), said(second)])
    assert ALIKE <= pair.likeness < 1
    assert not pair.equal


def test_the_same_wish_in_other_words_is_left_alone() -> None:
    examples = [
        said("they charged me twice for one permit"),
        said("two deductions, a single permit, sort it out"),
        said("خصمتوا مني مرتين على تصريح واحد"),
        said("انسحب المبلغ مرتين وانا دافع مرة"),
    ]
    assert near_duplicates(examples) == []


def test_two_words_are_too_few_to_be_nearly_alike() -> None:
    assert (
        near_duplicates([said("correct", "affirm", None), said("not correct", "deny", None)]) == []
    )


def test_one_sentence_under_two_labels_must_be_mended() -> None:
    examples = [
        said("انسحب المبلغ مرتين من حسابي", department="DPS"),
        said("انسحب المبلغ مرتين من حسابي امس", department="REV"),
    ]
    [finding] = repeated(examples, near_duplicates(examples))
    assert finding.where == examples[1].place
    assert "complaint/REV says what complaint/DPS" in finding.what


def test_a_label_may_repeat_itself_a_little_and_no_more() -> None:
    alike = [
        said("where is the money you owe our shop"),
        said("where is the money you owe our firm"),
    ]
    rest = [said(text) for text in ("nobody answers", "portal says paid", "wrong iban used")]
    few = [said(f"{a} {b}") for a in "abcdefgh" for b in "klm"]
    assert list(repeated([*alike, *few], near_duplicates(alike))) == []
    [finding] = repeated([*alike, *rest], near_duplicates(alike))
    assert finding.where == "complaint/DPS"
    assert share_by_label([*alike, *rest], near_duplicates(alike)) == {"complaint/DPS": 0.2}
    assert 1 / 26 < REPEATED_SHARE < 0.2


def test_of_few_examples_are_found_the_pairs_that_they_are_in() -> None:
    lines = [
        "متى ينزل معاش العسكريين المتقاعدين",
        "متى ينزل معاش العسكريين المتقاعدين؟",
        "متى ينزل معاش العسكريين المتقاعدينن",
        "where is my invoice INV-9 please sir",
        "where is my invoice INV-9 please madam",
    ]
    examples = [said(line) for line in lines]
    every = near_duplicates(examples)
    assert len(every) >= 3
    for at, one in enumerate(examples):
        found = near_duplicates(examples, frozenset({at}))
        assert found == [pair for pair in every if one in (pair.first, pair.second)]
