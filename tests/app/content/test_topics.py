import pytest

from content.reading import PROJECT
from content.topics import faq_titles, forget_topics, has_topic
from kernel.language import Language


@pytest.fixture(autouse=True)
def topics_of_the_project() -> None:
    """Whatever content an app of another test in this process had."""
    forget_topics(PROJECT)


def test_every_question_has_a_title_in_both_languages() -> None:
    arabic, english = faq_titles(Language.AR), faq_titles(Language.EN)
    assert list(arabic) == list(english)
    assert len(arabic) >= 60
    assert all(arabic.values())
    assert english["refund_how_to"] == "How to get a fee refunded"


def test_knows_which_questions_it_can_answer() -> None:
    assert has_topic("mil_pension_pay_date")
    assert not has_topic("weather")
