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
        return {"hidden": 64, "epochs": 6, "rate": 0.01}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents, FAQ ids and departments together."""
        examples = training_data.intent_examples
        told = Told.by(examples)
        return self._keep((tuple(told.labels), self._learn(examples, told, slice(None))))

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
        """Put an opinion on each example that is held out, for the heads to be fitted by."""
        examples = training_data.intent_examples
        told = Told.by(examples)
        folds = np.array([example.get(FOLD) for example in examples])
        for fold in np.unique(folds[folds != NEVER]):
            network = self._learn(examples, told, folds != fold)
            out = np.flatnonzero(folds == fold)
            scores = network.scores(rows_of([examples[i] for i in out]))
            for place, i in enumerate(out):
                pairs = zip(told.labels, scores, strict=True)
                examples[i].set(OPINION, Opinion({head: one[place] for head, one in pairs}))
        return training_data

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
