"""Learn what changed since a model, where that is little (docs/decisions/0025).

Three ways, told by how many lines came or went since the model that we go on from:

- none (only answers changed): its trained parts are taken over, file by file;
- few: network and support vectors are learnt anew, and the mixture of both keeps its two numbers,
  so the second network and the second heads that fit them are not needed;
- more than ``MOST``, or by other code: all is learnt anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.department_classifier import DepartmentClassifier
from bot.faq_retriever import FaqRetriever
from bot.folds import NEVER
from bot.intent_classifier import IntentClassifier
from bot.labels import FOLD, HEADS, WIDTH, rows_of
from bot.learnt import Archive, Learnt, code_now, keep, lines_of, read_archive
from bot.linear_head import LinearHead
from bot.network import Network
from bot.shared_network import SharedNetwork, Told
from bot.side_by_side import side_by_side
from bot.text_features import TextFeatures
from bot.trained import FILE, Trained

MOST = 0.02
"""The share of lines that may come or go before the mixture is fitted anew.

They are added up from release to release, so small steps never go far from what it was fitted on.
"""
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
        self.heads: dict[str, LinearHead] = {}
        self._at: Path | None = None
        self._read: dict[Path, Archive | None] = {}

    def begin(self, base: Path | None, most: float | None = None) -> None:
        """Go on from a model if that can be; ``choose`` decides once the lines are read."""
        self._most = MOST if most is None else most
        self.way, self.base, self.heads, self._at = ANEW, None, {}, base

    def open(self, base: Path | None) -> None:
        """Read the model that a training will go on from."""
        live = self._archive(base)
        for name in live.parts if live is not None else ():
            live.part(name)

    def choose(self, examples: Sequence[Message]) -> Learnt:
        """Decide how to learn from these lines; return what the model will say of itself."""
        note = Learnt(lines_of(examples), self._code)
        live = self._archive(self._at)
        if live is None or live.learnt.code != note.code:
            return note
        if live.learnt.lines == note.lines:
            self.way, self.base = UNTOUCHED, live
            return live.learnt
        heads = {name for name, kind in HEAD_OF.items() if live.part(kind.__name__) is not None}
        changed = live.learnt.changed + len(live.learnt.lines ^ note.lines)
        if heads != set(Told.by(examples).labels) or changed > self._most * len(note.lines):
            return note
        self.way, self.base = QUICK, live
        return replace(note, changed=changed)

    def _archive(self, path: Path | None) -> Archive | None:
        """Return what a model says of itself; the last one that was asked for is remembered."""
        if path is None:
            return None
        if path not in self._read:
            self._read = {path: read_archive(path)}
        return self._read[path]

    def learn_quickly(self, network: Callable[[], Network], examples: Sequence[Message]) -> Network:
        """Return the network; the heads are learnt beside it and lie in ``heads``."""
        learnt, self.heads = side_by_side(
            network,
            lambda: {
                name: self.learnt_head(name, examples, c=kind.get_default_config()["c"])
                for name, kind in HEAD_OF.items()
                if self.base is not None and self.base.part(kind.__name__) is not None
            },
        )
        return learnt

    def learnt_head(self, name: str, examples: Sequence[Message], *, c: float) -> LinearHead:
        """Return a head learnt anew, with the mixture of the one before."""
        if self.base is None:
            raise ValueError("there is nothing to go on from")
        told = [(example, label) for example in examples if (label := HEADS[name](example))]
        rows = rows_of([example for example, _ in told])
        head = LinearHead.learn(rows, [label for _, label in told], c=c)
        before: LinearHead = self.base.part(HEAD_OF[name].__name__)
        return replace(head, temperature=before.temperature, share=before.share)


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
        told = Told.by(examples)
        network = relearning.learn_quickly(
            lambda: self._learn(examples, told, slice(None)), examples
        )
        return self._keep((tuple(told.labels), network))

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
