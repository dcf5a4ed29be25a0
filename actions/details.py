"""Find a reference or an amount in what a person wrote."""

from __future__ import annotations

import re
from itertools import islice

from kernel.arabizi import is_arabizi
from kernel.folding import fold_digits

AMOUNT = re.compile(
    r"(?:\b(?:aed|dhs?|dirhams?|درهم|دراهم)\s*[:.]?\s*)(\d[\d,]*(?:\.\d+)?)"
    r"|(\d[\d,]*(?:\.\d+)?)\s*(?:k\b|الف|ألف|مليون)?\s*(?:aed|dhs?|dirhams?|درهما?|دراهم)",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\b(?=[A-Za-z0-9/-]*\d)[A-Za-z]{1,6}[-/ ]?\d[\dA-Za-z/-]+\b"
    r"|(?:رقم(?:ها|ه)?|فاتور[ةه]|إيصال|ايصال|معامل[ةه]|ref(?:erence)?|invoice|receipt|no\.?|number)"
    r"\s*(?:ال\w+\s*)?[:#]?\s*([\d٠-٩][\w/-]{2,})",
    re.IGNORECASE,
)
TWO_DIGITS = re.compile(r"\d\d")


def read_detail(text: str) -> str | None:
    """Return the reference and the amount as written, digits as 0-9; None when there is neither.

    Example: ``"invoice INV-881, 520 dirhams"`` gives ``"INV-881, 520 dirhams"``.
    """
    plain = fold_digits(text)
    references = (match.group(0).strip() for match in REFERENCE.finditer(plain))
    if is_arabizi(text):  # its digits are letters: "rad 3alay" refers to nothing
        references = (reference for reference in references if TWO_DIGITS.search(reference))
    amount = AMOUNT.search(plain)
    found = [*islice(references, 1), *([amount.group(0).strip()] if amount else [])]
    return ", ".join(dict.fromkeys(found)) or None
