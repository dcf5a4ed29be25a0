"""A piece of a text round the words that were found, cut so that a page can mark them safely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.folding import fold_aligned
from search.question import Question, Term
from search.words import NUMBER, WORD, numbers, parts, stems

LONGEST = 220
BEFORE = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text as they stand there; ``found``: they are what was looked for."""

    text: str
    found: bool = False


def snippet(text: str, question: Question, *, longest: int = LONGEST) -> tuple[Piece, ...]:
    """Return at most about ``longest`` characters of a text, with what was found told apart.

    The pieces joined are a part of the text, letter for letter, with … where it is cut.
    """
    spans = list(_spans(text, question))
    first = spans[0][0] if spans else 0
    start = _word_start(text, max(0, first - BEFORE)) if len(text) > longest else 0
    end = min(len(text), start + longest)
    pieces = [Piece("…")] if start else []
    done = start
    for begin, stop in spans:
        if begin < done or stop > end:
            continue
        pieces += [Piece(text[done:begin]), Piece(text[begin:stop], found=True)]
        done = stop
    pieces.append(Piece(text[done:end] + ("…" if end < len(text) else "")))
    return tuple(piece for piece in pieces if piece.text)


def _spans(text: str, question: Question) -> Iterator[tuple[int, int]]:
    """Yield from where to where something was found, in order and never over one another."""
    folded, offsets = fold_aligned(text)
    kept = [at for at, char in enumerate(folded) if char != "'"]
    folded = "".join(folded[at] for at in kept)
    offsets = [offsets[at] for at in kept] + [len(text)]
    terms = {term for group in question.groups for way in group for term in way}
    found: list[tuple[int, int]] = [
        (run.start(), run.end())
        for run in NUMBER.finditer(folded)
        if _meets(numbers(run[0]), terms)
    ]
    found += [
        (word.start(), word.end())
        for word in WORD.finditer(folded)
        if _meets([word[0], *stems(word[0]), *parts(word[0])], terms)
    ]
    done = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        begin, stop = offsets[start], offsets[end - 1] + 1
        if begin >= done:
            yield begin, _with_marks(text, stop, offsets[end])
            done = stop


def _with_marks(text: str, stop: int, following: int) -> int:
    """Return the end of a word with the diacritics that fold away behind it."""
    while stop < following and not text[stop].isspace() and not text[stop].isalnum():
        if not _folds_away(text[stop]):
            break
        stop += 1
    return stop


def _folds_away(char: str) -> bool:
    return fold_aligned(char)[0] == ""


def _meets(words: list[str], terms: set[Term]) -> bool:
    return any(
        word.startswith(term.word) if term.begins else word == term.word
        for word in words
        for term in terms
    )


def _word_start(text: str, at: int) -> int:
    while at and not text[at - 1].isspace():
        at -= 1
    return at
