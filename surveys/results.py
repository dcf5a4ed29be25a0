"""What answers say, how sure that is, and what is too little to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversations.ratings import Face
from kernel.language import Language
from surveys.questions import SCALE, Question, QuestionKind
from surveys.statistics import Mean, Share, mean_of, share, shown

LEAST = 5
"""Groups with fewer answers are not shown, unless an installation says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of one unit. ``values``: per question, how often each answer was given."""

    asked: int = 0
    answered: int = 0
    faces: Mapping[Face, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        questions = {**self.values, **other.values}
        return Tally(
            asked=self.asked + other.asked,
            answered=self.answered + other.answered,
            faces=_sum(self.faces, other.faces),
            values={
                one: _sum(self.values.get(one, {}), other.values.get(one, {})) for one in questions
            },
        )


def _sum[Key](one: Mapping[Key, int], other: Mapping[Key, int]) -> dict[Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One question: the share of each answer, and the mean where the answers are numbers."""

    question: Question
    shares: Mapping[str, Share]
    mean: Mean | None = None

    @property
    def count(self) -> int:
        """Return how many answered it."""
        return next((one.of for one in self.shares.values()), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The figures of a unit or of the whole. ``happy`` is None where no face was chosen.

    ``rate``: who answered, of those who were asked. Intervals are of 95 percent.
    """

    asked: int
    answered: int
    rate: Share
    faces: Mapping[Face, Share]
    answers: Mapping[str, Answering]

    @property
    def happy(self) -> Share | None:
        """Return the share of those who are happy; the score by which reports go."""
        return self.faces.get(Face.HAPPY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What may be shown. ``units`` has None for a unit with too few answers; ``total`` too.

    ``asked``: how many were asked in each unit, which tells nothing of what they said.
    """

    total: Outcome | None
    units: Mapping[str, Outcome | None]
    asked: Mapping[str, int]

    @property
    def hidden(self) -> bool:
        """Tell whether a unit is not shown."""
        return None in self.units.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A free line, as it was kept. ``followed_by`` is the case that sees to a low score."""

    text: str
    at: datetime
    language: Language
    department: str
    face: Face | None
    case_number: str | None
    followed_by: str | None


class SurveyReader(Protocol):
    """Counts answers; what reports show of surveys comes from here, too.

    ``departments`` limits to these units; empty: all.
    """

    async def closings(
        self, *, since: datetime, until: datetime, departments: frozenset[str]
    ) -> Mapping[str, Tally]:
        """Return what was said after cases and chats that were asked about in that time."""

    async def campaign(
        self, wave_ids: Sequence[str], *, departments: frozenset[str]
    ) -> Mapping[str, Tally]:
        """Return what was said in askings of a campaign."""

    async def closing_lines(
        self, *, since: datetime, until: datetime, departments: frozenset[str], limit: int
    ) -> Sequence[Line]:
        """Return free lines after closings, newest first; none about confidential cases."""

    async def campaign_lines(
        self, wave_ids: Sequence[str], *, departments: frozenset[str], limit: int
    ) -> Sequence[Line]:
        """Return free lines of a campaign, newest first."""

    async def skipped(self, wave_ids: Sequence[str]) -> Mapping[str, int]:
        """Return how many were drawn and not asked, by reason; ``planned`` are yet to be."""


def results_of(
    tallies: Mapping[str, Tally], questions: Sequence[Question] = (), *, least: int = LEAST
) -> Results:
    """Return what may be shown of what was counted per unit."""
    whole = sum(tallies.values(), Tally())
    told = shown(((unit, one.answered) for unit, one in tallies.items()), least=least)
    return Results(
        total=outcome_of(whole, questions) if whole.answered >= least else None,
        units={
            unit: outcome_of(tallies[unit], questions) if unit in told else None
            for unit in sorted(tallies)
        },
        asked={unit: one.asked for unit, one in tallies.items()},
    )


def outcome_of(tally: Tally, questions: Sequence[Question] = ()) -> Outcome:
    """Return the figures of what was counted, whatever its size."""
    faces = sum(tally.faces.values())
    return Outcome(
        asked=tally.asked,
        answered=tally.answered,
        rate=share(tally.answered, tally.asked),
        faces={one: share(tally.faces.get(one, 0), faces) for one in Face} if faces else {},
        answers={
            one.id: _answering(one, tally.values.get(one.id, {}))
            for one in questions
            if one.values and one.kind is not QuestionKind.FACES
        },
    )


def _answering(question: Question, counted: Mapping[str, int]) -> Answering:
    known = {value: counted.get(value, 0) for value in question.values}
    of = sum(known.values())
    mean = None
    if question.kind is QuestionKind.SCALE:
        mean = mean_of(
            {int(value): count for value, count in known.items()}, within=(SCALE[0], SCALE[-1])
        )
    return Answering(
        question=question,
        shares={value: share(count, of) for value, count in known.items()},
        mean=mean,
    )
