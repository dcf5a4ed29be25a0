"""Our components in a row, trained and asked without Rasa's graph around them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.department_classifier import DepartmentClassifier
from bot.faq_retriever import FaqRetriever
from bot.intent_classifier import IntentClassifier
from bot.language_tagger import LanguageTagger
from bot.scope_gate import ScopeGate
from bot.shared_network import SharedNetwork
from bot.text_features import TextFeatures

CONTEXT = ExecutionContext(GraphSchema({}))
FEATURES = (TextFeatures, SharedNetwork)
TRAINED = (*FEATURES, IntentClassifier, DepartmentClassifier, FaqRetriever)


def read_examples(path: Path) -> TrainingData:
    """Return the examples of a YAML file, as Rasa reads them."""
    return load_data(str(path))


def build(kind: type[GraphComponent], storage: ModelStorage, **config: Any) -> Any:
    """Return an untrained component with its default settings, some overridden."""
    settings = {**kind.get_default_config(), **config}
    return kind.create(settings, storage, Resource(kind.__name__), CONTEXT)


def load(kind: type[GraphComponent], storage: ModelStorage, **config: Any) -> Any:
    """Return a component as it comes out of a model archive."""
    settings = {**kind.get_default_config(), **config}
    return kind.load(settings, storage, Resource(kind.__name__), CONTEXT)


@dataclass(frozen=True)
class Pipeline:
    """The components of ``config.yml`` that understand, in its order."""

    components: tuple[Any, ...]

    @classmethod
    def train(cls, storage: ModelStorage, examples: TrainingData) -> Pipeline:
        """Return the pipeline trained on ``examples`` and kept in ``storage``."""
        trained = []
        for kind in TRAINED:
            component = build(kind, storage)
            component.train(examples)
            if kind in FEATURES:
                component.process_training_data(examples)
            trained.append(component)
        return cls((build(LanguageTagger, storage), *trained, build(ScopeGate, storage)))

    @classmethod
    def load(cls, storage: ModelStorage) -> Pipeline:
        """Return the pipeline as kept in ``storage``."""
        trained = (load(kind, storage) for kind in TRAINED)
        return cls((build(LanguageTagger, storage), *trained, build(ScopeGate, storage)))

    def read(self, text: str, **metadata: Any) -> Message:
        """Return a message with all that the components say about it."""
        message = Message({TEXT: text, "metadata": metadata})
        for component in self.components:
            component.process([message])
        return message
