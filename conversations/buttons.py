"""What may reach the assistant as a command: a pressed button, never a typed text.

Rasa takes a text that begins with ``/`` for an intent with entities, so that typing
``/inform{"amount": "1"}`` would forge what a person said.
"""

from __future__ import annotations

import json
import unicodedata

from conversations.model import Message
from kernel.folding import words
from kernel.pointing import means_same, read_place

COMMAND = "/"
GUARD = "\u200b"
"""Before a slash, it makes the text a plain one for Rasa, and is not seen."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zs", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def without_invisible_start(text: str) -> str:
    """Return the text from its first visible character on; empty when it has none."""
    for index, char in enumerate(text):
        if char not in _FILLERS and unicodedata.category(char) not in _INVISIBLE:
            return text[index:]
    return ""


def for_assistant(message: Message) -> str:
    """Return what the assistant is told: the payload of a button, or the text as plain text.

    A text that does nothing but point ("2", «والثانية؟», "the same") has no words to be
    understood by; it becomes a command too, with what was said in it.
    """
    if message.payload is not None:
        return message.payload
    if read_place(message.text) is not None or means_same(message.text):
        said = {"said": " ".join(words(message.text)), "language": message.language.value}
        return f"/refer{json.dumps(said, ensure_ascii=False)}"
    if without_invisible_start(message.text).startswith(COMMAND):
        return GUARD + message.text
    return message.text
