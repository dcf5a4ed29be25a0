"""Which of the texts found is meant most."""

from __future__ import annotations

from search.question import Question

AS_TYPED = 4
WHOLE = 2


def score(words: str, question: Question) -> int:
    """Return how well kept words answer a question: as typed before whole before begun.

    Args:
        words: what ``search.words.kept`` made of the text.
    """
    of = set(words.split())
    whole = sum(
        any(all(term.word in of for term in way) for way in group) for group in question.groups
    )
    phrase = " ".join(question.words)
    typed = len(question.words) > 1 and f" {phrase} " in f" {words} "
    return WHOLE * whole + AS_TYPED * typed
