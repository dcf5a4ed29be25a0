"""Words that give something away: rules over people's texts, written as data.

A rule's phrases are written as people write and matched in folded form. A word without
the Arabic article also matches with it, and with و ف before it (longer ones with ب ل ك
too); ``*`` ends a word openly. English and Arabizi articles count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel.folding import words

WITHIN_WORDS = 8  # how far apart the parts of one rule may stand

_ARTICLE = "ال"
_SKIPPED = frozenset({"ها", "the", "a", "an", "el", "il", "al"})
_JOINED = "وف"
_JOINED_TO_LONG = "وفبلك"
_LONG = 4
_ARABIC_LETTER = re.compile("[ء-ي]")

Phrase = tuple[str, ...]


def _tokens(text: str) -> list[str]:
    """Return folded words; an Arabic article stays with its word, written-on letters go."""
    tokens: list[str] = []
    article = ""
    for piece in words(text):
        if piece == _ARTICLE:
            article = _ARTICLE
        elif piece not in _SKIPPED and not (len(piece) == 1 and _ARABIC_LETTER.match(piece)):
            tokens.append(article + piece)
            article = ""
    return tokens


def _spellings(token: str) -> set[str]:
    """Return the words of a phrase that a word of a text stands for."""
    found = {token}
    bare = token.removeprefix(_ARTICLE) if len(token) >= _LONG else token
    found.add(bare)
    joined = _JOINED_TO_LONG if len(bare) > _LONG else _JOINED
    if len(bare) > 2 and bare[0] in joined:
        found.add(bare[1:])
    return found


@dataclass(frozen=True, slots=True)
class _Begins:
    """The first words of some phrases: whole ones, and the beginnings of open ones."""

    whole: frozenset[str]
    open: tuple[str, ...]

    @classmethod
    def of(cls, group: Iterable[Phrase]) -> _Begins:
        firsts = {phrase[0] for phrase in group}
        ends = {first for first in firsts if first.endswith("*")}
        return cls(frozenset(firsts - ends), tuple(sorted(end[:-1] for end in ends)))


class HeardText:
    """A text, prepared once for many rules."""

    def __init__(self, text: str) -> None:
        tokens = [_spellings(token) for token in _tokens(text)]
        self._tokens = tokens
        self._places: dict[str, list[int]] = {}
        for place, spellings in enumerate(tokens):
            for spelling in spellings:
                self._places.setdefault(spelling, []).append(place)

    def may_have(self, begins: _Begins) -> bool:
        """Whether a phrase may be here by its first word; most texts have none of a rule's."""
        return not begins.whole.isdisjoint(self._places) or (
            bool(begins.open) and any(spelling.startswith(begins.open) for spelling in self._places)
        )

    def places(self, phrase: Phrase) -> list[int]:
        """Return where ``phrase`` begins, as word positions."""
        first, *rest = phrase
        if first.endswith("*"):
            starts = [
                place
                for spelling, places in self._places.items()
                if spelling.startswith(first[:-1])
                for place in places
            ]
        else:
            starts = self._places.get(first, [])
        return [start for start in starts if self._continues(start + 1, rest)]

    def _continues(self, start: int, rest: Sequence[str]) -> bool:
        following = self._tokens[start : start + len(rest)]
        return len(following) == len(rest) and all(
            any(_same(spelling, word) for spelling in spellings)
            for spellings, word in zip(following, rest, strict=True)
        )


def _same(spelling: str, word: str) -> bool:
    return spelling.startswith(word[:-1]) if word.endswith("*") else spelling == word


def _phrase(written: str) -> Phrase:
    phrase: list[str] = []
    for word in written.split():
        tokens = _tokens(word.rstrip("*"))
        if tokens and word.endswith("*"):
            tokens[-1] += "*"
        phrase += tokens
    if not phrase:
        raise ValueError(f"a phrase without words: {written!r}")
    return tuple(phrase)


@dataclass(frozen=True, slots=True)
class Trigger:
    """Fires when each group has a phrase in the text, near each other, and ``unless`` has none."""

    groups: tuple[tuple[Phrase, ...], ...]
    within: int = WITHIN_WORDS
    unless: tuple[Phrase, ...] = ()
    _begins: tuple[_Begins, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begins", tuple(map(_Begins.of, self.groups)))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Trigger:
        """Build a trigger from ``any`` (one group) or ``all`` (several), ``within``, ``unless``.

        Raises:
            ValueError: it has no group, or a phrase has no words.
        """
        groups = [data["any"]] if "any" in data else data.get("all", [])
        if not groups or not all(groups):
            raise ValueError(f"a trigger without phrases: {data.get('name')}")
        return cls(
            groups=tuple(tuple(map(_phrase, group)) for group in groups),
            within=data.get("within", WITHIN_WORDS),
            unless=tuple(map(_phrase, data.get("unless", ()))),
        )

    def fires(self, heard: HeardText) -> bool:
        """Whether the text gives this away."""
        if not all(map(heard.may_have, self._begins)):
            return False
        found = [_all_places(heard, group) for group in self.groups]
        if not all(found) or _all_places(heard, self.unless):
            return False
        return any(
            all(any(first <= place <= first + self.within for place in places) for places in found)
            for first in set().union(*found)
        )


def _all_places(heard: HeardText, group: Iterable[Phrase]) -> set[int]:
    return {place for phrase in group for place in heard.places(phrase)}
