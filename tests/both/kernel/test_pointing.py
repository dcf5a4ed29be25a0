import pytest

from kernel.pointing import LAST, means_same, read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2", 2),
        ("٢", 2),
        ("۳", 3),
        ("2.", 2),
        ("رقم ٢ لو سمحت", 2),
        ("option 3 please", 3),
        ("الثاني", 2),
        ("والثانية؟", 2),
        ("طيب والثالث؟", 3),
        ("أول واحد", 1),
        ("ثاني واحد", 2),
        ("الأولى", 1),
        ("and the second one?", 2),
        ("what about the 2nd?", 2),
        ("the first", 1),
        ("last one", LAST),
        ("الأخيرة", LAST),
        ("w el thanya?", 2),
        ("el awal", 1),
        ("واحد", 1),
        ("one", 1),
    ],
)
def test_a_place_is_read(text: str, place: int) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "؟",
        "520",
        "٥٢٠",
        "12",
        "2 3",
        "DF-26-000010",
        "0501234567",
        "عندي سؤال ثاني",
        "the second instalment is late",
        "مرة ثانية ما نزل المعاش",
        "نعم",
        "لا",
        "no",
        "yes",
        "one moment",
        "ok",
        "الموضوع",
        "2 درهم",
    ],
)
def test_what_says_more_points_at_nothing(text: str) -> None:
    assert read_place(text) is None


@pytest.mark.parametrize(
    "text",
    ["نفسه", "نفس الشي", "نفس الموضوع", "the same", "same thing", "same one", "nafs el shay"],
)
def test_the_same_is_heard(text: str) -> None:
    assert means_same(text)
    assert read_place(text) is None


@pytest.mark.parametrize(
    "text", ["same problem with my card again", "نفس المشكلة صارت لي امس", "نعم", "2", ""]
)
def test_more_than_the_same_is_not(text: str) -> None:
    assert not means_same(text)
