"""How a head is learnt from examples, and asked about a message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rasa.shared.nlu.training_data.message import Message

from bot.calibration import calibrated_head
from bot.folds import NEVER
from bot.labels import CLAUSE_OPINIONS, CLAUSE_ROWS, FOLD, HEADS, OPINION, row_of, rows_of
from bot.linear_head import LinearHead


def learn_head(name: str, examples: Sequence[Message], *, c: float) -> LinearHead | None:
    """Return the head that tells labels of one sort; None if there are fewer than two.

    Args:
        name: a key of ``HEADS``.
        examples: with rows and folds, and perhaps opinions on those held out.
        c: of the support vectors.
    """
    told = [(example, label) for example in examples if (label := HEADS[name](example))]
    labels = [label for _, label in told]
    if len(set(labels)) < 2:
        return None
    messages = [example for example, _ in told]
    folds = np.array([message.get(FOLD, NEVER) for message in messages])
    odds = [_opinion(message.get(OPINION), name) for message in messages]
    known = [one for one in odds if one is not None]
    nothing = np.zeros(len(known[0]) if known else 0, np.float32)
    return calibrated_head(
        rows_of(messages),
        labels,
        folds,
        np.array([nothing if one is None else one for one in odds]) if known else None,
        c=c,
    )


def confidences(head: LinearHead, name: str, message: Message) -> np.ndarray:
    """Return the confidence of each label about a message."""
    return head.confidences(row_of(message), _opinion(message.get(OPINION), name))


def clause_confidences(head: LinearHead, name: str, message: Message) -> list[np.ndarray]:
    """Return the confidence of each label about each clause of a message that has several."""
    rows = message.get(CLAUSE_ROWS) or []
    opinions = message.get(CLAUSE_OPINIONS) or [None] * len(rows)
    return [
        head.confidences(row, _opinion(opinion, name))
        for row, opinion in zip(rows, opinions, strict=True)
    ]


def _opinion(opinion: object, name: str) -> np.ndarray | None:
    return getattr(opinion, "scores", {}).get(name)
