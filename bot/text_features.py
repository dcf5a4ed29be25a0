"""Turn each message into one sparse row that every head reads."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.clauses import questions_in
from bot.counted_texts import CountedTexts
from bot.folds import held_out
from bot.labels import CLAUSE_ROWS, FOLD, ROW, WIDTH, rows_of
from bot.trained import Trained
from bot.views import view

FEW = 2000
"""Up to here a term that occurs once tells something; up to twice as many, one that does twice."""

COUNTED = CountedTexts()
"""What was counted in this process."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TextFeatures(Trained):
    """Learns the vocabulary of letters and words; puts a row on each message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings.

        A term must occur in ``least`` documents, in fewer where there are few (``FEW``);
        ``share`` is the weight of words against letters; confidences are fitted on ``folds``
        folds.
        """
        return {"least": 2, "share": 1.0, "folds": 4}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have an intent."""
        examples = training_data.intent_examples
        texts = [example.get(TEXT) or "" for example in examples]
        least = min(self._config["least"], 1 + len(texts) // FEW)
        space, rows = COUNTED.learn(texts, view, least=least, share=self._config["share"])
        for example, row in zip(examples, rows, strict=True):
            example.set(ROW, row)  # ``process_training_data`` would make the same one by one
        return self._keep(space)

    def process(self, messages: list[Message]) -> list[Message]:
        """Put a row on each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            message.set(ROW, self._part.row(text))
            asked = questions_in(text)
            message.set(CLAUSE_ROWS, [self._part.row(clause) for clause in asked])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Put a row on each example, and the fold in which later parts hold it out."""
        examples = training_data.intent_examples
        for example in examples:
            if example.get(ROW) is None:
                example.set(ROW, self._part.row(example.get(TEXT) or ""))
            example.set(WIDTH, self._part.width)
        folds = held_out(rows_of(examples), self._config["folds"])
        for example, fold in zip(examples, folds, strict=True):
            example.set(FOLD, int(fold))
        return training_data
