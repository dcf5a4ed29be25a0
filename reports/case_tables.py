"""Tables of cases: what is unfinished, and what each group of them did."""

from __future__ import annotations

from collections.abc import Sequence

from cases.board import Age, By, ClockState
from reports.figures import Figures, Slice
from reports.metrics import Form, Measure
from reports.names import Names
from reports.tables import Cell, Chart, Column, Section, Series, Table

CLOCKS = (ClockState.IN_TIME, ClockState.DUE, ClockState.LATE, ClockState.PAUSED)
SIGNS = {
    ClockState.IN_TIME: "1",
    ClockState.DUE: "2",
    ClockState.LATE: "late",
    ClockState.PAUSED: "5",
}
BARS_AT_MOST = 12
TOTAL, UNTOLD = "total", "none"
"""Keys of rows that are no group."""


def column(names: Names, key: str, *, numeric: bool = True) -> Column:
    """Return a column with words of its own."""
    return Column(key, names.say(f"report_column_{key}"), numeric)


def measured(names: Names, measure: Measure) -> Column:
    """Return the column of a measure."""
    return Column(measure.value, names.measure(measure))


def named(names: Names, measure: Measure) -> Cell:
    """Return the cell that begins the row of a measure."""
    return Cell(names.measure(measure), key=measure.value)


def summed(names: Names) -> Cell:
    """Return the cell that begins the row of sums."""
    return Cell(names.say("report_column_total"), key=TOTAL)


def backlog_section(figures: Figures, names: Names) -> Section:
    """Return what is unfinished by age and clock, as the managers' screen shows it."""
    backlog = figures.backlog
    counts = {age: [backlog.aged(age, clock) for clock in CLOCKS] for age in Age}
    rows = [
        [
            Cell(names.group(By.AGE, age), key=age.value),
            *_counts(row),
            Cell(sum(row), Form.COUNT),
        ]
        for age, row in counts.items()
    ]
    sums = [sum(row[place] for row in counts.values()) for place in range(len(CLOCKS))]
    total = [summed(names), *_counts([*sums, sum(sums)])]
    columns = [
        column(names, "age", numeric=False),
        *(Column(clock.value, names.group(By.CLOCK, clock)) for clock in CLOCKS),
        column(names, "total"),
    ]
    chart = Chart(
        labels=[names.group(By.AGE, age) for age in Age],
        series=[
            Series(
                names.group(By.CLOCK, clock),
                [float(row[place]) for row in counts.values()],
                SIGNS[clock],
            )
            for place, clock in enumerate(CLOCKS)
        ],
        says=names.say("report_section_backlog"),
        stacked=True,
    )
    title = names.say("report_section_backlog")
    return Section("backlog", title, Table(columns, rows, total), chart=chart)


def group_section(figures: Figures, names: Names, by: By) -> Section:
    """Return one table of groups, the largest first; its numbers add up to the whole."""
    now, backlog = figures.now, figures.backlog
    keys = {*now.by[by], *(one for one, _ in backlog.by[by])}

    def row(title: Cell, one: Slice, unfinished: int, late: int) -> list[Cell]:
        return [
            title,
            *_counts([one.received, one.finished]),
            Cell(one.resolve.value, Form.SHARE),
            *_counts([unfinished, late]),
        ]

    order = sorted(
        keys,
        key=lambda key: (-now.by[by].get(key, Slice()).received, -backlog.of(by, key), key),
    )
    rows = [
        row(
            Cell(names.group(by, key), key=key or UNTOLD),
            now.by[by].get(key, Slice()),
            backlog.of(by, key),
            backlog.late_of(by, key),
        )
        for key in order
    ]
    late = backlog.clock(ClockState.LATE)
    total = row(summed(names), now.total, backlog.total(), late)
    columns = [
        column(names, by.value, numeric=False),
        measured(names, Measure.RECEIVED),
        measured(names, Measure.FINISHED),
        measured(names, Measure.RESOLVE_KEPT),
        column(names, "unfinished"),
        measured(names, Measure.LATE),
    ]
    chart = None
    if by is By.DEPARTMENT:
        drawn = order[:BARS_AT_MOST]
        chart = Chart(
            labels=[names.group(by, key) for key in drawn],
            series=[
                Series(
                    names.say("report_not_late"),
                    [float(backlog.of(by, key) - backlog.late_of(by, key)) for key in drawn],
                    "1",
                ),
                Series(
                    names.measure(Measure.LATE),
                    [float(backlog.late_of(by, key)) for key in drawn],
                    "late",
                ),
            ],
            says=names.say("report_section_department"),
            stacked=True,
            lying=True,
        )
    title = names.say(f"report_section_{by.value}")
    return Section(by.value, title, Table(columns, rows, total), chart=chart)


def _counts(values: Sequence[int]) -> list[Cell]:
    return [Cell(one, Form.COUNT) for one in values]
