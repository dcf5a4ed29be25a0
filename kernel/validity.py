"""The days on which an answer holds; read by what answers, and by who edits answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Dubai")
"""Where the days are counted."""

MARKED = "out of date"
"""The status by which an editor says that an answer holds no longer, whatever the days."""

TOPIC, OUTDATED = "answer", "outdated"
"""In the metadata of an answer that is said: the question that it is for, and that its time is over
or has not come, so that something else was said (bot/patches/current_answers.py)."""


def holds(about: Mapping[str, object], today: date) -> bool:
    """Tell whether an answer may be given today, by what its metadata says of it.

    ``valid_from`` and ``valid_until`` are days that both belong to the time, as a ``date`` or as
    YYYY-MM-DD; what is no day says nothing.
    """
    start, end = day_of(about.get("valid_from")), day_of(about.get("valid_until"))
    in_time = (start is None or start <= today) and (end is None or today <= end)
    return in_time and about.get("status") != MARKED


def day_of(told: object) -> date | None:
    """Return the day that was written down; None for nothing, or for what is no day."""
    if isinstance(told, date):
        return told
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
