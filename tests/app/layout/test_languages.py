"""What a language needs (docs/adding_a_language.md): every member of ``Language`` has all of it.

Adding one to the enum makes this test name what is missing, place by place; the last test does so
with a language that nobody has added.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.labels import VARIETIES
from content.minimums import PER_TOPIC, TOPIC_VARIETIES
from content.reading import read_content
from kernel.language import Language
from tests.app.layout.tree import PROJECT

RECIPE = PROJECT / "docs" / "adding_a_language.md"
CONTENT = read_content()


def missing(code: str) -> Iterator[str]:
    """Yield each place that lacks a language, as the recipe names it."""
    taught = {example.intent for example in CONTENT.examples if example.language.value == code}
    if not any((PROJECT / "data" / f"nlu_{code}").glob("*.yml")) or "complaint" not in taught:
        yield "data/nlu_<code>/"
    names = {one.name for one in CONTENT.responses}
    said = {one.name for one in CONTENT.responses if one.language.value == code}
    if names - said:
        yield "data/answers/ and domain.yml"
    keyed = {language.value for language in VARIETIES}
    if code not in keyed:
        yield "content/labels.py"
    if code not in {language.value for language in (*PER_TOPIC, *TOPIC_VARIETIES)}:
        yield "content/minimums.py"
    if not _phrases(code):
        yield "phrases/"
    if not list((PROJECT / "tests/rasa/conversations").glob(f"test_*_{code}.yml")):
        yield "tests/rasa/conversations/"
    heldout = (PROJECT / "tests/rasa/heldout").glob("*.jsonl")
    if not any(f'"language": "{code}"' in path.read_text("utf-8") for path in heldout):
        yield "tests/rasa/heldout/"
    canned = tomllib.loads((PROJECT / "desk" / "canned.toml").read_text("utf-8"))
    if not re.search(rf"\b(text|title)_{code}\b", str(canned)):
        yield "desk/canned.toml"


def _phrases(code: str) -> bool:
    """Tell whether every file of phrases is there in the language."""
    folder = PROJECT / "phrases"
    parts = {re.sub(r"(ar|en)\.toml$", "", path.name) for path in folder.glob("*ar.toml")}
    return all((folder / f"{part}{code}.toml").exists() for part in parts)


@pytest.mark.parametrize("language", list(Language))
def test_a_language_has_all_that_one_needs(language: Language) -> None:
    assert list(missing(language.value)) == []


def test_a_language_that_nobody_added_lacks_all_of_it_and_the_recipe_names_each_place() -> None:
    places = list(missing("ur"))
    assert len(places) == 8
    recipe = RECIPE.read_text("utf-8")
    assert [place for place in places if f"`{place}`" not in recipe] == []


def test_the_recipe_names_no_place_that_is_gone() -> None:
    named = re.findall(r"`([a-z]+/[a-z_/]+\.(?:py|toml|txt|tsv))`", RECIPE.read_text("utf-8"))
    assert named
    assert [name for name in named if not Path(PROJECT, name).exists()] == []
