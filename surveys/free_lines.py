"""Free lines as managers read them: nothing in them leads to a person."""

from __future__ import annotations

import re

from kernel.folding import fold_digits
from kernel.masking import BULLET, mask

_HIDDEN = BULLET * 3
_MAIL = re.compile(r"[^\s@<>«»()،,;:]+@[^\s@<>«»()،,;:]+\.[^\s@<>«»()،,;:]+")
_NUMBER = re.compile(r"(?<![\d-])\+?\d(?:[\s\u00a0().-]{0,2}\d){6,}(?![\d-])")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def without_contacts(text: str) -> str:
    """Hide mail addresses, links and every number of seven digits or more, in any script.

    Numbers of cases and invoices have letters before their digits, and stay; cards, IBANs,
    Emirates IDs and secrets were hidden when the line was kept, and are hidden here again.
    """
    text = _MAIL.sub(_HIDDEN, _LINK.sub(_HIDDEN, mask(text).text))
    pieces, done = [], 0
    for match in _NUMBER.finditer(fold_digits(text)):
        start, end = match.span()
        if text[:start].endswith("-"):
            continue  # the rest of a number of a case
        pieces += [text[done:start], _HIDDEN]
        done = end
    return "".join([*pieces, text[done:]])
