"""A text in pieces, links told apart, as the web chat tells them (``links.js``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINK = re.compile(r"https?://[^\s<>\"'«»\u2066-\u2069\u202a-\u202e]+")
_AFTER_A_SENTENCE = ".,;:!?)]}،؛؟…"


def linked(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, and whether each is an address to follow."""
    done = 0
    for found in _LINK.finditer(text):
        link = found.group().rstrip(_AFTER_A_SENTENCE)
        yield text[done : found.start()], False
        yield link, True
        done = found.start() + len(link)
    yield text[done:], False
