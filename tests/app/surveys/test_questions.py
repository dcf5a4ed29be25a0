"""What may be published, what is read of an answer, who is drawn, what a manager may read."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from conversations.ratings import Face
from kernel.language import Language
from surveys.answering import read_answers
from surveys.campaigns import Every, Group, Plan
from surveys.free_lines import without_contacts
from surveys.questions import Both, Question, QuestionKind, Questionnaire, problems_of
from surveys.sampling import Candidate, drawn

DUBAI = ZoneInfo("Asia/Dubai")
FACES = Question(
    id="q1",
    kind=QuestionKind.FACES,
    words=Both("ما مدى رضاك عن خدمة INV؟", "How happy are you with INV?"),
)
SPEED = Question(
    id="q2", kind=QuestionKind.SCALE, words=Both("سرعة الرد", "Speed of the answer"), required=False
)
WAY = Question(
    id="q3",
    kind=QuestionKind.CHOICE,
    words=Both("أي قناة تفضل؟", "Which channel do you prefer?"),
    options=(Both("واتساب", "WhatsApp"), Both("الهاتف", "Telephone")),
)
LINE = Question(
    id="q4", kind=QuestionKind.TEXT, words=Both("تعليقك", "Your comment"), required=False
)
ASKED = Questionnaire(
    title=Both("رأيك في الخدمة", "Your view of the service"),
    intro=Both("أربعة أسئلة قصيرة.", "Four short questions."),
    questions=(FACES, SPEED, WAY, LINE),
)


def test_a_questionnaire_in_both_languages_can_be_published_and_is_read_as_it_was_written() -> None:
    assert problems_of(ASKED) == []
    assert Questionnaire.from_facts(ASKED.told()) == ASKED


@pytest.mark.parametrize(
    ("asked", "where", "code"),
    [
        (replace(ASKED, title=Both("رأيك", "")), "title.en", "survey_words_missing"),
        (replace(ASKED, intro=Both("Four", "Four")), "intro.ar", "survey_words_other_language"),
        (replace(ASKED, questions=()), "questions", "survey_no_questions"),
        (
            replace(ASKED, questions=(FACES, replace(FACES, id="q9"))),
            "questions",
            "survey_faces_once",
        ),
        (
            replace(ASKED, questions=(replace(WAY, options=WAY.options[:1]),)),
            "q3.options",
            "survey_options_count",
        ),
        (
            replace(ASKED, questions=(replace(WAY, options=(*WAY.options, Both("بريد"))),)),
            "q3.options.2.en",
            "survey_words_missing",
        ),
        (
            replace(ASKED, questions=(replace(LINE, words=Both("ت" * 301, "Comment")),)),
            "q4.words.ar",
            "survey_words_too_long",
        ),
    ],
)
def test_what_is_missing_is_named_with_its_place(
    asked: Questionnaire, where: str, code: str
) -> None:
    assert [(one.where, one.code) for one in problems_of(asked)] == [(where, code)]


def test_an_answer_is_read_against_the_questions_and_masked() -> None:
    answers, problems = read_answers(
        ASKED,
        {"q1": "unhappy", "q2": "5", "q3": "1", "q4": " بطاقتي 4111 1111 1111 1111 ", "q9": "x"},
    )
    assert problems == {}
    assert (answers.face, answers.low) == (Face.UNHAPPY, True)
    assert answers.values == {"q2": "5", "q3": "1"}
    assert answers.lines == {"q4": "بطاقتي •••• 1111"}


def test_a_required_question_is_asked_for_and_a_forged_value_is_none() -> None:
    answers, problems = read_answers(ASKED, {"q1": "ecstatic", "q2": "6", "q3": "2"})
    assert problems == {"q1": "survey_please_choose", "q3": "survey_please_choose"}
    assert answers.values == {}
    optional = Questionnaire(title=ASKED.title, intro=ASKED.intro, questions=(SPEED, LINE))
    assert read_answers(optional, {"q4": "  "})[1] == {"q2": "survey_please_choose"}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("اتصلوا بي على ٠٥٠ ١٢٣ ٤٥٦٧ بخصوص DF-26-004173", "اتصلوا بي على ••• بخصوص DF-26-004173"),
        ("write to me: m.ali@example.ae, thanks", "write to me: •••, thanks"),
        ("رقمي +971-50-123-4567", "رقمي •••"),
        ("see https://x.example/a?b=1", "see •••"),
        ("دفعت 1500 درهم عن الفاتورة INV-2026-18", "دفعت 1500 درهم عن الفاتورة INV-2026-18"),
    ],
)
def test_what_managers_read_leads_to_nobody(line: str, read: str) -> None:
    assert without_contacts(line) == read


def people(*names: str) -> list[Candidate]:
    return [
        Candidate(
            person_id=name,
            conversation_id=f"c-{name}",
            case_number="DF-26-000019",
            department="DPS",
            language=Language.AR,
        )
        for name in names
    ]


def test_a_seed_draws_the_same_people_in_whatever_order_they_come() -> None:
    names = [f"p-{n}" for n in range(200)]
    first = drawn(people(*names), seed="one:1", size=20)
    assert first == drawn(people(*reversed(names)), seed="one:1", size=20)
    other = drawn(people(*names), seed="one:2", size=20)
    assert {one.person_id for one in first} != {one.person_id for one in other}
    assert len(drawn(people(*names), seed="x", size=None)) == 200


def test_everybody_is_drawn_equally_often() -> None:
    names = [f"p-{n}" for n in range(20)]
    times = dict.fromkeys(names, 0)
    for seed in range(400):
        for one in drawn(people(*names), seed=str(seed), size=5):
            times[one.person_id] += 1
    assert all(60 <= count <= 145 for count in times.values())  # 100, give or take 4.5 deviations


def test_a_monthly_campaign_counts_the_closings_since_it_asked_before() -> None:
    plan = Plan(every=Every.MONTH, starts_on=date(2026, 1, 31), ends_on=date(2026, 4, 30))
    assert [plan.starts(n) for n in range(1, 6)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        None,
    ]
    assert plan.closings(2, DUBAI) == (
        datetime(2026, 1, 31, tzinfo=DUBAI),
        datetime(2026, 2, 28, tzinfo=DUBAI),
    )
    quarter = replace(plan, every=Every.QUARTER, starts_on=date(2026, 11, 30), ends_on=None)
    assert quarter.starts(2) == date(2027, 2, 28)
    assert replace(plan, every=Every.WEEK).starts(3) == date(2026, 2, 14)


def test_a_campaign_that_asks_once_counts_both_days_that_were_named() -> None:
    plan = Plan(
        starts_on=date(2026, 5, 3), closed_from=date(2026, 4, 1), closed_to=date(2026, 4, 30)
    )
    assert plan.starts(2) is None
    assert plan.closings(1, DUBAI) == (
        datetime(2026, 4, 1, tzinfo=DUBAI),
        datetime(2026, 5, 1, tzinfo=DUBAI),
    )
    assert Plan.from_facts(plan.told()) == plan


def test_a_group_is_read_as_it_was_kept_also_a_unit_that_is_not_known_here() -> None:
    group = Group(departments=frozenset({"NEW"}), languages=frozenset({"ar"}))
    assert Group.from_facts(group.told()) == group  # forgetting the unit would ask everybody
