"""The dictionary of measures: what each number means. Screen, file and mail say the same.

Name, formula and denominator of each stand in ``phrases/reports.*.toml``, under
``metric_<measure>``, ``metric_<measure>_formula`` and ``metric_<measure>_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cases.board import ClockState
from reports.figures import Figures, PeriodFigures
from reports.shares import Share, at_fraction


class Measure(StrEnum):
    """What is measured; the value is the key in the dictionary and in files."""

    RECEIVED = "received"
    FINISHED = "finished"
    REOPENED = "reopened"
    JOINED = "joined"
    STANDING_BEFORE = "standing_before"
    STANDING = "standing"
    CONFIDENTIAL = "confidential"
    BACKLOG = "backlog"
    LATE = "late"
    RESOLVE_KEPT = "resolve_kept"
    CONTACT_KEPT = "contact_kept"
    DAYS_MEDIAN = "days_median"
    DAYS_MOST = "days_most"
    REPEATED = "repeated"
    SATISFIED = "satisfied"
    RESPONDED = "responded"
    TALKS = "talks"
    ALONE = "alone"
    ESCALATED = "escalated"


class Form(StrEnum):
    """How a value is written."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    DAYS = "days"
    CHANGE = "change"
    POINTS = "points"
    DAYS_CHANGE = "days_change"
    DATE = "date"
    MOMENT = "moment"
    REFERENCE = "reference"


SHARES = frozenset(
    {
        Measure.RESOLVE_KEPT,
        Measure.CONTACT_KEPT,
        Measure.REPEATED,
        Measure.SATISFIED,
        Measure.RESPONDED,
        Measure.ALONE,
    }
)
DURATIONS = frozenset({Measure.DAYS_MEDIAN, Measure.DAYS_MOST})
MOST_DAYS_OF = 0.9
"""Nine of ten cases were resolved within ``DAYS_MOST``."""

OF_TALKS = frozenset({Measure.TALKS, Measure.ALONE, Measure.ESCALATED})
"""Measures of the whole only: a conversation belongs to no unit."""

Value = int | float | None


def form_of(measure: Measure) -> Form:
    """Return how a measure is written."""
    if measure in SHARES:
        return Form.SHARE
    return Form.DAYS if measure in DURATIONS else Form.COUNT


def change_of(measure: Measure) -> Form:
    """Return how the difference of two values of a measure is written."""
    return {Form.SHARE: Form.POINTS, Form.DAYS: Form.DAYS_CHANGE}.get(form_of(measure), Form.CHANGE)


def share_of(figures: PeriodFigures, measure: Measure) -> Share | None:
    """Return a measure that is a share with what it is a share of."""
    found: Mapping[Measure, Share] = {
        Measure.RESOLVE_KEPT: figures.total.resolve,
        Measure.CONTACT_KEPT: figures.contact,
        Measure.REPEATED: figures.repeated,
        Measure.SATISFIED: figures.faces.satisfied,
        Measure.RESPONDED: figures.faces.responded,
        Measure.ALONE: figures.talks.alone,
    }
    return found.get(measure)


def value_of(figures: PeriodFigures, measure: Measure) -> Value:
    """Return a measure of a period; None where there is nothing to measure."""
    share = share_of(figures, measure)
    if share is not None:
        return share.value
    found: Mapping[Measure, Value] = {
        Measure.RECEIVED: figures.total.received,
        Measure.FINISHED: figures.total.finished,
        Measure.REOPENED: figures.reopened,
        Measure.JOINED: figures.joined,
        Measure.STANDING_BEFORE: figures.standing_before,
        Measure.STANDING: figures.standing,
        Measure.CONFIDENTIAL: figures.confidential,
        Measure.DAYS_MEDIAN: at_fraction(figures.days, 0.5),
        Measure.DAYS_MOST: at_fraction(figures.days, MOST_DAYS_OF),
        Measure.TALKS: figures.talks.held,
        Measure.ESCALATED: figures.talks.escalated,
    }
    return found[measure]


def standing_value(figures: Figures, measure: Measure) -> int:
    """Return a measure of the moment when the report was made."""
    if measure is Measure.LATE:
        return figures.backlog.clock(ClockState.LATE)
    return figures.backlog.total()
