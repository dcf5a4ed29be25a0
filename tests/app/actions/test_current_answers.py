import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from content.folder import ContentFolder
from content.reading import PROJECT
from content.topics import forget_topics, is_current
from kernel.validity import ZONE
from tests.app.actions.house import MONDAY_MORNING, an_action, ran, responses
from tests.app.actions.turns import a_tracker

OLD, GOOD = "refund_how_to", "working_hours"
HELPED = "utter_did_this_help"


@pytest.fixture(autouse=True)
def live(tmp_path: Path) -> Iterator[ContentFolder]:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copy(PROJECT / "domain.yml", tmp_path)
    path = tmp_path / "data" / "answers" / "faq_public.yml"
    text = path.read_text("utf-8")
    start = text.index(f"  utter_faq/{OLD}:")
    there, rest = text[:start], text[start:]
    path.write_text(
        there + rest.replace("      status:", "      valid_until: 2026-11-22\n      status:", 2)
    )
    forget_topics(tmp_path)
    yield ContentFolder(tmp_path)
    forget_topics(PROJECT)


def test_an_answer_holds_to_the_end_of_its_last_day(live: ContentFolder) -> None:
    entry = live.entry(OLD)
    assert entry is not None
    monday = MONDAY_MORNING.astimezone(ZONE).date()
    assert entry.out_of_date(monday)
    assert not is_current(OLD, monday)
    assert is_current(OLD, monday - timedelta(days=1))
    assert is_current(GOOD, monday)
    assert not is_current("weather", monday)


@pytest.mark.parametrize(
    ("topic", "said"), [(GOOD, [f"utter_faq/{GOOD}", HELPED]), (OLD, [f"utter_faq/{OLD}"])]
)
async def test_a_chosen_question_without_a_current_answer_is_not_asked_about(
    topic: str, said: list[str]
) -> None:
    tracker = a_tracker(intent="choose", entities={"choice": f"faq/{topic}"})
    assert responses((await ran(an_action("action_choose"), tracker))[0]) == said


async def test_of_two_questions_one_current_answer_is_enough_to_ask() -> None:
    action = an_action("action_answer_all")
    both = a_tracker("متى تداومون وكيف أسترد INV-9؟", slots={"also_asked": f"faq/{OLD} faq/{GOOD}"})
    one = a_tracker("كيف أسترد INV-9؟", answer=(f"faq/{OLD}", 0.9))
    assert responses((await ran(action, both))[0])[-1] == HELPED
    assert responses((await ran(action, one))[0]) == [f"utter_faq/{OLD}"]
