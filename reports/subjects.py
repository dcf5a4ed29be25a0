"""What people write about most: words that many cases share, with a sentence for each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from kernel.bidi import strip_controls
from kernel.folding import fold
from kernel.language import Language, base_direction
from kernel.masking import mask

MOST = 8
FEWEST_CASES = 3
"""A word of fewer cases is nobody's subject, and a sentence of it might tell who wrote it."""
SHORTEST_WORD = 3
PAIR_OF = 0.6
"""From this share on a word is told with the neighbour that mostly stands beside it."""
LONGEST_EXAMPLE = 140
LIKED_LENGTH = 70

_WORD = re.compile("[^\\W\\d_](?:[^\\W_]|[\u0640\u064b-\u0652\u0670'])*")
_SENTENCE = re.compile(r"(?<=[.!?؟…\n])\s+|\n+")
_PREFIX = re.compile("^(?:و|ف)?(?:بال|كال|لل|ال)(?=...)")
_AND = re.compile("^و(?=ال(?!د(?:[يتهاكة]|ين))...)")
"""The "and" before a word with its article; «والدي», my father, is one word."""
_PERSONAL = re.compile(r"\S*@\S*|https?:\S+|\+?\d[\d\s\-/.]{4,}\d|\b[A-Z]{2,}[-/]?\d[\w-]*")
_HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: its words as people write them, how many cases have it, one sentence."""

    language: Language
    label: str
    cases: int
    example: str


@dataclass(frozen=True, slots=True)
class _Read:
    """One text: its stems with the words they stand for, neighbours among them, sentences."""

    shown: dict[str, str]
    pairs: frozenset[tuple[str, str]]
    sentences: tuple[str, ...]


def top_subjects(texts: Iterable[str], *, most: int = MOST) -> Sequence[Subject]:
    """Return the subjects that most cases share, each case counted for one of them at most.

    The most frequent word takes its cases along, then the most frequent of the rest, and so
    on; each script by itself. Deterministic: the same texts give the same subjects.
    """
    by_language: dict[Language, list[_Read]] = defaultdict(list)
    for text in texts:
        arabic = base_direction(text) == Language.AR.direction
        by_language[Language.AR if arabic else Language.EN].append(_read(text))
    found = [
        one for language, reads in by_language.items() for one in _of_one(language, reads, most)
    ]
    found.sort(key=lambda one: (-one.cases, one.language.value, one.label))
    return found[:most]


def _of_one(language: Language, reads: list[_Read], most: int) -> list[Subject]:
    left, found = list(reads), list[Subject]()
    while len(found) < most:
        counted = Counter(stem for one in left for stem in one.shown)
        best = min(counted.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
        stem, cases = best
        if cases < FEWEST_CASES:
            break
        having = [one for one in left if stem in one.shown]
        left = [one for one in left if stem not in one.shown]
        label = _label(stem, having)
        found.append(Subject(language, label, cases, _example(stem, having)))
    return found


def _label(stem: str, having: list[_Read]) -> str:
    """Return a word as it is mostly written, with the neighbour that mostly stands beside it."""
    pairs = Counter(pair for one in having for pair in one.pairs if stem in pair)
    best = min(pairs.items(), key=lambda one: (-one[1], one[0]), default=None)
    if best is not None and best[1] >= max(FEWEST_CASES, PAIR_OF * len(having)):
        return " ".join(_shown(one, having) for one in best[0])
    return _shown(stem, having)


def _shown(stem: str, having: list[_Read]) -> str:
    forms = Counter(one.shown[stem] for one in having if stem in one.shown)
    return min(forms.items(), key=lambda one: (-one[1], one[0]))[0]


def _example(stem: str, having: list[_Read]) -> str:
    """Return the sentence with the word that is nearest to a length people like to read."""
    sentences = {
        one: abs(len(one) - LIKED_LENGTH)
        for read in having
        for one in read.sentences
        if stem in (kept for kept, _ in _content(one))
    }
    best = min(sentences.items(), key=lambda one: (one[1], one[0]), default=("", 0))[0]
    return best if len(best) <= LONGEST_EXAMPLE else f"{best[: LONGEST_EXAMPLE - 1].rstrip()}…"


def hidden(text: str) -> str:
    """Return a text without what tells who wrote it: numbers, references, addresses."""
    masked = mask(strip_controls(text)).text
    return " ".join(_PERSONAL.sub(_HIDDEN, masked).split())


def _read(text: str) -> _Read:
    content = _content(hidden(text))
    shown: dict[str, str] = {}
    for stem, word in content:
        if stem:
            shown.setdefault(stem, word)
    neighbours = pairwise(content)
    pairs = frozenset((one, two) for (one, _), (two, _) in neighbours if one and two)
    sentences = tuple(one for part in _SENTENCE.split(text) if (one := hidden(part)))
    return _Read(shown, pairs, sentences)


def _content(plain: str) -> list[tuple[str, str]]:
    """Return the words of a text, each with its stem, or with "" when it says nothing."""
    found = []
    for word in _WORD.findall(plain):
        folded = fold(word)
        stem = _PREFIX.sub("", folded)
        empty = len(stem) < SHORTEST_WORD or stem in _empty() or folded in _empty()
        found.append(("" if empty else stem, _AND.sub("", word)))
    return found


@cache
def _empty() -> frozenset[str]:
    """Return the folded words that say nothing by themselves."""
    lines = files("reports").joinpath("empty_words.txt").read_text("utf-8").splitlines()
    listed = [word for line in lines if not line.startswith("#") for word in line.split()]
    return frozenset(fold(word) for word in listed)
