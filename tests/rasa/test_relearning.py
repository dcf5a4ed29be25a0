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


@pytest.fixture
def relearning(monkeypatch: pytest.MonkeyPatch) -> Relearning:
    for kind in TRAINED:
        monkeypatch.setattr(kind, "train", kind.train)  # put back when the test ends
    for kind in FEATURES:
        monkeypatch.setattr(kind, "process_training_data", kind.process_training_data)
    return learn_from_earlier()


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


def test_the_same_lines_in_another_order_take_every_part_over(
    relearning: Relearning, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    before = trained(relearning, first, lines())
    assert relearning.way == ANEW
    turned = TrainingData(lines().training_examples[::-1])
    after = trained(relearning, second, turned, first)
    assert relearning.way == UNTOUCHED
    one, other = read_archive(first), read_archive(second)
    assert one is not None
    assert other is not None
    assert (one.parts, one.learnt) == (other.parts, other.learnt)
    assert set(one.parts) == {kind.__name__ for kind in TRAINED}
    for text in ("مرحبا INV-9", "متى ينزل معاش العسكريين"):
        assert said(after, text) == said(before, text)


def test_few_new_lines_are_learnt_as_if_all_were_and_the_mixture_stays(
    relearning: Relearning, few_are_enough: None, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{name}.tar.gz" for name in "abc")
    trained(relearning, first, lines())
    words = ("عندكم", "قريب", "مظلل", "زوار")
    new = [(f"وين موقف السيارات {word} INV-9", "faq/parking") for word in words]
    pipeline = trained(relearning, second, lines(*new), first)
    assert relearning.way == QUICK
    assert said(pipeline, "وين موقف السيارات حق الزوار") == ("faq", "faq/parking")
    whole = tmp_path / "anew.tar.gz"
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
    # lines are added up from step to step
    assert (one.learnt.changed, other.learnt.changed) == (0, 4)
    trained(relearning, third, lines(*new, ("السلام عليكم DF-26", "greet")), second)
    assert relearning.way == QUICK
    told = read_archive(third)
    assert told is not None
    assert told.learnt.changed == 5


def test_small_steps_do_not_go_far(
    relearning: Relearning, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{name}.tar.gz" for name in "abc")
    count = len(lines().training_examples)
    monkeypatch.setattr(module, "MOST", 1.5 / count)
    trained(relearning, first, lines())
    trained(relearning, second, lines(("هلا والله INV-9", "greet")), first)
    assert relearning.way == QUICK
    trained(relearning, third, lines(("هلا والله INV-9", "greet"), ("هلا", "greet")), second)
    assert relearning.way == ANEW
    told = read_archive(third)
    assert told is not None
    assert told.learnt.changed == 0


def test_a_head_that_gets_its_first_labels_needs_a_mixture(
    relearning: Relearning, few_are_enough: None, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    plain = [one for one in lines().training_examples if one.get(INTENT) != "faq"]
    trained(relearning, first, TrainingData(plain))
    asked = [("متى ينزل المعاش INV-9", "faq/pension"), ("وين الموقف", "faq/parking")]
    more = lines(*asked).training_examples[-2:]
    trained(relearning, second, TrainingData([*plain, *more]), first)
    assert relearning.way == ANEW


def test_more_than_a_few_lines_are_learnt_anew(relearning: Relearning, tmp_path: Path) -> None:
    first = tmp_path / "a.tar.gz"
    trained(relearning, first, lines())
    trained(relearning, tmp_path / "b.tar.gz", lines(without=8), first)
    assert relearning.way == ANEW


def test_nothing_is_taken_from_other_code_or_from_what_is_no_model(
    relearning: Relearning, tmp_path: Path
) -> None:
    first, none = tmp_path / "a.tar.gz", tmp_path / "none.tar.gz"
    trained(relearning, first, lines())
    none.write_text("ليس نموذجا", "utf-8")
    for base in (none, tmp_path / "gone.tar.gz"):
        trained(relearning, tmp_path / f"from-{base.name}", lines(), base)
        assert relearning.way == ANEW
    relearning._code = "other"
    trained(relearning, tmp_path / "other.tar.gz", lines(), first)
    assert relearning.way == ANEW
