"""Tag every message with its language and variety."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.labels import whole
from kernel.language import Language
from kernel.reading import read
from kernel.variety import Variety

LANGUAGE = "language"
VARIETY = "variety"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LanguageTagger(GraphComponent):
    """Sets ``language`` (ar, en) and ``variety``; adds an entity ``language``.

    The entity fills the slot of the same name before the first response of the
    turn is chosen. A text without evidence (digits, emoji, "ok") keeps the
    language that the app sends as ``metadata.language``. After an explicit wish
    (``metadata.pinned``) Arabizi keeps it too. Put this first in the pipeline.
    """

    def __init__(self, default: Language) -> None:
        self._default = default

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings config.yml may override."""
        return {"default": Language.AR.value}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageTagger:
        """Build the component; raises ValueError for an unknown default."""
        return cls(Language(config["default"]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Tag messages at prediction time."""
        for message in messages:
            language = self._tag(message)
            told = [e for e in message.get(ENTITIES) or [] if e.get("entity") != LANGUAGE]
            if language is not None:
                told.append(whole(message, LANGUAGE, language.value))
            message.set(ENTITIES, told, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the examples as they are: no part learns from the language of one."""
        return training_data

    def _tag(self, message: Message) -> Language | None:
        """Set the properties; return what the slot shall be, None to leave it as it is."""
        text = message.get(TEXT) or ""
        reading = read(text)
        metadata = message.get("metadata") or {}
        kept = metadata.get("language")
        known = Language(kept) if kept in ("ar", "en") else None
        language = reading.language or known
        if metadata.get("pinned") and known and reading.variety is Variety.ARABIZI:
            language = known
        message.set(LANGUAGE, (language or self._default).value, add_to_output=True)
        message.set(VARIETY, reading.variety.value, add_to_output=True)
        return language
