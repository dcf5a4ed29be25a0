"""What Rasa 3.6.21 does in training for a cache that we do not use, left out.

A profile of a training on 11,676 lines had 60 of 190 seconds in hashes of examples, 18 in copies
and 28 in reading files three times, much of it in asking of each text whether it is a date. Every
change here concerns the process that trains and nothing else; a model is the same with and without.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Any

from rasa.shared.nlu.constants import ACTION_NAME, INTENT, INTENT_RESPONSE_KEY, RESPONSE, TEXT
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver

TOLD = (TEXT, INTENT, INTENT_RESPONSE_KEY, RESPONSE, ACTION_NAME)
TELLING = frozenset("tTfFyYnNoO~<=!&*+-.0123456789")
"""What a piece of YAML begins with that may be something else than text (ruamel.yaml 0.17)."""
RESOLVE = VersionedResolver.resolve


def make_training_quick() -> None:
    """Change Rasa's classes in this process; doing it twice changes nothing more."""
    # Rasa's cache looks at a component's own file only: a change beside it would go unseen.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    RasaYAMLReader.validate = _accept
    TrainingData.fingerprint = _fingerprint_of_all
    Message.fingerprint = _fingerprint_of_one
    Message.__deepcopy__ = _copy
    Message.__hash__ = _hash
    VersionedResolver.resolve = _resolved
    if not hasattr(loading.load_data, "read"):
        loading.load_data = _once(loading.load_data)


def _accept(_reader: RasaYAMLReader, _text: str) -> None:
    """Stand in for the schema check: ``content.check`` has checked the files before."""


def _fingerprint_of_all(examples: TrainingData) -> str:
    """Return a name of the object: only the cache compares what it stands for."""
    return str(id(examples))


def _fingerprint_of_one(message: Message) -> str:
    """Return a hash of what was read from a file, for finding lines that stand there twice."""
    told = {key: value for key, value in message.data.items() if isinstance(value, (str, dict))}
    return hashlib.blake2b(repr(sorted(told.items())).encode(), digest_size=16).hexdigest()


def _copy(message: Message, _memo: dict[int, Any]) -> Message:
    """Return a copy of its own; the values, which nothing in training changes, are shared."""
    return Message(dict(message.data), set(message.output_properties))


def _hash(message: Message) -> int:
    """Return a number that two equal messages share, of the five things a file says of one."""
    return hash(tuple(map(message.data.get, TOLD)))


def _resolved(
    resolver: VersionedResolver, kind: type, value: str | None, implicit: tuple[bool, bool]
) -> Any:
    """Return what a piece of YAML is; a text that no number, date or switch begins like is one."""
    if (
        kind is ScalarNode
        and value
        and value[0] not in TELLING
        and not resolver.yaml_path_resolvers
    ):
        return VersionedResolver.DEFAULT_SCALAR_TAG
    return RESOLVE(resolver, kind, value, implicit)


def _once(read: Callable[..., TrainingData]) -> Callable[..., TrainingData]:
    """Return ``read`` with a memory: the importers ask for a file twice, and copy what they get."""
    known: dict[str, TrainingData] = {}

    def load_data(resource_name: str, language: str | None = "en") -> TrainingData:
        if resource_name not in known:  # YAML says the same in every language
            known[resource_name] = read(resource_name, language)
        return known[resource_name]

    load_data.read = known  # type: ignore[attr-defined]
    load_data.stock = read  # type: ignore[attr-defined]
    return load_data
