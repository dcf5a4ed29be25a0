"""Every message is tagged with the language to answer in, exactly once."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language_tagger import LanguageTagger
from tests.rasa.pipeline import build


@pytest.fixture
def tagger(storage: LocalModelStorage) -> LanguageTagger:
    return build(LanguageTagger, storage)


def tagged(tagger: LanguageTagger, text: str, **metadata: Any) -> Message:
    [message] = tagger.process([Message({TEXT: text, "metadata": metadata})])
    return message


def languages_told(message: Message) -> list[str]:
    return [one["value"] for one in message.get(ENTITIES) if one["entity"] == "language"]


@pytest.mark.parametrize(
    ("text", "language", "variety"),
    [
        ("أودّ الاستفسار عن موعد صرف المعاش", "ar", "msa"),
        ("شو صار على طلبي DF-26-004173", "ar", "gulf"),
        ("mata yenzel el ma3ash", "ar", "arabizi"),
        ("Where is my request DF-26-004173?", "en", "en"),
    ],
)
def test_language_and_variety_go_into_the_parse_result(
    tagger: LanguageTagger, text: str, language: str, variety: str
) -> None:
    message = tagged(tagger, text)
    output = message.as_dict(only_output_properties=True)
    assert (output["language"], output["variety"]) == (language, variety)
    assert languages_told(message) == [language]
    assert message.get(TEXT) == text


@pytest.mark.parametrize("text", ["٠٥٠١٢٣٤٥٦٧", "0501234567", "👍", "ok", "DF-26-004173", "؟", ""])
@pytest.mark.parametrize("kept", ["ar", "en"])
def test_a_text_that_tells_nothing_keeps_the_language_of_the_conversation(
    tagger: LanguageTagger, text: str, kept: str
) -> None:
    assert languages_told(tagged(tagger, text, language=kept)) == [kept]


@pytest.mark.parametrize("metadata", [{}, {"language": None}, {"language": "fr"}])
def test_without_a_known_language_the_slot_is_left_as_it_is(
    tagger: LanguageTagger, storage: LocalModelStorage, metadata: dict[str, Any]
) -> None:
    message = tagged(tagger, "123", **metadata)
    assert languages_told(message) == []
    assert message.get("language") == "ar"


def test_what_is_written_wins_over_the_conversation(tagger: LanguageTagger) -> None:
    assert languages_told(tagged(tagger, "متى ينزل المعاش؟", language="en")) == ["ar"]
    assert languages_told(tagged(tagger, "when is the pension paid?", language="ar")) == ["en"]


def test_a_pinned_language_holds_for_arabizi_only(tagger: LanguageTagger) -> None:
    arabizi = "abi a3ref mata yenzel el ma3ash"
    assert languages_told(tagged(tagger, arabizi, language="en")) == ["ar"]
    assert languages_told(tagged(tagger, arabizi, language="en", pinned=True)) == ["en"]
    arabic = "متى ينزل المعاش؟"
    assert languages_told(tagged(tagger, arabic, language="en", pinned=True)) == ["ar"]


def test_a_second_pass_does_not_tell_twice_and_keeps_other_entities(
    tagger: LanguageTagger,
) -> None:
    message = tagged(tagger, "where is DF-26-004173")
    message.set(ENTITIES, [*message.get(ENTITIES), {"entity": "choice", "value": "complaint"}])
    tagger.process([message])
    assert languages_told(message) == ["en"]
    assert {"entity": "choice", "value": "complaint"} in message.get(ENTITIES)


def test_the_entity_has_the_place_that_rasas_evaluation_reads(tagger: LanguageTagger) -> None:
    [entity] = tagged(tagger, "وين طلبي DF-26-004173").get(ENTITIES)
    assert (entity["start"], entity["end"]) == (0, 21)


def test_a_message_without_metadata_is_tagged(tagger: LanguageTagger) -> None:
    [message] = tagger.process([Message({TEXT: "hello there"})])
    assert languages_told(message) == ["en"]


def test_no_entity_is_learnt_from_examples(tagger: LanguageTagger) -> None:
    examples = [
        Message.build("المعاش متأخر INV-9", "complaint"),
        Message.build("late", "complaint"),
    ]
    tagger.process_training_data(TrainingData(examples))
    assert not any(example.get(ENTITIES) for example in examples)


def test_an_unknown_default_is_refused_at_the_start(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError, match="fr"):
        build(LanguageTagger, storage, default="fr")
