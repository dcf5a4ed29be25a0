"""Read JSON that comes from outside so that every database takes what is in it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MOST_DEPTH = 32

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_json(body: bytes) -> Any:
    """Return the value of a JSON text; raises ValueError.

    Half surrogates and NUL become a replacement character, NaN and infinities null, and
    what lies deeper than ``MOST_DEPTH`` is left out.
    """
    try:
        return _clean(json.loads(body), MOST_DEPTH)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _NOT_STORABLE.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, list | dict):
        return value
    if depth == 0:
        return None
    if isinstance(value, list):
        return [_clean(one, depth - 1) for one in value]
    return {
        _NOT_STORABLE.sub("\ufffd", name): _clean(one, depth - 1) for name, one in value.items()
    }
