"""What changed in a text, word by word, for people to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text: ``kind`` is same, gone or new."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return both texts as one: what stayed, what went, what came, in reading order."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    pieces: list[Piece] = []
    for what, low, high, left, right in SequenceMatcher(None, old, new, False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[low:high])))
            continue
        if high > low:
            pieces.append(Piece("gone", "".join(old[low:high])))
        if right > left:
            pieces.append(Piece("new", "".join(new[left:right])))
    return pieces
