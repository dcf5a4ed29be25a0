"""Say a day in words, as Dubai's calendar shows it."""

from __future__ import annotations

from datetime import datetime

from kernel import validity
from kernel.language import Language
from phrases.catalogue import Catalogue

ZONE = validity.ZONE


def say_day(phrases: Catalogue, at: datetime, language: Language) -> str:
    """Return weekday, day and month of an aware time, for example «الأربعاء 25 نوفمبر»."""
    local = at.astimezone(ZONE)
    return phrases.say(
        "day",
        language,
        weekday=phrases.say(f"weekday_{local.weekday()}", language),
        date=local.day,
        month=phrases.say(f"month_{local.month}", language),
    )
