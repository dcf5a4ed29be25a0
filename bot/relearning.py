"""Learn what changed since a model, where that is little (docs/decisions/0025).

Three ways, told by the share of lines that came or went since the model that we go on from:

- none (only answers changed): its trained parts are taken over, file by file;
- few: its network is trained on for a few rounds, the support vectors are learnt anew, and the
  mixture of both keeps its two numbers, which were fitted on lines held out;
- more than ``MOST``, or by other code: all is learnt anew.

A training always goes on from a model that was learnt anew, so that small steps never add up.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.department_classifier import DepartmentClassifier
from bot.faq_retriever import FaqRetriever
from bot.feature_space import FeatureSpace, Vocabulary
from bot.folds import NEVER
from bot.intent_classifier import IntentClassifier
from bot.labels import FOLD, HEADS, WIDTH, rows_of
from bot.learnt import Archive, Learnt, code_now, keep, lines_of, read_archive, told_to_heads
from bot.linear_head import LinearHead
from bot.network import Network, Recipe
from bot.shared_network import SharedNetwork, Told
from bot.side_by_side import side_by_side
from bot.text_features import TextFeatures
from bot.trained import FILE, Trained

MOST = 0.0
"""The share of lines that may come or go before all is learnt anew; at 0 one line is too many.

A quick training is not switched on before ``bench.relearning`` has shown that it is as good.
"""
ROUNDS, RATE = 3, 0.004
"""How often a network that is trained on sees each line, and its first step."""
UNTOUCHED, QUICK, ANEW = "untouched", "quick", "anew"
HEAD_OF: dict[str, type[Trained]] = {
    "intent": IntentClassifier,
    "department": DepartmentClassifier,
    "answer": FaqRetriever,
}


class Relearning:
    """How the present training goes: ``way``, and the model that it goes on from."""

    def __init__(self) -> None:
        self._code = code_now()  # what this process has imported
        self._most = MOST
        self.way = ANEW
        self.base: Archive | None = None
        self.space: FeatureSpace | None = None
        self.heads: dict[str, LinearHead] = {}
        self._at: Path | None = None
        self._read: dict[Path, Archive | None] = {}

    def begin(self, base: Path | None, most: float | None = None) -> None:
        """Go on from a model if that can be; ``choose`` decides once the lines are read."""
        self._most = MOST if most is None else most
        self.way, self.base, self.space, self.heads, self._at = ANEW, None, None, {}, base

    def open(self, base: Path | None) -> None:
        """Read the model that a training will go on from, and what that went on from."""
        live = self._archive(base)
        anew = live
        if base is not None and live is not None and live.learnt.start:
            anew = self._archive(base.with_name(live.learnt.start))
        for name in anew.parts if anew is not None else ():
            anew.part(name)

    def choose(self, examples: Sequence[Message]) -> Learnt:
        """Decide how to learn from these lines; return what the model will say of itself."""
        note = Learnt(lines_of(examples), self._code, heads=told_to_heads(examples))
        live = self._archive(self._at)
        if live is None or live.learnt.code != note.code:
            return note
        if live.learnt.lines == note.lines:
            self.way, self.base = UNTOUCHED, live
            return live.learnt
        return self._choose_quick(examples, note, live)

    def _choose_quick(self, examples: Sequence[Message], note: Learnt, live: Archive) -> Learnt:
        at = self._at
        if at is None:
            return note
        if live.learnt.start:
            at = at.with_name(live.learnt.start)
        anew = self._archive(at)
        if anew is None or anew.learnt.start or anew.learnt.code != note.code:
            return note
        told = set(Told.by(examples).labels)
        if told != {name for name in HEADS if _head(anew, name) is not None}:
            return note
        if anew.learnt.share_of_change(note.lines) <= self._most:
            self.way, self.base = QUICK, anew
            os.utime(at)  # the newest models are kept
            return replace(note, start=at.name)
        return note

    def _archive(self, path: Path | None) -> Archive | None:
        """Return what a model says of itself; the last two that were asked for are remembered."""
        if path is None:
            return None
        if path not in self._read:
            self._read[path] = read_archive(path)
            while len(self._read) > 2:
                del self._read[next(iter(self._read))]
        return self._read[path]

    def learn_quickly(self, examples: Sequence[Message], settings: dict[str, Any]) -> Network:
        """Return the network trained on; the heads are learnt beside it and lie in ``heads``."""
        network, self.heads = side_by_side(
            lambda: self._network(examples, settings), lambda: self._learnt_heads(examples)
        )
        return network

    def _network(self, examples: Sequence[Message], settings: dict[str, Any]) -> Network:
        told, base, space = Told.by(examples), self.base, self.space
        if base is None or space is None:
            raise ValueError("there is nothing to go on from")
        names, old = base.part(SharedNetwork.__name__)
        labels = {name: _head(base, name).labels for name in names}
        recipe = Recipe(hidden=settings["hidden"], epochs=ROUNDS, rate=RATE)
        start = old.carried_over(
            columns=self._columns(),
            width=space.width,
            labels=[(labels[name], told.labels[name]) for name in told.labels],
            recipe=recipe,
        )
        sizes = [len(known) for known in told.labels.values()]
        return Network.learn(
            rows_of(examples), list(told.targets.values()), sizes, recipe, start=start
        )

    def _learnt_heads(self, examples: Sequence[Message]) -> dict[str, LinearHead]:
        """Return the heads, those as they were that are told the same lines as before."""
        found: dict[str, LinearHead] = {}
        if self.base is None or self.space is None:
            return found
        told = told_to_heads(examples)
        for name, kind in HEAD_OF.items():
            before = _head(self.base, name)
            if before is not None and self.base.learnt.heads.get(name) == told[name]:
                found[name] = before.carried_over(self._columns(), self.space.width)
            elif before is not None:
                c = kind.get_default_config()["c"]
                found[name] = self.learnt_head(name, examples, c=c)
        return found

    def _columns(self) -> list[tuple[int, int]]:
        """Return the features that were there before: (column then, column now)."""
        if self.base is None or self.space is None:
            return []
        old = self.base.part(TextFeatures.__name__)
        return [*_both(old.letters, self.space.letters), *_shifted(old, self.space)]

    def learnt_head(self, name: str, examples: Sequence[Message], *, c: float) -> LinearHead:
        """Return a head learnt anew, with the mixture of the one before."""
        if self.base is None:
            raise ValueError("there is nothing to go on from")
        told = [(example, label) for example in examples if (label := HEADS[name](example))]
        rows = rows_of([example for example, _ in told])
        head, before = (
            LinearHead.learn(rows, [label for _, label in told], c=c),
            _head(self.base, name),
        )
        return replace(head, temperature=before.temperature, share=before.share)


def _head(base: Archive, name: str) -> Any:
    return base.part(HEAD_OF[name].__name__)


def _both(old: Vocabulary, new: Vocabulary) -> list[tuple[int, int]]:
    return [(old.index[term], at) for term, at in new.index.items() if term in old.index]


def _shifted(old: FeatureSpace, new: FeatureSpace) -> list[tuple[int, int]]:
    """Return the columns of words, which stand behind those of letters."""
    before, now = len(old.letters.weight), len(new.letters.weight)
    return [(then + before, at + now) for then, at in _both(old.terms, new.terms)]


def learn_from_earlier() -> Relearning:
    """Put it before the components' own training in this process; return it."""
    relearning = Relearning()
    _put_features(relearning)
    _put_network(relearning)
    for name, kind in HEAD_OF.items():
        _put_head(relearning, name, kind)
    return relearning


