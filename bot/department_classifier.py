"""Which department owns what the person wrote."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.heads import confidences, learn_head
from bot.labels import ranked
from bot.trained import Trained


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DepartmentClassifier(Trained):
    """Sets ``department`` and ``department_ranking`` from examples with that metadata."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return: ``c`` of the support vectors."""
        return {"c": 1.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples whose metadata names a department; there may be none."""
        examples = training_data.intent_examples
        return self._keep(learn_head("department", examples, c=self._config["c"]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the departments."""
        for message in messages if self._part else ():
            confidence = confidences(self._part, "department", message)
            ranking = ranked(self._part.labels, confidence, "name")
            message.set("department", ranking[0], add_to_output=True)
            message.set("department_ranking", ranking, add_to_output=True)
        return messages
