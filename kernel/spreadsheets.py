"""What a spreadsheet would run instead of show."""

from __future__ import annotations

from kernel.bidi import strip_controls

_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def begins_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text of a CSV file for a formula.

    Full-width signs count, and signs behind blanks, tabs, line ends or marks of direction.
    Source: OWASP, CSV injection.
    """
    plain = strip_controls(text).replace("\0", "")
    return plain[:1] in ("\t", "\r", "\n") or plain.lstrip().startswith(_SIGNS)
