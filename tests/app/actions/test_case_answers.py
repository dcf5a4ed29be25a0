import pytest

from actions.case_answers import read_answer
from tests.app.actions.turns import a_turn

FORM = "complaint_form"


def answer(text: str = "", *, asked: str, **told: object) -> dict[str, object]:
    return read_answer(a_turn(text, form=FORM, asked=asked, **told))


def test_a_form_that_has_not_asked_yet_reads_nothing() -> None:
    assert read_answer(a_turn("دفعت مرتين", form=FORM, asked=None)) == {}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("انخصم مني ٥٢٠ درهم مرتين عن المعاملة TX-8841", "TX-8841, 520 درهم"),
        ("they took AED 1,250 twice for receipt RC20931", "RC20931, AED 1,250"),
        ("الموظف كان قليل ذوق معاي", None),
    ],
)
def test_a_story_fills_the_text_and_what_it_mentions(text: str, detail: str | None) -> None:
    filled = answer(text, asked="case_text", intent="complaint")
    assert filled["case_text"] == text
    assert filled["case_department"] == "DPS"
    assert filled.get("case_detail") == detail


def test_an_unsure_department_is_left_to_be_asked() -> None:
    filled = answer("شي غريب صار وياي", asked="case_text", department=("POL", 0.2))
    assert "case_department" not in filled


@pytest.mark.parametrize("text", ["متى ينزل المعاش؟", "how long does a complaint take?"])
def test_a_question_in_the_middle_is_no_answer(text: str) -> None:
    assert answer(text, asked="case_contact", intent="faq") == {}


def test_a_statement_that_sounds_like_a_question_of_the_list_is_still_the_story() -> None:
    text = "المعاش ما نزل هالشهر ولا حد يرد علينا"
    assert answer(text, asked="case_text", intent="faq")["case_text"] == text


@pytest.mark.parametrize("intent", ["cancel", "talk_to_human", "change_language"])
def test_a_way_out_is_always_open(intent: str) -> None:
    assert answer("خلاص", asked="case_contact", intent=intent) == {}


def test_a_long_story_that_mentions_an_employee_is_not_a_wish_for_one() -> None:
    text = "رحت عند الموظف وقال لي تعال باجر وبعدين ما حصلت حد في المكتب"
    assert "case_text" in answer(text, asked="case_text", intent="talk_to_human", confidence=0.6)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("رقمي ٠٥٠١٢٣٤٥٦٧", "+971501234567"),
        ("mail me at sara@example.com pls", "sara@example.com"),
        ("ما ادري", None),
    ],
)
def test_reads_a_contact_or_says_that_there_is_none(text: str, contact: str | None) -> None:
    assert answer(text, asked="case_contact") == {"case_contact": contact}


def test_a_contact_may_be_left_out() -> None:
    assert answer(asked="case_contact", intent="inform", entities={"skip": "yes"}) == {
        "case_contact": "none"
    }


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("متقاعد من الجيش", "military_retiree"),
        ("نحن موردين", "supplier"),
        ("I work for a federal ministry", "federal_entity"),
        ("مواطن عادي", "public"),
        ("؟؟", None),
    ],
)
def test_reads_the_capacity_from_words(text: str, segment: str | None) -> None:
    assert answer(text, asked="case_segment") == {"case_segment": segment}


def test_a_forged_segment_is_refused() -> None:
    pressed = answer(asked="case_segment", intent="inform", entities={"segment": "minister"})
    assert pressed == {"case_segment": None}


@pytest.mark.parametrize(("intent", "value"), [("affirm", True), ("deny", False)])
def test_yes_and_no_at_the_summary(intent: str, value: bool) -> None:
    assert answer("اي", asked="case_confirmed", intent=intent) == {"case_confirmed": value}


def test_a_new_number_at_the_summary_corrects_the_contact_and_asks_again() -> None:
    assert answer("لا رقمي 0551112223", asked="case_confirmed", intent="deny") == {
        "case_contact": "+971551112223",
        "case_confirmed": None,
    }


def test_more_of_the_story_at_the_summary_is_added() -> None:
    filled = answer(
        "نسيت اقول ان المعاملة من بلدية دبي",
        asked="case_confirmed",
        intent="complaint",
        slots={"case_text": "دفعت مرتين"},
    )
    assert filled["case_text"] == "دفعت مرتين\nنسيت اقول ان المعاملة من بلدية دبي"
    assert filled["case_confirmed"] is None


def test_a_pressed_field_is_asked_again() -> None:
    pressed = answer(asked="case_change", intent="correct", entities={"field": "case_contact"})
    assert pressed == {"case_contact": None, "case_confirmed": None, "case_change": None}


def test_what_nobody_can_place_goes_to_the_contact_centre() -> None:
    filled = answer("ما اعرف", asked="case_department", department=("POL", 0.1))
    assert filled["case_department"] == "CUST"


IDEA = "أقترح أن ترسلوا رسالة تذكير قبل موعد كل قسط"


@pytest.mark.parametrize("asked", ["case_department", "case_detail", "case_segment"])
def test_another_kind_told_in_the_middle_is_no_answer(asked: str) -> None:
    assert answer(IDEA, asked=asked, intent="suggestion", confidence=0.95) == {}


def test_another_kind_that_is_not_plain_is_taken_for_more_of_the_same() -> None:
    filled = answer(IDEA, asked="case_detail", intent="suggestion", confidence=0.6)
    assert filled == {"case_detail": "none", "case_text": IDEA}


def test_what_is_told_when_asked_what_happened_is_the_story_whatever_its_kind() -> None:
    filled = answer(IDEA, asked="case_text", intent="suggestion", confidence=0.99)
    assert filled["case_text"] == IDEA
