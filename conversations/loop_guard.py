"""Notice two machines that answer each other: nearly the same text, quickly, again and again."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.folding import words

MOST_CONVERSATIONS = 20_000
FEW_WORDS = 5
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class LoopLimits:
    """``most`` texts of at most two kinds, none of them more than ``gap`` after the last."""

    most: int = 8
    gap: timedelta = timedelta(seconds=30)


class LoopGuard:
    """Remembers the last texts of each conversation, in memory: a loop shows itself anew.

    Alike are equal texts, and longer ones that share four words in five (a counter or a
    time in them differs). Other words end it at once, so that a person gets through.
    """

    def __init__(self, limits: LoopLimits) -> None:
        self._limits = limits
        self._texts: OrderedDict[str, deque[tuple[datetime, str, frozenset[str]]]] = OrderedDict()

    def loops(self, conversation_id: str, provider_id: str, text: str, now: datetime) -> bool:
        """Take note of a text, once per message, and tell whether it is one of a loop."""
        texts = self._texts.setdefault(conversation_id, deque(maxlen=self._limits.most))
        self._texts.move_to_end(conversation_id)
        while len(self._texts) > MOST_CONVERSATIONS:
            self._texts.popitem(last=False)
        if texts and now - texts[-1][0] > self._limits.gap:
            texts.clear()
        if all(known != provider_id for _, known, _ in texts):  # services repeat themselves
            texts.append((now, provider_id, frozenset(words(text)[:200])))
        *before, now_said = [one for *_, one in texts]
        if len(texts) < self._limits.most or not any(_alike(now_said, one) for one in before):
            return False
        return _kinds([*before, now_said]) <= 2


def _kinds(texts: list[frozenset[str]]) -> int:
    """Return how many kinds of texts there are, up to three."""
    kinds: list[frozenset[str]] = []
    for text in texts:
        if not any(_alike(text, kind) for kind in kinds):
            kinds.append(text)
            if len(kinds) > 2:
                break
    return len(kinds)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < FEW_WORDS:
        return False
    return len(one & other) >= ALIKE * len(one | other)
