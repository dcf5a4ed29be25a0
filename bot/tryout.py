"""Learn a draft and say what it would make of a message, and why; nothing is kept.

For the content studio, which asks in another process (``bot.tryout_process``): one JSON
object a line on stdin, one a line on stdout.

    {"do": "learn", "lines": [{"text", "intent", "answer"?, "department"?}]}
        -> {"learnt": 13739, "seconds": 18.2}
    {"do": "parse", "text": "..."}
        -> {"parse": {as Rasa's, of our components}, "why": [{"word", "weight"}], "ms": 41}
    {"do": "steals", "answer": "faq/x", "before": ["questions that it has when it is live"]}
        -> {"steals": [{"text", "of"}], "asked": 40}

``why``: how much less sure it is of its answer when the word is left out (0 to 1); below
zero, the word spoke for something else.
``steals``: questions of other answers, the nearest to those of ``answer``, that would go to
it if they were not taught themselves, and would not with the questions it had before.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.faq_retriever import RESPONSE_SELECTOR
from bot.feature_space import matrix
from bot.heads import confidences
from bot.labels import FAQ
from bot.language_tagger import LanguageTagger
from bot.linear_head import LinearHead
from bot.scope_gate import ScopeGate
from bot.side_by_side import side_by_side
from bot.text_features import TextFeatures
from bot.trial import learnt
from kernel.language import Language

MOST_WORDS = 30
NEAREST = 40
NEAR = 0.25
"""Cosine from which a question counts as near."""

SHOWN = ("language", "variety", "intent", "intent_ranking", "department", "department_ranking")


class Tryout:
    """Holds what was learnt last."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._tagger = LanguageTagger(Language.AR)
        self._gate = ScopeGate({**ScopeGate.get_default_config(), **settings.get("ScopeGate", {})})
        self._parts: list[Any] = []
        self._lines: list[dict[str, str]] = []

    def learn(self, lines: list[dict[str, str]]) -> dict[str, Any]:
        """Learn from the lines; what was learnt before is forgotten only then."""
        began = time.monotonic()
        self._parts, self._lines = learnt(lines, self._settings), lines
        return {"learnt": len(lines), "seconds": time.monotonic() - began}

    def parse(self, text: str) -> dict[str, Any]:
        """Return what is made of a text, and which words made it so."""
        began = time.monotonic()
        message = self._asked(text)
        told = {name: message.get(name) for name in SHOWN}
        told[RESPONSE_SELECTOR] = {
            "default": {
                "ranking": (message.get(RESPONSE_SELECTOR) or {})
                .get("default", {})
                .get("ranking", [])
            }
        }
        milliseconds = 1000 * (time.monotonic() - began)
        return {"parse": told, "why": self._why(text, message), "ms": milliseconds}

    def steals(self, answer: str, before: Sequence[str]) -> dict[str, Any]:
        """Return the questions of others that ``answer`` takes with what is new in it."""
        lines = [line for line in self._lines if line["intent"] == FAQ]
        names = np.array([line["answer"] for line in lines])
        space = next(part for part in self._parts if isinstance(part, TextFeatures))
        every = matrix([space._part.row(line["text"]) for line in lines], space._part.width)
        old = frozenset(before)
        ours = names == answer
        new = ours & np.array([line["text"] not in old for line in lines])
        if not new.any() or ours.all():
            return {"steals": [], "asked": 0}
        near = _spread(_nearest(every, new, ~ours), names)
        kept = np.ones(len(lines), bool)
        kept[near] = False
        now, then = side_by_side(
            lambda: LinearHead.learn(every[kept], list(names[kept]), c=1.0),
            lambda: LinearHead.learn(every[kept & ~new], list(names[kept & ~new]), c=1.0),
        )
        stolen = [
            {"text": lines[index]["text"], "of": str(names[index])}
            for index in near
            if _best(now, every[index]) == answer and _best(then, every[index]) == names[index]
        ]
        return {"steals": stolen, "asked": len(near)}

    def _asked(self, text: str) -> Message:
        message = Message({TEXT: text})
        for part in (self._tagger, *self._parts, self._gate):
            part.process([message])
        return message

    def _why(self, text: str, message: Message) -> list[dict[str, Any]]:
        """Leave out each word in turn; return the words that tell most, for and against."""
        words = text.split()[:MOST_WORDS]
        sure = self._sure_of(message)
        best = max(sure, key=lambda name: sure[name]) if sure else None
        if best is None or len(words) < 2:
            return []
        told = []
        for place, word in enumerate(words):
            rest = Message({TEXT: " ".join((*words[:place], *words[place + 1 :]))})
            for part in self._parts[:2]:
                part.process([rest])
            told.append({"word": word, "weight": sure[best] - self._sure_of(rest).get(best, 0.0)})
        return sorted(told, key=lambda one: -abs(one["weight"]))[:8]

    def _sure_of(self, message: Message) -> dict[str, float]:
        """Return how sure each meaning is: intents, and FAQ ids within ``faq``."""
        intent, _, faq = self._parts[2:5]
        found = dict(
            zip(intent._part.labels, confidences(intent._part, "intent", message), strict=True)
        )
        share = found.pop(FAQ, 0.0)
        if faq._part is not None:
            answers = confidences(faq._part, "answer", message)
            found.update(
                {name: share * one for name, one in zip(faq._part.labels, answers, strict=True)}
            )
        return {name: float(one) for name, one in found.items()}


def _best(head: LinearHead, row: Any) -> str:
    return head.labels[int(np.argmax(head.scores(row)[0]))]


def _nearest(rows: Any, ours: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which rows of others are nearest to one of ours, the nearest first."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    like = np.asarray((rows @ rows[ours].T).todense()) / np.outer(lengths, lengths[ours])
    best = like.max(axis=1)
    best[~others] = 0
    order = np.argsort(-best)
    return order[best[order] >= NEAR]


def _spread(near: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Return the first of these, of each answer no more than a third: the rest teaches it."""
    left = {name: max(1, count // 3) for name, count in Counter(names.tolist()).items()}
    kept = []
    for index in near:
        left[names[index]] -= 1
        if left[names[index]] >= 0:
            kept.append(index)
    return np.array(kept[:NEAREST], dtype=int)


def answered(tryout: Tryout, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request."""
    if asked["do"] == "learn":
        return tryout.learn(asked["lines"])
    if asked["do"] == "steals":
        return tryout.steals(asked["answer"], asked.get("before", ()))
    return tryout.parse(asked["text"])
