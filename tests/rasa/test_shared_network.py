"""The network's opinion stands beside each message, and beside examples it did not see."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.heads import learn_head
from bot.labels import CLAUSE_OPINIONS, FOLD, OPINION, row_of
from bot.shared_network import SharedNetwork, Told
from bot.text_features import TextFeatures
from tests.rasa.models import TINY
from tests.rasa.pipeline import Pipeline, build, load, read_examples


def test_labels_are_read_off_the_examples() -> None:
    told = Told.by(read_examples(TINY / "data" / "nlu.yml").intent_examples)
    assert set(told.labels) == {"intent", "answer", "department"}
    assert all(known == tuple(sorted(known)) for known in told.labels.values())
    assert "faq/working_hours" in told.labels["answer"]


def test_an_example_is_judged_by_a_network_that_did_not_see_it(
    storage: LocalModelStorage,
) -> None:
    examples = read_examples(TINY / "data" / "nlu.yml")
    features, network = build(TextFeatures, storage), build(SharedNetwork, storage)
    features.train(examples)
    features.process_training_data(examples)
    network.train(examples)
    network.process_training_data(examples)
    [all_seen] = network.process([Message({TEXT: "", "baddala_row": row_of_first(examples)})])
    first = examples.intent_examples[0]
    assert first.get(FOLD) >= 0
    held = first.get(OPINION).scores["intent"]
    assert not np.allclose(held, all_seen.get(OPINION).scores["intent"])


def test_opinions_are_there_when_rasa_takes_the_network_from_its_cache(
    storage: LocalModelStorage,
) -> None:
    told = []
    for trained in (True, False):
        examples = read_examples(TINY / "data" / "nlu.yml")
        features, network = build(TextFeatures, storage), build(SharedNetwork, storage)
        features.train(examples)
        features.process_training_data(examples)
        if trained:
            network.train(examples)
        network.process_training_data(examples)
        told.append([one.get(OPINION).scores["intent"] for one in examples.intent_examples])
    assert np.array_equal(told[0], told[1])


def row_of_first(examples: object) -> object:
    return row_of(examples.intent_examples[0])  # type: ignore[attr-defined]


def test_each_clause_has_an_opinion_of_its_own(tiny_pipeline: Pipeline) -> None:
    message = tiny_pipeline.read("متى ينزل المعاش؟ وشو ساعات العمل؟")
    assert len(message.get(CLAUSE_OPINIONS)) == 2
    assert tiny_pipeline.read("متى ينزل المعاش؟").get(CLAUSE_OPINIONS) == []


def test_an_opinion_has_a_stable_fingerprint_and_stays_out_of_the_parse_result(
    tiny_pipeline: Pipeline,
) -> None:
    one, other = (tiny_pipeline.read("فاتورة INV-9 متأخرة") for _ in range(2))
    assert one.get(OPINION).fingerprint() == other.get(OPINION).fingerprint()
    assert OPINION not in one.as_dict(only_output_properties=True)


def test_what_is_loaded_says_what_was_trained(storage: LocalModelStorage) -> None:
    Pipeline.train(storage, read_examples(TINY / "data" / "nlu.yml"))
    heads, network = load(SharedNetwork, storage)._part
    assert set(heads) == {"intent", "answer", "department"}
    assert network.inner.dtype == np.float16


@pytest.mark.parametrize("name", ["intent", "answer", "department"])
def test_a_head_without_an_opinion_stands_alone(storage: LocalModelStorage, name: str) -> None:
    examples = read_examples(TINY / "data" / "nlu.yml")
    features = build(TextFeatures, storage)
    features.train(examples)
    features.process_training_data(examples)
    head = learn_head(name, examples.intent_examples, c=1.0)
    assert head is not None
    assert head.share == 0
