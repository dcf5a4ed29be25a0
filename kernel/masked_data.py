"""Mask what lies inside JSON-like data."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from kernel.masking import mask

MOST_DEPTH = 32


def mask_data(value: Any, *, keep: Set[str] = frozenset(), depth: int = MOST_DEPTH) -> Any:
    """Return a copy with every string masked, but for those at the keys of ``keep``.

    An id is no text: masking could hide a part of it that looks like a card number.
    What lies deeper than ``depth`` is left out.
    """
    if isinstance(value, str):
        return mask(value).text
    if depth == 0:
        return None
    if isinstance(value, list):
        return [mask_data(one, keep=keep, depth=depth - 1) for one in value]
    if isinstance(value, dict):
        return {
            name: one
            if name in keep and isinstance(one, str)
            else mask_data(one, keep=keep, depth=depth - 1)
            for name, one in value.items()
        }
    return value
