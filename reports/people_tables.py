"""Tables of what people wrote and think, what the assistant did, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.floor import Reason
from conversations.ratings import Face
from reports.case_tables import column, named, summed
from reports.figures import Figures
from reports.metrics import Form, Measure
from reports.names import Names
from reports.tables import Cell, Column, Section, Table


def subject_section(figures: Figures, names: Names) -> Section | None:
    """Return what people wrote about most."""
    found = figures.subjects
    if not found:
        return None
    columns = [
        column(names, "subject", numeric=False),
        column(names, "cases"),
        column(names, "example", numeric=False),
    ]
    rows = [[Cell(one.label), Cell(one.cases, Form.COUNT), Cell(one.example)] for one in found]
    title = names.say("report_section_subjects")
    return Section("subjects", title, Table(columns, rows), names.say("report_words_subjects"))


def satisfaction_section(figures: Figures, names: Names) -> Section | None:
    """Return what people said of us; nothing where nobody said anything."""
    faces = figures.now.faces
    if not faces.answers:
        return None
    counts = {Face.HAPPY: faces.happy, Face.NEUTRAL: faces.neutral, Face.UNHAPPY: faces.unhappy}
    rows = [
        [
            Cell(names.say(f"report_face_{face.value}"), key=face.value),
            Cell(count, Form.COUNT),
            Cell(count / faces.answers, Form.SHARE),
        ]
        for face, count in counts.items()
    ]
    total = [
        summed(names),
        Cell(faces.answers, Form.COUNT),
        Cell(1.0, Form.SHARE),
    ]
    columns = [
        column(names, "item", numeric=False),
        column(names, "answers"),
        column(names, "share"),
    ]
    title = names.say("report_section_satisfaction")
    return Section("satisfaction", title, Table(columns, rows, total))


def talk_section(figures: Figures, names: Names) -> Section | None:
    """Return what the assistant did alone, and why people took over."""
    talks = figures.now.talks
    if not talks.held and not talks.reasons:
        return None
    alone = talks.held - talks.escalated

    def part(count: int) -> Cell:
        return Cell(count / talks.held if talks.held else None, Form.SHARE)

    rows = [
        [named(names, Measure.ALONE), Cell(alone, Form.COUNT), part(alone)],
        [
            named(names, Measure.ESCALATED),
            Cell(talks.escalated, Form.COUNT),
            part(talks.escalated),
        ],
    ]
    for reason in Reason:
        if count := talks.reasons.get(reason.value, 0):
            words = names.say(f"report_reason_{reason.value}")
            title = names.say("report_reasons", reason=words)
            rows.append(
                [Cell(title, key=reason.value), Cell(count, Form.COUNT), Cell(None, Form.SHARE)]
            )
    total = [named(names, Measure.TALKS), Cell(talks.held, Form.COUNT), part(talks.held)]
    columns = [
        column(names, "item", numeric=False),
        column(names, "talks"),
        column(names, "share"),
    ]
    return Section("talks", names.say("report_section_talks"), Table(columns, rows, total))


def dictionary(names: Names, measures: Sequence[Measure]) -> Section:
    """Return what measures mean."""
    columns = [
        Column(key, names.say(f"report_column_{key}"), numeric=False)
        for key in ("measure", "formula", "of")
    ]
    rows = [
        [
            Cell(names.measure(one), key=one.value),
            Cell(names.formula(one)),
            Cell(names.denominator(one)),
        ]
        for one in measures
    ]
    return Section("dictionary", names.say("report_section_dictionary"), Table(columns, rows))
