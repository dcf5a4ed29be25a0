"""Confidences are fitted on messages that the head has not seen."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.calibration import UNSEEN, calibrated_head, fit_mixture, held_out_scores
from bot.feature_space import FeatureSpace, matrix
from bot.folds import folds_of
from bot.linear_head import LinearHead, softmax
from tests.rasa.models import TINY
from tests.rasa.pipeline import read_examples

C, FOLDS = 1.0, 4


@pytest.fixture(scope="module")
def examples() -> TrainingData:
    return read_examples(TINY / "data" / "nlu.yml")


@pytest.fixture(scope="module")
def names(examples: TrainingData) -> list[str]:
    return [example.get("intent") for example in examples.intent_examples]


@pytest.fixture(scope="module")
def rows(examples: TrainingData) -> csr_matrix:
    texts = [example.get("text") for example in examples.intent_examples]
    space = FeatureSpace.learn(texts)
    return matrix([space.row(text) for text in texts], space.width)


def cosines(rows: csr_matrix) -> np.ndarray:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (rows @ rows.T).toarray() / np.outer(lengths, lengths)


def loss(scores: np.ndarray, right: np.ndarray, temperature: float) -> float:
    return float(-np.log((softmax(scores, temperature) * right).sum(axis=1)).mean())


# --- folds ---


def test_near_duplicates_never_stand_on_both_sides(rows: csr_matrix) -> None:
    folds = folds_of(rows, FOLDS)
    one, other = np.nonzero(cosines(rows) > 0.6)
    assert (one != other).any(), "the content has near-duplicates"
    assert (folds[one] == folds[other]).all()


def test_a_chain_of_near_duplicates_stays_together() -> None:
    texts = [
        "متى ينزل معاش شهر مايو",
        "متى ينزل معاش شهر مايو هذا",
        "متى ينزل معاش شهر مايو هذا العام يا",
        "متى ينزل معاش شهر مايو هذا العام يا جماعة الخير ترى",
        "refund of INV-9",
    ]
    space = FeatureSpace.learn(texts, least=1)
    chained = matrix([space.row(text) for text in texts], space.width)
    alike = cosines(chained)
    assert min(alike[0, 1], alike[1, 2], alike[2, 3]) > 0.6 > alike[0, 3]
    for seed in range(8):
        assert len(set(folds_of(chained, FOLDS, seed=seed)[:4].tolist())) == 1


def test_folds_are_used_and_the_same_each_time(rows: csr_matrix) -> None:
    folds = folds_of(rows, FOLDS)
    assert set(folds.tolist()) == set(range(FOLDS))
    assert np.array_equal(folds, folds_of(rows, FOLDS))
    assert not np.array_equal(folds, folds_of(rows, FOLDS, seed=8))


def test_a_message_without_features_has_a_fold_too() -> None:
    empty = csr_matrix((3, 5), dtype=np.float32)
    assert folds_of(empty, FOLDS).shape == (3,)


# --- scores ---


def test_scores_come_from_a_head_without_the_messages_fold(
    rows: csr_matrix, names: list[str]
) -> None:
    labels = sorted(set(names))
    scores = held_out_scores(rows, names, labels, folds_of(rows, FOLDS), c=C)
    folds = folds_of(rows, FOLDS)
    out = folds == folds[0]
    apart = LinearHead.learn(rows[~out], np.array(names)[~out].tolist(), c=C)
    columns = [labels.index(label) for label in apart.labels]
    assert np.allclose(scores[np.ix_(out, columns)], apart.scores(rows[out]), atol=1e-2)


def test_a_label_that_one_fold_holds_alone_scores_unseen_there(rows: csr_matrix) -> None:
    lonely = ["lonely", *(["this", "that"] * rows.shape[0])][: rows.shape[0]]
    labels = ["lonely", "that", "this"]
    scores = held_out_scores(rows, lonely, labels, folds_of(rows, FOLDS), c=C)
    assert scores[0, 0] == UNSEEN
    assert (scores[0, 1:] != UNSEEN).all()


# --- temperature ---


def test_the_temperature_makes_held_out_messages_likelier(
    rows: csr_matrix, names: list[str]
) -> None:
    labels = sorted(set(names))
    scores = held_out_scores(rows, names, labels, folds_of(rows, FOLDS), c=C)
    right = np.array([[label == name for label in labels] for name in names])
    fitted, share = fit_mixture(scores, None, right)
    assert share == 0
    assert loss(scores, right, fitted) < loss(scores, right, 1.0)
    for other in (fitted * 0.8, fitted * 1.25):
        assert loss(scores, right, fitted) <= loss(scores, right, other)


def test_boasting_scores_are_cooled_and_shy_ones_are_sharpened() -> None:
    random = np.random.default_rng(7)
    truth = random.integers(0, 3, 600)
    right = np.eye(3, dtype=bool)[truth]
    honest = np.log(np.where(right, 0.7, 0.15))
    seen = honest[np.arange(600), :]
    wrong = random.random(600) < 0.3
    seen[wrong] = np.roll(seen[wrong], 1, axis=1)
    assert fit_mixture(seen * 5, None, right)[0] == pytest.approx(5, rel=0.25)
    assert fit_mixture(seen / 5, None, right)[0] == pytest.approx(0.2, rel=0.25)


def test_the_head_is_fitted_on_all_and_warmed_by_the_folds(
    rows: csr_matrix, names: list[str]
) -> None:
    head = calibrated_head(rows, names, folds_of(rows, FOLDS), c=C)
    plain = LinearHead.learn(rows, names, c=C)
    assert head.labels == plain.labels
    assert np.allclose(head.weight, plain.weight, atol=1e-2)
    assert head.temperature > 0
    assert head.temperature != 1.0
