"""Admit being unsure rather than answer beside the point."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from bot.faq_retriever import ALSO, RESPONSE_SELECTOR
from bot.labels import FAQ, OUT_OF_SCOPE, UNSURE, whole

LONGEST_BARE = 4
BESIDE_DIGITS = ".,-/()#،"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeGate(GraphComponent):
    """Turns a weak intent into ``nlu_fallback`` and lists what may have been meant.

    ``candidates`` in the parse result holds intents and FAQ ids, best first, each
    with its confidence; actions offer them as buttons.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._sure = float(config["sure"])
        self._faq_sure = float(config["faq_sure"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the least confidence of an intent, and of an FAQ id within ``faq``."""
        return {"sure": 0.3, "faq_sure": 0.2}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeGate:
        """Build the component; raises ValueError for a threshold that is no number."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Judge each message."""
        for message in messages:
            intent = message.get("intent") or {}
            ranking = message.get("intent_ranking") or []
            if not ranking:
                continue
            answers = (message.get(RESPONSE_SELECTOR) or {}).get("default", {}).get("ranking", [])
            message.set("candidates", candidates(ranking, answers), add_to_output=True)
            weak = intent["confidence"] < self._sure or bare_number(message.get("text") or "")
            vague = (
                intent["name"] == FAQ
                and bool(answers)
                and (answers[0]["confidence"] < self._faq_sure)
            )
            if intent["name"] != OUT_OF_SCOPE and (weak or vague):
                unsure = {"name": UNSURE, "confidence": 1 - intent["confidence"]}
                message.set("intent", unsure, add_to_output=True)
                message.set("intent_ranking", [unsure, *ranking], add_to_output=True)
            elif intent["name"] == FAQ and message.get(ALSO):
                # Only now: a slot set in a turn that no answer clears would outlive it.
                told = [*(message.get(ENTITIES) or []), whole(message, ALSO, message.get(ALSO))]
                message.set(ENTITIES, told, add_to_output=True)
        return messages


def bare_number(text: str) -> bool:
    """Tell whether a message is a short number and nothing else.

    Such a message names a line of a list or answers a question of ours: what it means is in the
    conversation, never in its words. A longer number may be a case's.
    """
    digits = sum(letter.isdecimal() for letter in text)
    return 0 < digits <= LONGEST_BARE and all(
        letter.isdecimal() or letter in BESIDE_DIGITS or letter.isspace() for letter in text
    )


def candidates(
    intents: list[dict[str, Any]], answers: list[dict[str, Any]], count: int = 3
) -> list[dict[str, Any]]:
    """Return what may have been meant, best first, FAQ ids in place of ``faq``."""
    named = [i for i in intents if i["name"] not in (FAQ, OUT_OF_SCOPE, UNSURE)]
    share = next((i["confidence"] for i in intents if i["name"] == FAQ), 0.0)
    every = [(i["name"], i["confidence"]) for i in named]
    every += [(a["intent_response_key"], share * a["confidence"]) for a in answers]
    every.sort(key=lambda pair: -pair[1])
    return [{"name": name, "confidence": confidence} for name, confidence in every[:count]]
