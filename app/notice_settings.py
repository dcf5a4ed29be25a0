"""The settings of what people are told of their cases by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from app.setting_values import about
from cases.notices import TO_STAFF, NoticeKind

KINDS = tuple(kind.value for kind in NoticeKind if kind not in TO_STAFF)


def kinds(raw: str) -> tuple[str, ...]:
    """Read kinds of notices."""
    named = tuple(one.strip() for one in raw.split(",") if one.strip())
    if named == ("none",):
        return ()
    if unknown := [one for one in named if one not in KINDS]:
        raise ValueError(f"there is no notice {unknown[0]}: {', '.join(KINDS)}")
    return named


def hours(raw: str) -> str:
    """Read the hours of a day, such as 08:00-21:00."""
    first, _, last = raw.partition("-")
    try:
        begin, end = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError:
        raise ValueError("must be two times of the day, such as 08:00-21:00") from None
    if begin >= end:
        raise ValueError("the first time must be before the second")
    return raw


def hold(raw: str) -> float:
    """Read how long a notice waits."""
    seconds = float(raw)
    if not 0 <= seconds <= 3600:
        raise ValueError("must be a number of seconds from 0 to 3600")
    return seconds


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """A part of ``Settings``; without slots, as every base but one has to be."""

    notices_off: tuple[str, ...] = field(
        default=("closed",),
        metadata=about(
            f"Of which changes people are not told, with commas between: {', '.join(KINDS)}; "
            "or none. They heard at the answer until when they may object, so closing is left out.",
            kinds,
        ),
    )
    notice_hours: str = field(
        default="",
        metadata=about(
            "Between which hours of Dubai people are told of changes, such as 08:00-21:00. "
            "Empty: at any hour. What they ask for themselves is answered at once.",
            hours,
        ),
    )
    notice_hold_s: float = field(
        default=10.0,
        metadata=about(
            "How long a notice waits, so that a slip that is put right at once is not told.", hold
        ),
    )
