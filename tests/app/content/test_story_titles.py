import tomllib
from pathlib import Path

import yaml

from content.reading import PROJECT
from content.story_titles import StoryTitles
from kernel.language import Language

CONVERSATIONS = PROJECT / "tests" / "rasa" / "conversations"


def test_every_story_has_an_arabic_title_and_no_title_is_left_over() -> None:
    titles = tomllib.loads((CONVERSATIONS / "titles.ar.toml").read_text("utf-8"))
    names = {
        story["story"]
        for path in CONVERSATIONS.glob("test_*.yml")
        for story in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["stories"]
    }
    assert set(titles) == names
    assert len(set(titles.values())) == len(titles)


def test_a_story_without_a_title_goes_by_its_name(tmp_path: Path) -> None:
    titles = StoryTitles(CONVERSATIONS)
    assert titles.told("greeting", Language.AR) == "تحية"
    assert titles.told("greeting", Language.EN) == "greeting"
    assert titles.told("INV-9", Language.AR) == "INV-9"
    assert StoryTitles(tmp_path).told("greeting", Language.AR) == "greeting"
