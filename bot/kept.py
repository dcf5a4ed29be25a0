"""What a second training need not do again: reading files and texts that have not changed.

A text's words, and all that is counted in it, depend on the text alone; so does what a file
says on its bytes. Both are kept in this process by what they depend on, so a model is the same
with and without, but for the last bit of rounding.
"""

from __future__ import annotations

import copy
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils import validation
from rasa.utils.log_utils import configure_structlog

import bot.text_features
from bot.counted_texts import Counts
from bot.tokenizer import FoldingTokenizer

T = TypeVar("T")


class Memory(Generic[T]):
    """Values by key; ``forget_unused`` drops those not asked for since it was last called."""

    def __init__(self) -> None:
        self._now: dict[Any, T] = {}
        self._before: dict[Any, T] = {}

    def get(self, key: Any, make: Callable[[], T]) -> T:
        """Return the value of a key, made now if it was not known."""
        if key not in self._now:
            self._now[key] = self._before.pop(key) if key in self._before else make()
        return self._now[key]

    def forget_unused(self) -> None:
        """Keep what this round used."""
        self._before, self._now = self._now, {}


class Kept:
    """The memories of one process."""

    def __init__(self) -> None:
        self.files: Memory[TrainingData] = Memory()
        self.tokens: Memory[list[Token]] = Memory()
        self.counts: Memory[tuple[Counts, Counts]] = Memory()
        self.valid: Memory[None] = Memory()

    def forget_unused(self) -> None:
        """Forget what the last training did not use."""
        for memory in (self.files, self.tokens, self.counts, self.valid):
            memory.forget_unused()


def keep_between_trainings() -> Kept:
    """Put the memories before what they remember, in this process; return them."""
    configure_structlog(logging.WARNING)  # it would write down what people wrote
    logging.getLogger("rasa").setLevel(logging.ERROR)
    kept = Kept()
    load, tokenize = loading._load, FoldingTokenizer.tokenize
    hold_against = validation.validate_yaml_schema

    def load_file(path: str, language: str | None = "en") -> TrainingData | None:
        digest = hashlib.blake2b(Path(path).read_bytes(), digest_size=16).digest()
        key = digest, os.path.basename(path)
        return copy.deepcopy(kept.files.get(key, lambda: load(path, language)))

    def tokens_of(self: FoldingTokenizer, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute) or ""
        return kept.tokens.get(text, lambda: tokenize(self, message, attribute))

    def hold_against_once(text: str, schema: str, package: str = validation.PACKAGE_NAME) -> None:
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        kept.valid.get((digest, schema, package), lambda: hold_against(text, schema, package))

    validation.validate_yaml_schema = hold_against_once
    loading._load = load_file
    if hasattr(loading.load_data, "stock"):
        loading.load_data = loading.load_data.stock
    FoldingTokenizer.tokenize = tokens_of
    bot.text_features.COUNTED.remember = kept.counts.get
    return kept
