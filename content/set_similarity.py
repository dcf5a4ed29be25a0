"""Find all pairs of sets that have much in common, without comparing every pair."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import ceil

ROUNDING = 1e-9  # so that 0.7 of 10 is never a little more than 7


def pairs_with(
    chosen: Collection[int], sets: Sequence[Collection[str]], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield what ``similar_pairs`` does, of pairs in which at least one is ``chosen``.

    For few of many: each set is looked up once among the tokens of the chosen ones.
    """
    by_token: defaultdict[str, list[int]] = defaultdict(list)
    for index in chosen:
        for token in sets[index]:
            by_token[token].append(index)
    ours = frozenset(chosen)
    for index, tokens in enumerate(sets):
        shared = Counter(other for token in tokens for other in by_token.get(token, ()))
        for other, common in shared.items():
            if other == index or (index in ours and index < other):
                continue
            similarity = common / (len(tokens) + len(sets[other]) - common)
            if similarity >= threshold:
                yield min(index, other), max(index, other), similarity


def similar_pairs(
    sets: Sequence[Collection[str]], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Yield every pair whose Jaccard similarity is at least ``threshold``, exactly once.

    Args:
        sets: distinct tokens each; an empty one is similar to nothing.
        threshold: above 0, up to 1.

    Yields:
        Two indices, the lower first, and the similarity (shared / all tokens, 0 to 1).

    Two sets that share enough must share one of their rarest tokens, so only those are
    indexed. Source: Bayardo, Ma, Srikant, "Scaling Up All Pairs Similarity Search",
    WWW 2007 (prefix and size bounds as for Jaccard in Xiao et al., "Efficient
    Similarity Joins for Near Duplicate Detection", WWW 2008, section 3).
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, not {threshold}")
    frequency = Counter(token for tokens in sets for token in tokens)
    ranked = {token: rank for rank, (token, _) in enumerate(reversed(frequency.most_common()))}
    rows = [sorted(ranked[token] for token in tokens) for tokens in sets]
    whole = [frozenset(row) for row in rows]
    by_token: defaultdict[int, list[int]] = defaultdict(list)
    for index in sorted(range(len(rows)), key=lambda index: len(rows[index])):
        row = rows[index]
        least = threshold * len(row) - ROUNDING
        prefix = row[: len(row) - ceil(least) + 1]
        candidates = {other for token in prefix for other in by_token[token]}
        for other in candidates:
            if len(rows[other]) < least:
                continue
            shared = len(whole[index] & whole[other])
            similarity = shared / (len(row) + len(rows[other]) - shared)
            if similarity >= threshold:
                yield min(index, other), max(index, other), similarity
        for token in prefix:
            by_token[token].append(index)
