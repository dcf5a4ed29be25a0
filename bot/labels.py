"""Names and readings of what an example or a message carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from bot.feature_space import Row, matrix

FAQ = "faq"
OUT_OF_SCOPE = "out_of_scope"
UNSURE = "nlu_fallback"
ROW = "baddala_row"
WIDTH = "baddala_width"
CLAUSE_ROWS = "baddala_clause_rows"
FOLD = "baddala_fold"
OPINION = "baddala_opinion"
CLAUSE_OPINIONS = "baddala_clause_opinions"


def department_of(example: Message) -> str | None:
    """Return the department in the example's metadata, if any."""
    metadata = example.get("metadata") or {}
    for level in ("example", "intent"):
        told = (metadata.get(level) or {}).get("department")
        if told:
            return str(told)
    return None


def intent_of(example: Message) -> str | None:
    """Return the intent, without the id of an answer."""
    return example.get(INTENT)


def answer_of(example: Message) -> str | None:
    """Return the id of the answer that an FAQ example asks for."""
    return str(example.get(INTENT_RESPONSE_KEY)) if example.get(INTENT) == FAQ else None


HEADS: dict[str, Callable[[Message], str | None]] = {
    "intent": intent_of,
    "answer": answer_of,
    "department": department_of,
}
"""What is told about a message, and where an example says it."""


def rows_of(messages: Sequence[Message]) -> csr_matrix:
    """Return the features of many messages, shape (n_messages, width)."""
    width = messages[0].get(WIDTH) if messages else 0
    return matrix([row_of(message) for message in messages], width)


def row_of(message: Message) -> Row:
    """Return the features that ``TextFeatures`` put on the message."""
    return message.get(ROW)


def ranked(
    labels: Sequence[str], confidence: np.ndarray, key: str, count: int = 10
) -> list[dict[str, Any]]:
    """Return the best ``count`` labels, best first, as Rasa writes rankings."""
    return [
        {key: labels[i], "confidence": float(confidence[i])}
        for i in np.argsort(-confidence)[:count]
    ]


def whole(message: Message, entity: str, value: str) -> dict[str, Any]:
    """Return an entity about the whole message; Rasa's tools want to know where it stands."""
    end = len(message.get(TEXT) or "")
    return {"entity": entity, "value": value, "start": 0, "end": end, "extractor": "baddala"}