def _put_features(relearning: Relearning) -> None:
    learn, prepare = TextFeatures.train, TextFeatures.process_training_data

    @wraps(learn)
    def train(self: TextFeatures, training_data: TrainingData) -> Resource:
        note = relearning.choose(training_data.intent_examples)
        told = _taken_over(self, relearning) or learn(self, training_data)
        relearning.space = self._part
        keep(self._storage, self._resource, note)
        return told

    @wraps(prepare)
    def process(self: TextFeatures, training_data: TrainingData) -> TrainingData:
        if relearning.way == ANEW:
            return prepare(self, training_data)
        for example in training_data.intent_examples:
            example.set(WIDTH, self._part.width)
            example.set(FOLD, NEVER)  # the mixture is known: nothing is held out
        return training_data

    TextFeatures.train, TextFeatures.process_training_data = train, process


def _put_network(relearning: Relearning) -> None:
    learn, prepare = SharedNetwork.train, SharedNetwork.process_training_data

    @wraps(learn)
    def train(self: SharedNetwork, training_data: TrainingData) -> Resource:
        if relearning.way != QUICK:
            return _taken_over(self, relearning) or learn(self, training_data)
        examples = training_data.intent_examples
        network = relearning.learn_quickly(examples, self._config)
        return self._keep((tuple(Told.by(examples).labels), network))

    @wraps(prepare)
    def process(self: SharedNetwork, training_data: TrainingData) -> TrainingData:
        return prepare(self, training_data) if relearning.way == ANEW else training_data

    SharedNetwork.train, SharedNetwork.process_training_data = train, process


def _put_head(relearning: Relearning, name: str, kind: Any) -> None:
    learn = kind.train

    @wraps(learn)
    def train(self: Trained, training_data: TrainingData) -> Resource:
        if relearning.way != QUICK:
            told: Resource = _taken_over(self, relearning) or learn(self, training_data)
            return told
        head, c = relearning.heads.get(name), self._config["c"]
        if head is not None and c != kind.get_default_config()["c"]:
            head = relearning.learnt_head(name, training_data.intent_examples, c=c)
        return self._keep(head)

    kind.train = train


def _taken_over(part: Trained, relearning: Relearning) -> Resource | None:
    """Give a component what an earlier training made of the same lines, if there is such a one."""
    if relearning.way != UNTOUCHED or relearning.base is None:
        return None
    name = type(part).__name__
    part._part = relearning.base.part(name)
    with part._storage.write_to(part._resource) as folder:
        (folder / FILE).write_bytes(relearning.base.parts[name])
    return part._resource
