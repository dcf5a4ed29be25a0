"""A small network learns several sets of labels at once, the same way each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.feature_space import FeatureSpace, matrix
from bot.network import UNTOLD, Network, Recipe

TEXTS = [
    "متى ينزل المعاش",
    "when is the pension paid",
    "متى ينزل معاش المتقاعدين",
    "فاتورة INV-9 متأخرة",
    "the invoice INV-9 is late",
    "فاتورة المورد متأخرة",
    "أقترح تطبيقًا أسرع",
    "I suggest a faster app",
    "أقترح خدمة أسرع",
]
KINDS = np.repeat([0, 1, 2], 3)
OWNERS = np.array([0, 0, 0, 1, 1, 1, UNTOLD, UNTOLD, UNTOLD])
SPACE = FeatureSpace.learn(TEXTS, least=1)
ROWS = matrix([SPACE.row(text) for text in TEXTS], SPACE.width)
RECIPE = Recipe(hidden=16, epochs=60, batch=4, drop=0.5)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.learn(ROWS, [KINDS, OWNERS], [3, 2], RECIPE)


def test_each_set_of_labels_is_learnt(network: Network) -> None:
    kinds, owners = network.scores(ROWS)
    assert kinds.argmax(axis=1).tolist() == KINDS.tolist()
    assert owners.argmax(axis=1)[:6].tolist() == OWNERS[:6].tolist()


def test_one_message_scores_as_it_does_among_many(network: Network) -> None:
    for place, text in enumerate(TEXTS):
        for alone, many in zip(
            network.row_scores(SPACE.row(text)), network.scores(ROWS), strict=True
        ):
            assert np.allclose(alone, many[place], atol=1e-3)


@pytest.mark.parametrize("text", ["", "привет"])
def test_a_text_without_features_has_finite_scores(network: Network, text: str) -> None:
    assert all(np.isfinite(scores).all() for scores in network.row_scores(SPACE.row(text)))


def test_learning_twice_gives_the_same(network: Network) -> None:
    again = Network.learn(ROWS, [KINDS, OWNERS], [3, 2], RECIPE)
    assert np.array_equal(again.inner, network.inner)
    assert all(map(np.array_equal, again.outer, network.outer))


def test_what_is_not_told_teaches_nothing() -> None:
    silent = np.full(len(TEXTS), UNTOLD)
    other = Network.learn(ROWS, [KINDS, silent], [3, 2], RECIPE)
    assert not other.outer[1].any()
    assert not other.outer_bias[1].any()


def test_few_examples_are_seen_more_often_than_asked() -> None:
    once = Recipe(hidden=16, epochs=1, batch=4, drop=0.5)
    [kinds] = Network.learn(ROWS, [KINDS], [3], once).scores(ROWS)
    assert kinds.argmax(axis=1).tolist() == KINDS.tolist()
    [unseen] = Network.learn(ROWS, [KINDS], [3], replace(once, steps=1)).scores(ROWS)
    assert np.abs(unseen).max() < np.abs(kinds).max() / 10


def test_a_rare_label_is_not_drowned() -> None:
    many = ROWS[[0, 0, 0, 0, 0, 0, 0, 0, 0, 3]]
    target = np.array([0] * 9 + [1])
    found = Network.learn(many, [target], [2], RECIPE).row_scores(SPACE.row(TEXTS[3]))[0]
    assert found.argmax() == 1
