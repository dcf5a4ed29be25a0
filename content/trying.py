"""Trying a draft out: what it would make of a message, and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from content.folder import ContentFolder
from kernel.errors import BaddalaError
from kernel.language import Language

Line = dict[str, str]


class TryingFailed(BaddalaError):
    """The draft cannot be tried now; ``problem`` says why."""

    code = "trying_failed"


@dataclass(frozen=True, slots=True)
class Learning:
    """How far it is: ``version`` names what is known, ``since_s`` runs while it learns."""

    version: str | None
    since_s: float | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What the draft makes of a message: a parse in Rasa's shape, the telling words, the time."""

    parse: Mapping[str, Any]
    why: Sequence[tuple[str, float]]
    ms: float


@dataclass(frozen=True, slots=True)
class Stolen:
    """A question that would go elsewhere: its text and the topic that it belongs to."""

    text: str
    topic: str


class Trying(Protocol):
    """Learns drafts in the background, one at a time."""

    def learning(self) -> Learning:
        """Return how far it is."""

    def learn(self, version: str, lines: Sequence[Line]) -> None:
        """Begin to learn, unless this version is known or being learnt."""

    async def parse(self, text: str) -> Tried:
        """Return what is made of a text by what was learnt last; raises TryingFailed."""

    async def steals(self, topic: str, before: Sequence[str]) -> Sequence[Stolen]:
        """Return the questions of others that a topic takes with what is new in it.

        Args:
            topic: of the draft that was learnt last.
            before: the questions that it has live.

        Raises:
            TryingFailed: it cannot be told now.
        """


def lines_of(folder: ContentFolder) -> list[Line]:
    """Return everything that is taught, as it is learnt; raises ContentBroken."""
    lines = [
        {"text": question.text, "intent": "faq", "answer": f"faq/{entry.topic}"}
        | ({"department": entry.owner} if entry.owner else {})
        for entry in folder.entries()
        for language in Language
        for question in entry.side(language).questions
    ]
    lines += [
        {"text": one.text, "intent": taught.intent}
        | ({"department": one.department} if one.department else {})
        for taught in folder.intents()
        for examples in taught.examples.values()
        for one in examples
    ]
    return lines


def version_of(lines: Sequence[Line]) -> str:
    """Return a name for what is taught, whatever else changes."""
    told = json.dumps(lines, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
