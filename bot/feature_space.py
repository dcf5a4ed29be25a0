"""Sparse, weighted, normalised features of a text: two TF-IDF spaces side by side."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.views import View, letters, view

WORDS_KEPT = 20_000
"""Words whose letters are remembered, some four megabytes."""


@dataclass(frozen=True)
class Vocabulary:
    """One TF-IDF space: the column of each term, and the weight of each column."""

    index: dict[str, int]
    weight: np.ndarray

    @classmethod
    def learn(cls, documents: Iterable[Sequence[str]], least: int) -> Vocabulary:
        """Keep the terms that occur in at least ``least`` documents."""
        seen: Counter[str] = Counter()
        count = 0
        for document in documents:
            count += 1
            seen.update(set(document))
        kept = sorted(term for term, times in seen.items() if times >= least)
        weight = [np.log((1 + count) / (1 + seen[term])) + 1 for term in kept]
        return cls({term: i for i, term in enumerate(kept)}, np.asarray(weight, dtype=np.float32))

    def numbers(self, document: Sequence[str]) -> np.ndarray:
        """Return the columns of a document's known terms, a repeated one repeated."""
        columns = (self.index.get(term) for term in document)
        return np.array([column for column in columns if column is not None], np.int32)

    def weighed(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (columns, values): sublinear counts, length 1."""
        columns, times = np.unique(numbers, return_counts=True)
        values = (1 + np.log(times.astype(np.float32))) * self.weight[columns]
        length = float(np.sqrt(values @ values))
        return columns, values / length if length else values

    def row(self, document: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return (columns, values) of one document."""
        return self.weighed(self.numbers(document))


@dataclass(frozen=True)
class Row:
    """One message: the columns it has and their values, both of shape (n_terms,)."""

    columns: np.ndarray
    values: np.ndarray

    def fingerprint(self) -> str:
        """Return a hash for Rasa's cache; the default, printing the array, costs a millisecond."""
        content = self.columns.tobytes() + self.values.tobytes()
        return hashlib.blake2b(content, digest_size=16).hexdigest()


def matrix(rows: Sequence[Row], width: int) -> csr_matrix:
    """Return many rows as one matrix, shape (n_rows, width), float32."""
    starts = np.concatenate([[0], np.cumsum([len(row.columns) for row in rows])])
    columns = np.concatenate([row.columns for row in rows]) if rows else np.empty(0, np.int32)
    values = np.concatenate([row.values for row in rows]) if rows else np.empty(0, np.float32)
    return csr_matrix((values, columns, starts), shape=(len(rows), width))


@dataclass(frozen=True)
class FeatureSpace:
    """Letters and words of a message side by side, each part of length 1; words weigh ``share``."""

    letters: Vocabulary
    terms: Vocabulary
    share: float
    _met: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def learn(cls, texts: Sequence[str], *, least: int = 2, share: float = 1.0) -> FeatureSpace:
        """Keep what occurs in at least ``least`` of ``texts``."""
        return cls.learn_from([view(text) for text in texts], least=least, share=share)

    @classmethod
    def learn_from(cls, seen: Sequence[View], *, least: int, share: float) -> FeatureSpace:
        """Keep what occurs in at least ``least`` of the texts seen."""
        cut: dict[str, tuple[str, ...]] = {}
        for one in seen:
            for word in one.spelled:
                if word not in cut:
                    cut[word] = letters(word)
        spelled = ([gram for word in one.spelled for gram in cut[word]] for one in seen)
        return cls(
            Vocabulary.learn(spelled, least),
            Vocabulary.learn((one.terms for one in seen), least),
            share,
        )

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.letters.weight) + len(self.terms.weight)

    def row(self, text: str) -> Row:
        """Return one message; an empty text has no columns."""
        return self.row_of(view(text))

    def row_of(self, seen: View) -> Row:
        """Return the row of a text that has been seen."""
        met = [self._letters_of(word) for word in seen.spelled]
        left, high = self.letters.weighed(np.concatenate(met) if met else np.empty(0, np.int32))
        right, low = self.terms.row(seen.terms)
        columns = np.concatenate([left, right + len(self.letters.weight)])
        return Row(columns.astype(np.int32), np.concatenate([high, low * np.float32(self.share)]))

    def _letters_of(self, word: str) -> np.ndarray:
        """Return the columns of a word's letters, kept for the next time it is met."""
        found = self._met.get(word)
        if found is None:
            found = self.letters.numbers(letters(word))
            if len(self._met) < WORDS_KEPT:
                self._met[word] = found
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_met": {}}
