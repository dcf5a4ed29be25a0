"""A second opinion for every head, from one small network that learns all labels at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits

from bot.folds import NEVER
from bot.labels import CLAUSE_OPINIONS, CLAUSE_ROWS, FOLD, HEADS, OPINION, row_of, rows_of
from bot.network import UNTOLD, Network, Recipe
from bot.side_by_side import side_by_side
from bot.trained import Trained


@dataclass(frozen=True)
class Opinion:
    """The network's log odds of one message: for each head an array of shape (n_labels,)."""

    scores: dict[str, np.ndarray]

    def fingerprint(self) -> str:
        """Return a hash for Rasa's cache."""
        content = b"".join(scores.tobytes() for scores in self.scores.values())
        return hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Told:
    """The labels of the heads that have at least two, and each example's number in them."""

    labels: dict[str, tuple[str, ...]]
    targets: dict[str, np.ndarray]

    @classmethod
    def by(cls, examples: Sequence[Message]) -> Told:
        """Read the labels off the examples."""
        labels, targets = {}, {}
        for head, label_of in HEADS.items():
            names = [label_of(example) for example in examples]
            known = tuple(sorted({name for name in names if name}))
            if len(known) > 1:
                number = {name: i for i, name in enumerate(known)}
                labels[head] = known
                targets[head] = np.array([number.get(name, UNTOLD) for name in names])
        return cls(labels, targets)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SharedNetwork(Trained):
    """Puts an opinion on each message, and on each example one of a network without its fold."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the size of the hidden layer, how often examples are seen, and the first step."""
        return {"hidden": 128, "epochs": 10, "rate": 0.01}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents, FAQ ids and departments together.

        What networks without a fold say of it is learnt at the same time, and left on the
        examples.
        """
        examples = training_data.intent_examples
        told = Told.by(examples)
        network, held = side_by_side(
            lambda: self._learn(examples, told, slice(None)),
            lambda: self._held_out(examples, told),
        )
        _leave(examples, held)
        return self._keep((tuple(told.labels), network))

    def process(self, messages: list[Message]) -> list[Message]:
        """Put an opinion on each message and on each of its clauses."""
        heads, network = self._part
        for message in messages:
            rows = [row_of(message), *(message.get(CLAUSE_ROWS) or ())]
            told = (zip(heads, network.row_scores(row), strict=True) for row in rows)
            opinions = [Opinion(dict(pairs)) for pairs in told]
            message.set(OPINION, opinions[0])
            message.set(CLAUSE_OPINIONS, opinions[1:])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """See to it that each example that is held out has an opinion on it.

        ``train`` has left them, unless Rasa took what it gives from its cache.
        """
        examples = training_data.intent_examples
        if not any(example.get(OPINION) for example in examples):
            _leave(examples, self._held_out(examples, Told.by(examples)))
        return training_data

    def _held_out(self, examples: Sequence[Message], told: Told) -> list[Opinion | None]:
        """Return an opinion on each example that is held out, for the heads to be fitted by."""
        folds = np.array([example.get(FOLD) for example in examples])
        found: list[Opinion | None] = [None] * len(examples)
        for fold in np.unique(folds[folds != NEVER]):
            network = self._learn(examples, told, folds != fold)
            out = np.flatnonzero(folds == fold)
            scores = network.scores(rows_of([examples[i] for i in out]))
            for place, i in enumerate(out):
                pairs = zip(told.labels, scores, strict=True)
                found[i] = Opinion({head: one[place] for head, one in pairs})
        return found

    def _learn(self, examples: Sequence[Message], told: Told, chosen: Any) -> Network:
        recipe = Recipe(
            **{setting: self._config[setting] for setting in ("hidden", "epochs", "rate")}
        )
        with threadpool_limits(1):  # the matrices of a step are too small to share out
            return Network.learn(
                rows_of(examples)[chosen],
                [target[chosen] for target in told.targets.values()],
                [len(known) for known in told.labels.values()],
                recipe,
            )


def _leave(examples: Sequence[Message], opinions: Sequence[Opinion | None]) -> None:
    for example, opinion in zip(examples, opinions, strict=True):
        example.set(OPINION, opinion)
