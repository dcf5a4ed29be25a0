"""How the options of a message are offered, and what a person means by typing one.

Up to three short ones are reply buttons, up to ten a list. What does not fit is written
out with numbers; then the number or the words count as if pressed.
Source: W/messages/interactive-reply-buttons-messages, W/messages/interactive-list-messages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from conversations.model import Button, Message
from kernel.folding import fold, fold_digits

MOST_BUTTONS, MOST_ROWS = 3, 10
BUTTON_TITLE, BUTTON_ID, BUTTON_BODY = 20, 256, 1024
ROW_TITLE, ROW_ID = 24, 200
LONGEST_TEXT = 4096
LONGEST_CHOICE = 120

_NUMBER = re.compile(r"[(\[]?(\d{1,2})[)\].:-]?")


class Offer(Enum):
    """How options are shown."""

    NONE = auto()
    BUTTONS = auto()
    LIST = auto()
    NUMBERED = auto()


def offer_for(text: str, buttons: Sequence[Button]) -> Offer:
    """Return how a message's options can be shown."""
    if not buttons:
        return Offer.NONE
    titles = [one.title.strip() for one in buttons]
    if not all(titles) or len(set(titles)) < len(titles) or not text.strip():
        return Offer.NUMBERED
    if (
        len(buttons) <= MOST_BUTTONS
        and len(text) <= BUTTON_BODY
        and _fit(buttons, BUTTON_TITLE, BUTTON_ID)
    ):
        return Offer.BUTTONS
    if len(buttons) <= MOST_ROWS and len(text) <= LONGEST_TEXT and _fit(buttons, ROW_TITLE, ROW_ID):
        return Offer.LIST
    return Offer.NUMBERED


def _fit(buttons: Sequence[Button], title: int, payload: int) -> bool:
    payloads = {one.payload for one in buttons}
    return len(payloads) == len(buttons) and all(
        len(one.title.strip()) <= title and 0 < len(one.payload) <= payload for one in buttons
    )


def numbered(text: str, buttons: Sequence[Button]) -> str:
    """Return a text with its options below it, one a line."""
    lines = [f"{number}. {one.title.strip()}" for number, one in enumerate(buttons, start=1)]
    return "\n\n".join(part for part in (text.strip(), "\n".join(lines)) if part)


def chosen(asked: Message, typed: str) -> Button | None:
    """Return the option of ``asked`` that a typed text means, if they were numbered."""
    if offer_for(asked.text, asked.buttons) is not Offer.NUMBERED:
        return None
    number = _NUMBER.fullmatch(fold_digits(typed.strip()))
    if number is not None:
        index = int(number[1]) - 1
        return asked.buttons[index] if 0 <= index < len(asked.buttons) else None
    meant = fold(typed)
    named = [one for one in asked.buttons if fold(one.title) == meant]
    return named[0] if len(named) == 1 else None
