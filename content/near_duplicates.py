"""Examples that say nearly the same thing as another one.

Under one label they make a model look better than it is: cross-validation then tests on
what it trained on. Under two labels they teach it to guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.model import Example
from content.set_similarity import pairs_with, similar_pairs
from kernel.folding import words

ALIKE = 0.7
"""Likeness from which two examples are near-duplicates.

The writers' rule is that two lines share at most 70 % of their words. Of 7,782 hand-written
examples (November 2026), three pairs reached it, all of them greetings; swapping one noun in
a line of seven words gives 0.75, saying the same in other words stays under 0.5.
"""

TELLING_WORDS = 3
"""With fewer different words only equality tells: "correct" and "not correct" share half."""

GRAM = 4
"""Characters in a gram: shorter ones are shared by chance, longer ones miss Arabic affixes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two examples and how alike they are, from ``ALIKE`` to 1 (1: equal once folded)."""

    first: Example
    second: Example
    likeness: float

    @property
    def same_label(self) -> bool:
        """Say whether both teach the same thing."""
        return self.first.label == self.second.label

    @property
    def equal(self) -> bool:
        """Say whether nothing but spelling tells them apart."""
        return self.likeness == 1


def near_duplicates(examples: Sequence[Example], of: frozenset[int] | None = None) -> list[Pair]:
    """Return every pair of examples that are near-duplicates, the most alike first.

    With ``of``, only pairs in which one of these is: a fraction of the work where they are few.

    Likeness is the larger of two Jaccard similarities over the folded text: of the sets
    of words (finds the same words in another order) and of the sets of 4-grams of
    characters (finds the same line with typos, or glued words). It takes about two seconds
    for 8,000 examples.
    """
    found = alike_texts([example.text for example in examples], ALIKE, of)
    pairs = [Pair(examples[low], examples[high], alike) for low, high, alike in found]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.first.place, pair.second.place))


def alike_texts(
    texts: Sequence[str], threshold: float, of: frozenset[int] | None = None
) -> list[tuple[int, int, float]]:
    """Return two indices and the likeness of every two texts that reach ``threshold``."""
    spelt = [words(text) for text in texts]
    likeness = {pair: 1.0 for pair in _equal_pairs(spelt) if of is None or not of.isdisjoint(pair)}
    telling = [index for index, found in enumerate(spelt) if len(set(found)) >= TELLING_WORDS]
    for sets in ([set(spelt[i]) for i in telling], [_grams(spelt[i]) for i in telling]):
        found = similar_pairs(sets, threshold)
        if of is not None:
            ours = [place for place, index in enumerate(telling) if index in of]
            found = pairs_with(ours, sets, threshold)
        for low, high, similarity in found:
            pair = telling[low], telling[high]
            # the same words in another order are not equal
            likeness[pair] = max(likeness.get(pair, 0.0), min(similarity, 0.99))
    return [(low, high, alike) for (low, high), alike in likeness.items()]


def _equal_pairs(spelt: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Yield each example with the first that is spelt the same once folded."""
    first_of: dict[tuple[str, ...], int] = {}
    for index, found in enumerate(spelt):
        first = first_of.setdefault(tuple(found), index)
        if first != index and found:
            yield first, index


def _grams(found: Sequence[str]) -> set[str]:
    line = f" {' '.join(found)} "
    return {line[start : start + GRAM] for start in range(len(line) - GRAM + 1)}


def share_by_label(examples: Sequence[Example], pairs: Sequence[Pair]) -> dict[str, float]:
    """Return which part of each label's examples (0 to 1) is a near-duplicate under it."""
    repeated: defaultdict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.same_label:
            repeated[pair.second.label].add(pair.second.place)
    total: defaultdict[str, int] = defaultdict(int)
    for example in examples:
        total[example.label] += 1
    return {label: len(repeated[label]) / count for label, count in total.items()}
