"""The law of each kind beyond its clocks: pauses, ladder, closing, grievance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.calendar import WorkingCalendar
from cases.course import Pause
from cases.errors import AnswerMissing, OutcomeMissing
from cases.model import CaseKind, CaseState
from cases.packaged import read_data


@dataclass(frozen=True, slots=True)
class Closing:
    """What an answer of a kind must say, and whether its person may object to it."""

    outcomes: tuple[str, ...]
    answer: bool
    appeal: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Working days after a clock ran out."""

    supervisor: int
    head: int
    again: int


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of ``law.toml``."""

    acknowledge: timedelta
    grievance_days: int
    interim_days: int
    pause_days: Mapping[CaseState, int]
    ladder: Ladder
    closing: Mapping[CaseKind, Closing]
    ended: tuple[str, ...]

    @classmethod
    def load(cls) -> Law:
        """Read ``law.toml`` beside this module."""
        return cls.from_data(read_data("law.toml"))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Law:
        """Read rules of the shape of ``law.toml``.

        Raises:
            KeyError, ValueError: the data is not of that shape.
        """
        return cls(
            acknowledge=timedelta(minutes=data["acknowledge_minutes"]),
            grievance_days=int(data["grievance_days"]),
            interim_days=int(data["interim_days"]),
            pause_days={CaseState(name): int(days) for name, days in data["pause"].items()},
            ladder=Ladder(**data["ladder"]),
            closing={
                kind: Closing(
                    outcomes=tuple(data["closing"][kind]["outcomes"]),
                    answer=bool(data["closing"][kind]["answer"]),
                    appeal=bool(data["closing"][kind]["appeal"]),
                )
                for kind in CaseKind
            },
            ended=tuple(data["ended"]["outcomes"]),
        )

    def limit(self, pause: Pause, calendar: WorkingCalendar) -> datetime:
        """Return when a pause is over at the latest."""
        return calendar.add_working_days(pause.since, self.pause_days[pause.state])

    def outcomes(self, kind: CaseKind) -> tuple[str, ...]:
        """Return what may come of a case of a kind."""
        return (*self.closing[kind].outcomes, *self.ended)

    def check_closing(
        self, number: str, kind: CaseKind, outcome: str | None, answer: str | None
    ) -> None:
        """Refuse an answer that says too little.

        Raises:
            OutcomeMissing: none, or none of this kind.
            AnswerMissing: words must go with it.
        """
        if outcome not in self.outcomes(kind):
            raise OutcomeMissing(number=number)
        speaks = self.closing[kind].answer and outcome not in self.ended
        if speaks and not (answer or "").strip():
            raise AnswerMissing(number=number)
