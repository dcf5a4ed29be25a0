"""The root of a word, or what is left of it when its affixes are gone."""

from __future__ import annotations

import re
from functools import lru_cache

_PREFIXES = ("كال", "بال", "ولل", "وال", "ال", "لل")
_SUFFIXES = (
    *("تمل", "همل", "تان", "تين", "كمل"),
    *("ون", "ات", "ان", "ين", "تن", "كم", "هن", "نا", "يا", "ها", "تم", "كن", "ني", "وا"),
    *("ما", "هم"),
)
_FIRST = frozenset("لبفسويتنا")
_LAST = frozenset("هيكتان")
_PATTERNS = (
    *("مفعل", "فاعل", "فعال", "فعول", "فعيل", "فعله"),
    *("افتعل", "افاعل", "مفعول", "مفعال", "مفعيل", "مفعله", "تفعله", "افعله", "مفتعل", "يفتعل"),
    *("تفتعل", "مفاعل", "تفاعل", "فعوله", "فعاله", "انفعل", "منفعل", "افعال", "فعلان", "تفعيل"),
    *("فاعول", "فواعل", "فعايل", "فاعله", "فعالي"),
    *("استفعل", "مستفعل", "مفعاله", "افتعال", "افعوعل", "تفاعيل"),
)
_FOUR_LETTERS = ("تفعلل", "افعلل", "مفعلل", "فعلله", "فعالل", "افعلال", "متفعلل")
_ENGLISH_ENDINGS = (
    *("ations", "ation", "ments", "ment", "ings", "ing", "ers", "ies", "ied", "ed", "es", "er"),
    *("ly", "s", "y", "e"),
)
_LEAST = 3  # letters that stay


def _compiled(patterns: tuple[str, ...]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Return each pattern with its length; the letters of the model root are groups."""
    return tuple((len(one), re.compile(re.sub("[فعل]", "(.)", one))) for one in patterns)


_SHAPES, _LONG_SHAPES = _compiled(_PATTERNS), _compiled(_FOUR_LETTERS)


@lru_cache(maxsize=32768)
def root(word: str) -> str:
    """Return the root of a folded Arabic word, the stem of an English one.

    At least three letters stay. After Taghva, Elkhoury and Coombs, "Arabic Stemming
    Without A Root Dictionary" (ITCC 2005), on folded text: alef, ya and ta marbuta have
    one form each. English loses its commonest endings only.
    """
    if word.isascii():
        return _without(word, after=_ENGLISH_ENDINGS)
    word = _without(_without(word, before=_PREFIXES), after=_SUFFIXES)
    if word.startswith("وو"):
        word = word[1:]
    if len(word) == 7:
        word = _without_one(word)
    while 4 <= len(word) <= 6:
        shorter = _shaped(word, _SHAPES) or _without_one(word)
        if shorter == word:
            return _shaped(word, _LONG_SHAPES) or word
        word = shorter
    return word


def _without(word: str, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> str:
    for affix in before:
        if word.startswith(affix) and len(word) - len(affix) >= _LEAST:
            return word[len(affix) :]
    for affix in after:
        if word.endswith(affix) and len(word) - len(affix) >= _LEAST:
            return word[: -len(affix)]
    return word


def _without_one(word: str) -> str:
    if word[-1] in _LAST:
        return word[:-1]
    return word[1:] if word[0] in _FIRST else word


def _shaped(word: str, shapes: tuple[tuple[int, re.Pattern[str]], ...]) -> str | None:
    for size, shape in shapes:
        if size == len(word):
            found = shape.fullmatch(word)
            if found:
                return "".join(found.groups())
    return None
