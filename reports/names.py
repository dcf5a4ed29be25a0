"""What groups, periods and measures are called, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cases.board import Age, By, ClockState
from cases.departments import DEPARTMENTS
from cases.model import CaseKind, Priority, Segment
from kernel.bidi import strip_controls
from kernel.language import Language
from phrases.catalogue import Catalogue
from reports.figures import Scope
from reports.metrics import Measure
from reports.periods import Period, Rhythm

CHANNELS = frozenset({"webchat", "whatsapp", "phone", "counter", "email"})
_WORDS: Mapping[By, tuple[str, frozenset[str]]] = {
    By.KIND: ("desk_kind", frozenset(CaseKind)),
    By.SEGMENT: ("segment", frozenset(Segment)),
    By.CHANNEL: ("channel", CHANNELS),
    By.PRIORITY: ("priority", frozenset(Priority)),
    By.AGE: ("oversight_age", frozenset(Age)),
    By.CLOCK: ("oversight_clock", frozenset(ClockState)),
}


@dataclass(frozen=True, slots=True)
class Names:
    """The same words as on the managers' screens."""

    phrases: Catalogue
    language: Language

    def say(self, key: str, **facts: str | int) -> str:
        """Return a phrase."""
        return self.phrases.say(key, self.language, **facts)

    def group(self, by: By, value: str) -> str:
        """Return what a group of cases is called."""
        if not value:
            return self.say("oversight_not_told")
        if by is By.DEPARTMENT:
            unit = DEPARTMENTS.get(value)
            return value if unit is None else unit.name(self.language)
        stem, known = _WORDS[by]
        if value not in known:
            return value
        words = self.say(f"{stem}_{value.replace('-', '_').replace('+', '_on')}")
        return words[:1].upper() + words[1:]  # some are said within sentences elsewhere

    def scope(self, scope: Scope) -> str:
        """Return whom a report is about."""
        if scope.department is None:
            return self.say("report_whole")
        return self.group(By.DEPARTMENT, scope.department)

    def title(self, rhythm: Rhythm) -> str:
        """Return what a report of a rhythm is called."""
        return self.say(f"report_title_{rhythm.value}")

    def date(self, day: date) -> str:
        """Return a day with its month in words."""
        return self._plain(
            "report_date", date=day.day, month=self.say(f"month_{day.month}"), year=day.year
        )

    def period(self, period: Period) -> str:
        """Return a period in words."""
        first = period.first
        match period.rhythm:
            case Rhythm.DAILY:
                facts: dict[str, str | int] = {
                    "weekday": self.say(f"weekday_{first.weekday()}"),
                    "date": first.day,
                    "month": self.say(f"month_{first.month}"),
                    "year": first.year,
                }
            case Rhythm.WEEKLY:
                facts = {"first": self.date(first), "last": self.date(period.last)}
            case Rhythm.MONTHLY:
                facts = {"month": self.say(f"month_{first.month}"), "year": first.year}
            case Rhythm.QUARTERLY:
                facts = {"quarter": period.quarter, "year": first.year}
        return self._plain(f"report_period_{period.rhythm.value}", **facts)

    def short_period(self, period: Period) -> str:
        """Return a period in as few words as fit under a bar."""
        first = period.first
        month = self.say(f"month_{first.month}")
        facts: dict[str, str | int] = {"date": first.day, "month": month}
        if period.rhythm is Rhythm.MONTHLY:
            facts = {"month": month}
        if period.rhythm is Rhythm.QUARTERLY:
            facts = {"quarter": period.quarter, "year": first.year}
        return self._plain(f"report_short_{period.rhythm.value}", **facts)

    def measure(self, measure: Measure) -> str:
        """Return what a measure is called."""
        return self.say(f"metric_{measure.value}")

    def formula(self, measure: Measure) -> str:
        """Return how a measure is counted."""
        return self.say(f"metric_{measure.value}_formula")

    def denominator(self, measure: Measure) -> str:
        """Return what a measure is a share of."""
        return self.say(f"metric_{measure.value}_of")

    def _plain(self, key: str, **facts: str | int) -> str:
        """Return a phrase made of our own words only: nothing in it needs an isolate."""
        return strip_controls(self.say(key, **facts))
