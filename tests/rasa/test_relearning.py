"""A training that goes on from an earlier one: when it may, what it takes over, what it learns."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import relearning as module
from bot.learnt import read_archive
from bot.relearning import ANEW, QUICK, UNTOUCHED, Relearning, learn_from_earlier
from tests.rasa.models import TINY
from tests.rasa.pipeline import FEATURES, TRAINED, Pipeline, read_examples

HEADS = ("IntentClassifier", "FaqRetriever", "DepartmentClassifier")


def patched(patch: pytest.MonkeyPatch) -> Relearning:
    for kind in TRAINED:
        patch.setattr(kind, "train", kind.train)  # put back when the test ends
    for kind in FEATURES:
        patch.setattr(kind, "process_training_data", kind.process_training_data)
    return learn_from_earlier()


@pytest.fixture
def relearning(monkeypatch: pytest.MonkeyPatch) -> Relearning:
    return patched(monkeypatch)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model that was learnt anew."""
    path = tmp_path_factory.mktemp("first") / "a.tar.gz"
    with pytest.MonkeyPatch.context() as patch:
        relearning = patched(patch)
        trained(relearning, path, lines())
        assert relearning.way == ANEW
    return path


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 0.2)


def lines(*more: tuple[str, str], without: int = 0) -> TrainingData:
    examples = read_examples(TINY / "data" / "nlu.yml").training_examples[without:]
    for text, meaning in more:
        intent, _, topic = meaning.partition("/")
        told: dict[str, Any] = {TEXT: text, INTENT: intent}
        if topic:
            told[INTENT_RESPONSE_KEY] = meaning
        examples.append(Message(told))
    return TrainingData(examples)


def trained(
    relearning: Relearning, path: Path, data: TrainingData, base: Path | None = None
) -> Pipeline:
    """Train as the trainer does, and pack the parts as Rasa packs a model."""
    folder = path.with_suffix(".parts")
    folder.mkdir(parents=True)
    relearning.begin(base)
    pipeline = Pipeline.train(LocalModelStorage.create(folder), data)
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "components")
    return pipeline


def said(pipeline: Pipeline, text: str) -> tuple[str, str | None]:
    message = pipeline.read(text)
    ranking = (message.get("response_selector") or {}).get("default", {}).get("ranking", [])
    return message.get("intent")["name"], ranking[0]["intent_response_key"] if ranking else None


def way(relearning: Relearning, data: TrainingData, base: Path | None) -> str:
    """Tell how these lines would be learnt."""
    relearning.begin(base)
    relearning.choose(data.intent_examples)
    return relearning.way


def test_the_same_lines_in_another_order_take_every_part_over(
    relearning: Relearning, first: Path, tmp_path: Path
) -> None:
    second = tmp_path / "b.tar.gz"
    turned = TrainingData(lines().training_examples[::-1])
    trained(relearning, second, turned, first)
    assert relearning.way == UNTOUCHED
    one, other = read_archive(first), read_archive(second)
    assert one is not None
    assert other is not None
    assert (one.parts, one.learnt) == (other.parts, other.learnt)
    assert set(one.parts) == {kind.__name__ for kind in TRAINED}


def test_few_new_lines_are_learnt_as_if_all_were_and_the_mixture_stays(
    relearning: Relearning, few_are_enough: None, first: Path, tmp_path: Path
) -> None:
    second, whole = tmp_path / "b.tar.gz", tmp_path / "anew.tar.gz"
    words = ("عندكم", "قريب", "مظلل", "زوار")
    new = [(f"وين موقف السيارات {word} INV-9", "faq/parking") for word in words]
    pipeline = trained(relearning, second, lines(*new), first)
    assert relearning.way == QUICK
    assert said(pipeline, "وين موقف السيارات حق الزوار") == ("faq", "faq/parking")
    trained(relearning, whole, lines(*new))
    assert relearning.way == ANEW
    one, other, anew = (read_archive(path) for path in (first, second, whole))
    assert one is not None
    assert other is not None
    assert anew is not None
    for name in ("TextFeatures", "SharedNetwork"):
        assert other.parts[name] == anew.parts[name]  # to the byte
    for name in HEADS:
        head = other.part(name)
        if head is None:
            continue
        assert head.labels == anew.part(name).labels
        assert (head.weight == anew.part(name).weight).all()
        assert (head.bias == anew.part(name).bias).all()
        assert head.temperature == one.part(name).temperature
        assert head.share == one.part(name).share
    # lines are added up from step to step, so small steps do not go far
    assert (one.learnt.changed, other.learnt.changed, anew.learnt.changed) == (0, 4, 0)
    next_ones = lines(*new, ("السلام عليكم DF-26", "greet"))
    relearning.begin(second)
    assert relearning.choose(next_ones.intent_examples).changed == 5
    assert relearning.way == QUICK
    relearning.begin(second, 4.5 / len(next_ones.intent_examples))
    assert relearning.choose(next_ones.intent_examples).changed == 0
    assert relearning.way == ANEW


def test_a_head_that_comes_or_goes_needs_a_mixture(
    relearning: Relearning, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 9.0)
    assert way(relearning, lines(without=1), first) == QUICK
    plain = [one for one in lines().training_examples if one.get(INTENT) != "faq"]
    assert way(relearning, TrainingData(plain), first) == ANEW


def test_more_than_a_few_lines_are_learnt_anew(relearning: Relearning, first: Path) -> None:
    assert way(relearning, lines(without=1), first) == QUICK
    assert way(relearning, lines(without=8), first) == ANEW


def test_nothing_is_taken_from_other_code_or_from_what_is_no_model(
    relearning: Relearning, first: Path, tmp_path: Path
) -> None:
    none = tmp_path / "none.tar.gz"
    none.write_text("ليس نموذجا", "utf-8")
    for base in (None, none, tmp_path / "gone.tar.gz"):
        assert way(relearning, lines(), base) == ANEW
    assert way(relearning, lines(), first) == UNTOUCHED
    relearning._code = "other"
    assert way(relearning, lines(), first) == ANEW
