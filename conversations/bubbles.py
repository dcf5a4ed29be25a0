"""How many messages the answers of one turn become, where each message has its price.

It is decided before they are stored, so that one stored message is one sending, with one
place in the delivery ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conversations.model import Answer, Button

GAP = "\n\n"
_PER_OPTION, _PER_LIST = 8, 80


def in_few_bubbles(answers: Sequence[Answer], *, longest: int) -> list[Answer]:
    """Join the answers of a turn, and part what is longer than ``longest`` characters.

    What has buttons ends a message: they belong to the words above them. Where buttons are
    written out, their words count as well.
    """
    joined: list[Answer] = []
    for answer in (part for one in answers for part in _parts(one, longest)):
        last = joined[-1] if joined else None
        if last is not None and not last.buttons and _fits(last, answer, longest):
            text = GAP.join(text for text in (last.text.strip(), answer.text.strip()) if text)
            joined[-1] = Answer(text, answer.buttons, {**last.metadata, **answer.metadata})
        else:
            joined.append(answer)
    return joined


def _fits(one: Answer, other: Answer, longest: int) -> bool:
    return len(one.text) + len(GAP) + len(other.text) + room_for(other.buttons) <= longest


def room_for(buttons: Sequence[Button]) -> int:
    """Return how many characters options may take when they are written out."""
    if not buttons:
        return 0
    return _PER_LIST + sum(len(one.title) + _PER_OPTION for one in buttons)


def _parts(answer: Answer, longest: int) -> Iterator[Answer]:
    """Yield an answer in parts that fit; the buttons stay with the last."""
    text = answer.text
    most = max(longest - room_for(answer.buttons), longest // 4)
    while len(text) > most:
        end = _break(text, most)
        yield Answer(text[:end].rstrip())
        text = text[end:].lstrip()
    yield Answer(text, answer.buttons, answer.metadata)


def _break(text: str, most: int) -> int:
    """Return where to part a text: at a blank line, a line, a sentence, a space, or anywhere."""
    for mark in (GAP, "\n", ". ", "؟ ", "، ", " "):
        at = text.rfind(mark, most // 2, most)
        if at > 0:
            return at + len(mark)
    return most
