"""The buttons of the happiness question, and what they stand for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from conversations.lines import RATE_US, Lines
from conversations.model import Button
from conversations.ports import NewMessage
from conversations.ratings import Face
from kernel.language import Language

RATE, WORDS = "/rate", "/rate_words"


def question(
    lines: Lines,
    rating_id: str,
    language: Language,
    at: datetime,
    *,
    reason: str = RATE_US,
    **facts: str | int,
) -> NewMessage:
    """Return the question with its three faces; ``reason`` says which, and needs its facts."""
    buttons = tuple(
        Button(
            lines.title(f"rate_{face.value}", language),
            RATE + json.dumps({"id": rating_id, "face": face.value}),
        )
        for face in Face
    )
    return replace(lines.line(reason, language, at, **facts), buttons=buttons)


def words_button(lines: Lines, rating_id: str, language: Language) -> Button:
    """Return the button that lets a person add a line."""
    return Button(lines.title("rate_words", language), WORDS + json.dumps({"id": rating_id}))
