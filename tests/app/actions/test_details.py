import pytest

from actions.details import read_detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("دفعت ٣٥٠ درهم مرتين", "350 درهم"),
        ("خصموا 1,200.50 AED من حسابي", "1,200.50 AED"),
        ("invoice INV-2231 not paid", "INV-2231"),
        ("رقم الفاتورة 88123", "رقم الفاتورة 88123"),
        ("ما حد يرد على التلفون", None),
        ("I called 3 times", None),
        ("5asamto mn 7sabi marteen w ma7ad rad 3alay", None),
        ("dafa3t el rosoom w el ref TX-8841 ma wesal", "TX-8841"),
        ("", None),
    ],
)
def test_finds_references_and_amounts(text: str, detail: str | None) -> None:
    assert read_detail(text) == detail
