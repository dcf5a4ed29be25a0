"""Dialect words: what they mean in Modern Standard Arabic, and where they are at home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kernel.folding import words
from kernel.wordlists import table

_NOT_AND = frozenset(
    {"واحد", "وجيه", "ولدي", "وعدنا", "وعدكم", "وعدهم", "وراه"}
)  # their first letter is no "and"
_VERB_STARTS = ("ي", "ت", "ن", "ا")


@dataclass(frozen=True)
class Condition:
    """One condition on the neighbours of a dialect word; ``kind`` as in lexicon.tsv."""

    kind: str
    words: frozenset[str]

    def holds(self, line: Sequence[str], start: int, end: int) -> bool:
        """Tell whether ``line[start:end]`` stands where it may be read as dialect."""
        before = _neighbour(line, start - 1, -1)
        after = _neighbour(line, end, 1)
        if self.kind == "only before verb":
            return len(after) > 3 and after.startswith(_VERB_STARTS)
        if self.kind == "without article":
            return start == 0 or line[start - 1] != "ال"
        if self.kind == "near":
            return not self.words.isdisjoint(line)
        word = after if self.kind.endswith("before") else before
        return (word in self.words) is self.kind.startswith("only")


def _neighbour(line: Sequence[str], at: int, step: int) -> str:
    """Return the next word that is no article or conjunction; "" at the end of the line."""
    while 0 <= at < len(line):
        if line[at] not in ("ال", "و"):
            return line[at]
        at += step
    return ""


@dataclass(frozen=True)
class Entry:
    """One spelling: its split words, its meaning (empty: never rewritten), its evidence."""

    words: tuple[str, ...]
    msa: tuple[str, ...]
    gulf: float
    other: float
    standard: float
    conditions: tuple[Condition, ...]


def find_entries(line: Sequence[str]) -> Iterator[tuple[int, Entry]]:
    """Yield the dialect words of a line with their places, longest first, without overlap.

    Args:
        line: words as ``kernel.folding.words`` gives them.
    """
    at = 0
    lexicon = _lexicon()
    while at < len(line):
        word = line[at]
        likely = word in lexicon or word.startswith("و")
        entry = _entry_at(line, at) if likely else None
        if entry is None:
            at += 1
        else:
            yield at, entry
            at += len(entry.words)


def _entry_at(line: Sequence[str], at: int) -> Entry | None:
    lexicon = _lexicon()
    word = line[at]
    bare = word[1:] if word.startswith("و") and len(word) > 3 and word not in _NOT_AND else word
    for first in dict.fromkeys((word, bare)):
        for entry in lexicon.get(first, ()):
            end = at + len(entry.words)
            if (first, *line[at + 1 : end]) == entry.words and all(
                condition.holds(line, at, end) for condition in entry.conditions
            ):
                return entry
    return None


def to_msa(words: Sequence[str]) -> list[str]:
    """Return the words with dialect ones put into MSA; others stay, order stays.

    Args:
        words: as ``kernel.folding.words`` gives them. What DOMAIN.md 4.3 calls
            ambiguous (ريال, حق, مال, يوم, بعد, تم ...) is rewritten in safe
            neighbourhoods only, or not at all.
    """
    rewritten: list[str] = []
    done = 0
    for at, entry in find_entries(words):
        rewritten += words[done:at]
        if entry.msa and words[at] != entry.words[0]:
            rewritten.append("و")
        done = at + len(entry.words)
        rewritten += entry.msa or words[at:done]
    return rewritten + list(words[done:])


@cache
def _lexicon() -> dict[str, list[Entry]]:
    """Return the entries by their first word, longest first."""
    entries: dict[str, list[Entry]] = {}
    for row in table("lexicon.tsv"):
        forms, msa, variety, *when = row
        weights = _weights(variety)
        conditions = tuple(_condition(text) for text in when[0].split(";")) if when else ()
        for form in forms.split("|"):
            entry = Entry(
                words=tuple(words(form)),
                msa=() if msa == "-" else tuple(words(msa)),
                gulf=weights.get("gulf", 0.0),
                other=weights.get("other", 0.0),
                standard=weights.get("msa", 0.0),
                conditions=conditions,
            )
            entries.setdefault(entry.words[0], []).append(entry)
    for some in entries.values():
        some.sort(key=lambda entry: -len(entry.words))
    return entries


def _weights(text: str) -> dict[str, float]:
    pairs = (part.split() for part in text.split(",") if part.strip() != "-")
    return {name: float(weight) for name, weight in pairs}


def _condition(text: str) -> Condition:
    kind, _, listed = text.partition(":")
    return Condition(kind.strip(), frozenset(words(listed)) - {"ال"})
