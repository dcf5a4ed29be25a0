import random
from datetime import UTC, datetime

import pytest

from cases.contact import read_contact
from cases.departments import DEPARTMENTS
from cases.model import CaseKind
from demo.handling import OUTCOMES
from demo.people import new_visitor
from demo.words import GREETINGS, VARIETIES, Facts, Words, facts_at
from kernel.language import Language
from kernel.masking import mask
from kernel.reading import read

WORDS = Words.load()
FACTS = Facts(datetime(2026, 11, 25, tzinfo=UTC), 1250, "INV-204512", 12)
TEXTS = [
    (topic, variety, text)
    for topic in WORDS.topics
    for variety, texts in topic.texts.items()
    for text in texts
]


@pytest.mark.parametrize("text", [text for _, _, text in TEXTS])
def test_a_text_takes_its_facts_and_holds_no_secret(text: str) -> None:
    said = FACTS.into(text, Language.AR)
    assert "{" not in said
    assert mask(said).text == said


def test_most_texts_are_read_in_the_language_they_are_written_in() -> None:
    other = [
        text
        for _, variety, text in TEXTS
        if read(FACTS.into(text, VARIETIES[variety])).language not in (VARIETIES[variety], None)
    ]
    assert other == []


def test_every_kind_and_many_units_are_written_about() -> None:
    assert {topic.kind for topic in WORDS.topics} == set(CaseKind)
    assert {topic.unit for topic in WORDS.topics} <= set(DEPARTMENTS)
    assert len({topic.unit for topic in WORDS.topics}) >= 12
    assert len({text for _, _, text in TEXTS}) == len(TEXTS) > 150


def test_there_are_words_for_every_outcome_in_both_languages() -> None:
    chance = random.Random(1)
    for outcomes in OUTCOMES.values():
        for outcome in outcomes:
            for language in Language:
                assert WORDS.say(outcome, language, chance, FACTS)


def test_contacts_belong_to_nobody() -> None:
    chance = random.Random(1)
    for number in range(1, 200):
        told = new_visitor(number, "gulf", WORDS.topics[0].segments, chance).contact
        assert read_contact(told) == told
        assert told.startswith("+97150000") or told.endswith("@demo.example")


def test_chance_fills_in_small_sums() -> None:
    assert 0 < facts_at(FACTS.at, random.Random(3)).amount < 10_000
    assert set(GREETINGS) == set(VARIETIES)
