"""Which of a person's cases their words are about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cases.model import Case, CaseKind
from kernel.folding import fold, words
from kernel.questions import is_question

KIND_WORDS = {
    CaseKind.COMPLAINT: ("شكو", "شكاو", "complain", "shakw", "shkw"),
    CaseKind.SUGGESTION: ("اقتراح", "مقترح", "suggest", "eqtira7", "iqtira7", "mo8tara7"),
    CaseKind.CONSULTATION: ("استشار", "opinion", "consult", "estishar", "istishar"),
}
NUMBER = re.compile(r"\d{2,12}")
CLAUSE_ENDS = re.compile(r"[.!?؟\n,،;؛]+")
TELLING_WORDS = 3
SHORTEST = 2


def meant(text: str, cases: Sequence[Case]) -> list[Case]:
    """Return those of ``cases`` that the words leave in question.

    A piece of the number ("شكواي 123") or the kind ("my suggestion") may leave one; words
    that fit none leave all.
    """
    folded = fold(text)
    pieces = NUMBER.findall(folded)
    numbered = [case for case in cases if any(_fits(piece, case.number) for piece in pieces)]
    if numbered:
        return numbered
    kinds = {kind for kind, marks in KIND_WORDS.items() if any(mark in folded for mark in marks)}
    return [case for case in cases if case.kind in kinds] or list(cases)


def _fits(piece: str, number: str) -> bool:
    """Tell whether digits are the counting part of a number, with or without its check digit."""
    digits = number.rpartition("-")[2].lstrip("0")
    return len(piece) >= SHORTEST and piece.lstrip("0") in (digits, digits[:-1])


def says_more(text: str) -> bool:
    """Tell whether a text says something beyond asking how a case stands."""
    return any(
        len(words(NUMBER.sub(" ", fold(clause)))) >= TELLING_WORDS and not is_question(clause)
        for clause in CLAUSE_ENDS.split(text)
    )
