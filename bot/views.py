"""What a classifier looks at in a text: words, roots, letters. No Rasa in here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bot.roots import root
from kernel.arabizi import is_arabizi, transliterate
from kernel.folding import fold, words
from kernel.lexicon import to_msa

SHORTEST, LONGEST = 2, 5
PARTICLES = frozenset({"ال", "و", "ب", "ل", "ف", "ك"})
"""Split off by ``kernel.folding.words``; a pair looks past them."""


@dataclass(frozen=True)
class View:
    """One text: the words whose letters count, its terms each marked by its sort."""

    spelled: tuple[str, ...]
    terms: tuple[str, ...]


def view(text: str) -> View:
    """Return what counts in a text.

    Arabizi counts as typed and in Arabic script. Dialect words count as typed and in the
    MSA that the lexicon puts for them. Terms are words, roots, and pairs of neighbouring
    roots.
    """
    arabizi = is_arabizi(text)
    arabic = transliterate(text) if arabizi else text
    plain = words(arabic)
    standard = to_msa(plain)
    known = frozenset(plain)
    spelled = fold(text).split()
    spelled += fold(arabic).split() if arabizi else []
    spelled += [word for word in standard if word not in known]
    roots = [root(word) for word in standard]
    telling = [one for one in roots if one not in PARTICLES]
    terms = [f"w:{word}" for word in plain]
    terms += [f"r:{one}" for one in roots]
    terms += [f"p:{a} {b}" for a, b in pairwise(telling)]
    return View(tuple(spelled), tuple(terms))


def letters(word: str) -> tuple[str, ...]:
    """Return the character n-grams of a word, padded with one space on both sides.

    Same cut as scikit-learn's ``char_wb``, of two to five characters.
    """
    padded = f" {word} "
    size = len(padded)
    grams: list[str] = []
    for n in range(SHORTEST, LONGEST + 1):
        if n >= size:
            grams.append(padded)
            break
        grams.extend([padded[i : i + n] for i in range(size - n + 1)])
    return tuple(grams)
