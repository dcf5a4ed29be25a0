"""Does a text do nothing but point: "2", "٢", «والثانية؟», "the second one", "the same"?"""

from __future__ import annotations

from functools import cache

from kernel.folding import fold, words
from kernel.wordlists import word_list

LAST = -1

_MOST = 9
_LONGEST = 6  # words; who says more says something
_LIST = "pointing.txt"
_JOINED = ("و", "ع", "ب")


def read_place(text: str) -> int | None:
    """Return the place a text points at, counted from 1, ``LAST``, or None.

    Digits of any script and ordinals in Arabic, Arabizi and English count, up to nine;
    larger numbers are amounts and references. Nothing else may be said beside it.
    """
    said = _said(text)
    if said is None or _same().intersection(said):
        return None
    pointing = [word for word in said if word in _places()]
    if len(pointing) > 1:  # "the second one", "ثاني واحد"
        pointing = [word for word in pointing if word not in word_list(_LIST, "lone")]
    return _places()[pointing[0]] if len(pointing) == 1 else None


def means_same(text: str) -> bool:
    """Tell whether a text says "the same" and nothing else."""
    said = _said(text)
    return said is not None and bool(_same().intersection(said))


@cache
def _places() -> dict[str, int]:
    sections = [(place, f"place {place}") for place in range(1, _MOST + 1)] + [(LAST, "last")]
    return {word: place for place, name in sections for word in word_list(_LIST, name)}


def _same() -> frozenset[str]:
    return word_list(_LIST, "same")


def _said(text: str) -> list[str] | None:
    """Return the words, a written-on "and" taken off; None when one of them says more."""
    found = [_bare(word) for word in words(fold(text[:200]))]
    return found if 0 < len(found) <= _LONGEST and all(map(_known, found)) else None


def _bare(word: str) -> str:
    bare = (word.removeprefix(letter) for letter in _JOINED)
    return word if _known(word) else next((one for one in bare if _known(one)), word)


def _known(word: str) -> bool:
    return word in _places() or word in _same() or word in word_list(_LIST, "around")
