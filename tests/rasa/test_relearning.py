"""A training that goes on from an earlier one: when it may, what it takes over, what it learns."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot import relearning as module
from bot.learnt import read_archive
from bot.network import Network, Recipe
from bot.relearning import ANEW, QUICK, UNTOUCHED, Relearning, learn_from_earlier
from tests.rasa.models import TINY
from tests.rasa.pipeline import FEATURES, TRAINED, Pipeline, read_examples

KEYS = {
    "IntentClassifier": "intent",
    "FaqRetriever": "answer",
    "DepartmentClassifier": "department",
}
HEADS = tuple(KEYS)


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


def test_few_new_lines_are_learnt_and_the_mixture_stays(
    relearning: Relearning, few_are_enough: None, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{name}.tar.gz" for name in "abc")
    trained(relearning, first, lines())
    words = ("عندكم", "قريب", "مظلل", "زوار")
    new = [(f"وين موقف السيارات {word} INV-9", "faq/parking") for word in words]
    pipeline = trained(relearning, second, lines(*new), first)
    assert relearning.way == QUICK
    assert said(pipeline, "وين موقف السيارات حق الزوار") == ("faq", "faq/parking")
    anew = trained(relearning, tmp_path / "anew.tar.gz", lines(*new))
    assert relearning.way == ANEW
    for text in ("مرحبا", "hello there", "متى ينزل معاش العسكريين", "شكرا جزيلا"):
        assert said(pipeline, text)[0] == said(anew, text)[0]
    one, other = read_archive(first), read_archive(second)
    assert one is not None
    assert other is not None
    assert other.learnt.start == "a.tar.gz"
    for name in HEADS:
        if one.part(name) is not None:
            mixture = one.part(name).temperature, one.part(name).share
            assert (other.part(name).temperature, other.part(name).share) == mixture
    # the next one goes on from the first, which was learnt anew, and not from the second
    trained(relearning, third, lines(*new, ("السلام عليكم DF-26", "greet")), second)
    assert relearning.way == QUICK
    told = read_archive(third)
    assert told is not None
    assert told.learnt.start == "a.tar.gz"


def test_a_head_that_is_told_the_same_lines_is_carried_over(
    relearning: Relearning, few_are_enough: None, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    before = trained(relearning, first, lines())
    after = trained(relearning, second, lines(("هلا والله يا INV-9", "greet")), first)
    assert relearning.way == QUICK
    one, other = read_archive(first), read_archive(second)
    assert one is not None
    assert other is not None
    same = {
        name for name in HEADS if one.learnt.heads[KEYS[name]] == other.learnt.heads[KEYS[name]]
    }
    assert "FaqRetriever" in same
    assert "IntentClassifier" not in same
    text = "متى ينزل معاش العسكريين"
    assert said(after, text) == said(before, text)
    for name in same & {"FaqRetriever"}:
        assert (other.part(name).bias == one.part(name).bias).all()


def test_more_than_a_few_lines_are_learnt_anew(relearning: Relearning, tmp_path: Path) -> None:
    first = tmp_path / "a.tar.gz"
    trained(relearning, first, lines())
    trained(relearning, tmp_path / "b.tar.gz", lines(without=3), first)
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


def test_what_the_first_step_stood_on_is_gone(
    relearning: Relearning, few_are_enough: None, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    trained(relearning, first, lines())
    trained(relearning, second, lines(("هلا والله INV-9", "greet")), first)
    assert relearning.way == QUICK
    first.unlink()
    relearning._read.clear()
    trained(relearning, tmp_path / "c.tar.gz", lines(("هلا", "greet")), second)
    assert relearning.way == ANEW


def test_a_network_in_another_shape_says_the_same_of_what_it_knew() -> None:
    random = np.random.default_rng(3)
    recipe = Recipe(hidden=4)
    known = Network(
        random.standard_normal((3, 4)).astype(np.float16),
        random.standard_normal(4).astype(np.float32),
        (random.standard_normal((4, 2)).astype(np.float32),),
        (random.standard_normal(2).astype(np.float32),),
    )
    wider = known.carried_over(
        columns=[(0, 4), (2, 1)], width=5, labels=[(("ب", "c"), ("a", "ب", "c"))], recipe=recipe
    )
    old = csr_matrix(np.array([[0.6, 0.0, 0.8]], np.float32))
    new = csr_matrix(np.array([[0.0, 0.8, 0.0, 0.0, 0.6]], np.float32))
    assert np.allclose(known.scores(old)[0], wider.scores(new)[0][:, 1:], atol=1e-5)
    assert wider.scores(new)[0][0, 0] == 0  # a new label knows nothing yet
