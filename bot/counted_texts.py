"""The rows of many texts at once, counted in arrays and kept from one training to the next.

``feature_space`` says what a row is, text by text, as a server needs it. This says the same of
twelve thousand texts in a second instead of eight; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.feature_space import FeatureSpace, Row, Vocabulary
from bot.views import View, letters


@dataclass(frozen=True)
class Counts:
    """What occurs in a text, by its number, and how often."""

    numbers: np.ndarray
    times: np.ndarray


Both = tuple[Counts, Counts]
"""Of letters and of terms."""


def _made_now(_text: str, make: Callable[[], Both]) -> Both:
    return make()


class Numbers:
    """Gives each term a number for good."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self.terms: list[str] = []

    def of(self, terms: Sequence[str]) -> np.ndarray:
        """Return the numbers of terms, new ones numbered now."""
        found = []
        for term in terms:
            number = self._of.get(term)
            if number is None:
                number = self._of[term] = len(self.terms)
                self.terms.append(term)
            found.append(number)
        return np.array(found, np.int32)


class CountedTexts:
    """Counts texts; a process that stays sets ``remember``, and counts each text once."""

    def __init__(self) -> None:
        self.remember: Callable[[str, Callable[[], Both]], Both] = _made_now
        self._letters, self._terms = Numbers(), Numbers()
        self._words: dict[str, np.ndarray] = {}

    def learn(
        self, texts: Sequence[str], see: Callable[[str], View], *, least: int, share: float
    ) -> tuple[FeatureSpace, list[Row]]:
        """Return the space of the texts and the row of each."""
        counted = [
            self.remember(text, lambda text=text: self._counted(see(text))) for text in texts
        ]
        one, left = _space([each[0] for each in counted], self._letters.terms, least)
        other, right = _space([each[1] for each in counted], self._terms.terms, least)
        width = np.int32(len(one.weight))
        rows = [
            Row(
                np.concatenate([a.numbers, b.numbers + width]),
                np.concatenate([a.times, b.times * np.float32(share)]),
            )
            for a, b in zip(left, right, strict=True)
        ]
        return FeatureSpace(one, other, share), rows

    def _counted(self, seen: View) -> tuple[Counts, Counts]:
        met = [self._of_word(word) for word in seen.spelled]
        spelled = np.concatenate(met) if met else np.empty(0, np.int32)
        return _counts(spelled), _counts(self._terms.of(seen.terms))

    def _of_word(self, word: str) -> np.ndarray:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = self._letters.of(letters(word))
        return found


def _counts(numbers: np.ndarray) -> Counts:
    unique, times = np.unique(numbers, return_counts=True)
    return Counts(unique, times.astype(np.float32))


def _space(
    counted: Sequence[Counts], terms: Sequence[str], least: int
) -> tuple[Vocabulary, list[Counts]]:
    """Return the vocabulary of what occurs in enough texts, and columns and values of each."""
    sizes = np.array([len(one.numbers) for one in counted])
    numbers = np.concatenate([one.numbers for one in counted])
    seen = np.bincount(numbers, minlength=len(terms))
    chosen = sorted(np.flatnonzero(seen >= least), key=terms.__getitem__)
    column = np.full(len(terms), -1, np.int32)
    column[chosen] = np.arange(len(chosen), dtype=np.int32)
    weight = (np.log((1 + len(counted)) / (1 + seen[chosen])) + 1).astype(np.float32)
    index = {terms[number]: place for place, number in enumerate(chosen)}
    columns, row = column[numbers], np.repeat(np.arange(len(counted)), sizes)
    known = columns >= 0
    columns, row = columns[known], row[known]
    times = np.concatenate([one.times for one in counted])[known]
    order = np.lexsort((columns, row))
    columns, row, times = columns[order], row[order], times[order]
    values = (1 + np.log(times)) * weight[columns]
    lengths = np.sqrt(np.bincount(row, values * values, minlength=len(counted)))
    values = (values / np.maximum(lengths, 1e-12)[row]).astype(np.float32)
    ends = np.cumsum(np.bincount(row, minlength=len(counted)))[:-1]
    pieces = zip(np.split(columns, ends), np.split(values, ends), strict=True)
    return Vocabulary(index, weight), [Counts(one, other) for one, other in pieces]
