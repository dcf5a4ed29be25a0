"""Which stored answer fits, in the property that Rasa's ``utter_faq`` reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.heads import clause_confidences, confidences, learn_head
from bot.labels import FAQ, ranked
from bot.trained import Trained

RESPONSE_SELECTOR = "response_selector"
ALSO = "also_asked"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqRetriever(Trained):
    """Ranks the FAQ ids for every message, whatever its intent."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return: ``c`` of the support vectors, ``also_sure`` for a second question."""
        return {"c": 1.0, "also_sure": 0.5}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of the retrieval intent; there may be none."""
        examples = training_data.intent_examples
        return self._keep(learn_head("answer", examples, c=self._config["c"]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the answers."""
        for message in messages if self._part else ():
            confidence = confidences(self._part, "answer", message)
            ranking = ranked(self._part.labels, confidence, "intent_response_key")
            message.set(RESPONSE_SELECTOR, selector(ranking), add_to_output=True)
            also = self._asked_also(message, str(ranking[0]["intent_response_key"]))
            message.set(ALSO, also)
        return messages

    def _asked_also(self, message: Message, best: str) -> str | None:
        """Return all ids that the message asks for, as they stand in it, with blanks between.

        None when it asks one thing. The whole text must lean to one of its own clauses, or
        the cutting went wrong.
        """
        asked = []
        for confidence in clause_confidences(self._part, "answer", message):
            top = int(np.argmax(confidence))
            if confidence[top] >= self._config["also_sure"]:
                asked.append(self._part.labels[top])
        several = list(dict.fromkeys(asked))
        return " ".join(several) if len(several) > 1 and best in several else None


def selector(ranking: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the property that Rasa's ``ActionRetrieveResponse`` reads (3.6.21).

    It looks up ``faq`` first, then ``default``; evaluation reads ``default``.
    """
    best = ranking[0]
    response = {
        **best,
        "utter_action": f"utter_{best['intent_response_key']}",
        "responses": [],
        "response_templates": [],
    }
    found = {"response": response, "ranking": ranking}
    return {"all_retrieval_intents": [FAQ], FAQ: found, "default": found}
