"""What an example looks like: which of those that are there say nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.folder import ContentFolder
from content.near_duplicates import ALIKE, GRAM, TELLING_WORDS
from kernel.folding import words
from kernel.language import Language

AKIN = 0.4
"""Likeness from which two examples look alike to people; ``ALIKE`` is where they are refused."""

REMEMBERED = 60_000


@dataclass(frozen=True, slots=True)
class Known:
    """An example that is there, and what it means."""

    text: str
    label: str
    language: Language


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An example that is there and looks like a given one: from ``AKIN`` to 1."""

    text: str
    known: Known
    likeness: float

    @property
    def refused(self) -> bool:
        """Tell whether the two are too near to teach anything."""
        return self.likeness >= ALIKE


def known_in(folder: ContentFolder) -> list[Known]:
    """Return every example of a folder; raises ContentBroken."""
    found = [
        Known(question.text, f"faq/{entry.topic}", language)
        for entry in folder.entries()
        for language in Language
        for question in entry.side(language).questions
    ]
    found += [
        Known(one.text, taught.intent, language)
        for taught in folder.intents()
        for language, examples in taught.examples.items()
        for one in examples
    ]
    return found


def lookalikes(texts: Sequence[str], known: Sequence[Known], *, least: float) -> list[Lookalike]:
    """Return, for each text, the examples that look like it, the most alike first."""
    found = []
    for text in texts:
        given = _seen(text)
        told = [
            Lookalike(text, one, alike)
            for one in known
            if (alike := _likeness(given, _seen(one.text))) >= least
        ]
        found += sorted(told, key=lambda one: -one.likeness)
    return found


def led_astray(found: Sequence[Lookalike], label: str) -> list[tuple[str, int]]:
    """Return what else the examples of ``label`` look like, and how many of its examples."""
    others = {(one.known.label, one.known.text) for one in found if one.known.label != label}
    return Counter(name for name, _ in sorted(others)).most_common()


def repeated_within(texts: Sequence[str]) -> Iterator[str]:
    """Yield the texts that say nearly what one before them says."""
    for index, text in enumerate(texts):
        if any(_likeness(_seen(text), _seen(one)) >= ALIKE for one in texts[:index]):
            yield text


@dataclass(frozen=True, slots=True)
class _Seen:
    line: str
    words: frozenset[str]
    grams: frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def _seen(text: str) -> _Seen:
    line = " ".join(words(text))
    padded = f" {line} "
    grams = frozenset(padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1))
    return _Seen(line, frozenset(line.split()), grams)


def _likeness(one: _Seen, other: _Seen) -> float:
    """Return how alike two are, as ``near_duplicates`` says it, from 0 to 1."""
    if one.line == other.line:
        return 1.0 if one.line else 0.0
    if min(len(one.words), len(other.words)) < TELLING_WORDS:
        return 0.0
    return min(max(_shared(one.words, other.words), _shared(one.grams, other.grams)), 0.99)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    if len(small) < AKIN * len(large):
        return 0.0
    both = len(small & large)
    return both / (len(small) + len(large) - both)
