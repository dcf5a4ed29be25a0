"""One intent, with a confidence that means what it says."""

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
class IntentClassifier(Trained):
    """Sets ``intent`` and ``intent_ranking``; ``faq`` is one intent here, whatever the id."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return: ``c`` of the support vectors."""
        return {"c": 1.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has an intent.

        Raises:
            ValueError: there are fewer than two intents.
        """
        head = learn_head("intent", training_data.intent_examples, c=self._config["c"])
        if head is None:
            raise ValueError("a classifier needs at least two labels")
        return self._keep(head)

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the intents."""
        for message in messages:
            confidence = confidences(self._part, "intent", message)
            ranking = ranked(self._part.labels, confidence, "name")
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
