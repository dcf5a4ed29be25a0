from kernel.language import Language
from reports.subjects import FEWEST_CASES, hidden, top_subjects

AR, EN = Language.AR, Language.EN
PAID_TWICE = [
    "السلام عليكم، انخصم المبلغ مرتين عن الفاتورة INV-2026-118 ولا احد يرد",
    "انخصم المبلغ مني مرتين، رقمي 0501234567",
    "ليش انخصم المبلغ مرتين؟ بريدي salem@example.com",
    "المبلغ انخصم مرتين من البطاقة 4111 1111 1111 1111",
]
PENSION = ["معاش والدي ما نزل", "المعاش تأخر هالشهر", "متى ينزل معاشي؟ المعاش متأخر"]


def test_subjects_are_the_words_that_most_cases_share() -> None:
    found = top_subjects(PAID_TWICE + PENSION)
    assert [(one.label, one.cases) for one in found[:2]] == [("انخصم المبلغ", 4), ("المعاش", 3)]


def test_each_case_is_counted_once_and_the_same_texts_give_the_same_subjects() -> None:
    texts = PAID_TWICE + PENSION + ["The refund is late"] * 5
    found = top_subjects(texts)
    assert sum(one.cases for one in found) <= len(texts)
    assert found == top_subjects(list(reversed(texts)))
    assert {one.language for one in found} == {AR, EN}


def test_an_example_tells_nobody_who_wrote_it() -> None:
    found = top_subjects(PAID_TWICE)
    said = " ".join(one.example for one in found) + " ".join(hidden(one) for one in PAID_TWICE)
    for secret in ("INV-2026-118", "0501234567", "salem", "4111"):
        assert secret not in said


def test_what_few_people_wrote_is_no_subject() -> None:
    assert top_subjects([PAID_TWICE[0]] * (FEWEST_CASES - 1)) == []
    assert top_subjects(["please help me, it is very urgent"] * 9) == []


def test_a_subject_stands_without_the_and_before_it() -> None:
    texts = ["اتصلت والبنك يقول ما وصلهم", "والبنك ما رد علينا", "راجعتكم والبنك لو ما عليكم أمر"]
    assert [one.label for one in top_subjects(texts)] == ["البنك"]
    fathers = ["معاش والدي تأخر", "والدي يراجع", "والدي متقاعد"]
    assert [one.label for one in top_subjects(fathers)] == ["والدي"]
