"""Put figures into a report: the same tables for every language and every kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from cases.board import By
from reports.case_tables import backlog_section, column, group_section, measured, named
from reports.figures import GROUPS, Figures, PeriodFigures
from reports.findings import Findings, percent
from reports.metrics import (
    OF_TALKS,
    Form,
    Measure,
    change_of,
    form_of,
    share_of,
    standing_value,
    value_of,
)
from reports.names import Names
from reports.people_tables import (
    dictionary,
    satisfaction_section,
    subject_section,
    talk_section,
)
from reports.tables import (
    NOTHING,
    Cell,
    Chart,
    Report,
    Section,
    Series,
    Table,
    Tile,
)

OF_PERIOD = tuple(one for one in Measure if one not in (Measure.BACKLOG, Measure.LATE))
TILES = (
    Measure.RECEIVED,
    Measure.FINISHED,
    Measure.STANDING,
    Measure.LATE,
    Measure.RESOLVE_KEPT,
    Measure.SATISFIED,
)
TILE_SIGNS = {Measure.LATE: "late", Measure.FINISHED: "done", Measure.RECEIVED: "new"}
NOTES = (
    "report_note_confidential",
    "report_note_groups",
    "report_note_backlog",
    "report_note_confidence",
)


class Composer:
    """Makes one report in one language."""

    def __init__(self, figures: Figures, names: Names, zone: ZoneInfo) -> None:
        self._figures = figures
        self._names = names
        self._zone = zone

    def report(self) -> Report:
        """Return the whole."""
        figures, names = self._figures, self._names
        period = figures.period
        made = Cell(figures.at, Form.MOMENT).words(self._zone)
        sections = [
            self._measures(),
            self._trend(),
            self._kept(),
            backlog_section(figures, names),
            *(group_section(figures, names, by) for by in self._groups()),
            subject_section(figures, names),
            satisfaction_section(figures, names),
            talk_section(figures, names),
            dictionary(names, self._shown()),
        ]
        return Report(
            key=f"{period.rhythm.value}-{period.key}-{figures.scope.department or 'all'}",
            language=names.language,
            zone=self._zone,
            title=f"{names.title(period.rhythm)}: {names.period(period)}",
            subject=names.scope(figures.scope),
            issuer=names.say("desk_issuer"),
            made=names.say("report_made", at=made),
            made_at=figures.at,
            in_short=names.say("report_in_short"),
            tiles=[self._tile(one) for one in TILES],
            findings=Findings(figures, names).all(),
            sections=[one for one in sections if one is not None],
            notes=[names.say(one) for one in NOTES],
            page_words=(names.say("report_page"), names.say("report_page_of")),
        )

    def _shown(self) -> Sequence[Measure]:
        whole = self._figures.scope.department is None
        return [one for one in Measure if whole or one not in OF_TALKS]

    def _groups(self) -> Sequence[By]:
        whole = self._figures.scope.department is None
        return [by for by in GROUPS if whole or by is not By.DEPARTMENT]

    def _tile(self, measure: Measure) -> Tile:
        figures, names = self._figures, self._names
        title, sign = names.measure(measure), TILE_SIGNS.get(measure, "open")
        if measure is Measure.LATE:
            value = standing_value(figures, measure)
            all_of = f"{names.measure(Measure.BACKLOG)}: {figures.backlog.total():,}"
            return Tile(title, f"{value:,}", all_of, sign if value else "done")
        share = share_of(figures.now, measure)
        shown = Cell(value_of(figures.now, measure), form_of(measure)).words(self._zone)
        if share is not None and share.value is None:
            return Tile(title, NOTHING, "", sign)
        if measure is Measure.SATISFIED and share is not None:
            low, high = share.interval() or (0.0, 1.0)
            facts: dict[str, str | int] = {"low": percent(low), "high": percent(high)}
            note = names.say("report_tile_range", answers=share.whole, **facts)
            return Tile(title, shown, note, sign)
        last = figures.last
        if last is None:
            return Tile(title, shown, names.say("report_tile_first"), sign)
        was = Cell(value_of(last, measure), form_of(measure)).words(self._zone)
        return Tile(title, shown, names.say("report_tile_before", value=was), sign)

    def _measures(self) -> Section:
        """Return the period beside the one before it, measure by measure."""
        now, last, names = self._figures.now, self._figures.last, self._names
        rows = []
        for measure in self._shown():
            if measure not in OF_PERIOD:
                value = standing_value(self._figures, measure)
                rows.append([named(names, measure), Cell(value, Form.COUNT), *_nothing(2)])
                continue
            value_now = value_of(now, measure)
            value_was = value_of(last, measure) if last else None
            form = form_of(measure)
            change = None if value_now is None or value_was is None else value_now - value_was
            rows.append(
                [
                    named(names, measure),
                    Cell(value_now, form),
                    Cell(value_was, form),
                    Cell(change, change_of(measure)),
                ]
            )
        columns = [
            column(names, "measure", numeric=False),
            column(names, "now"),
            column(names, "last"),
            column(names, "change"),
        ]
        return Section("measures", names.say("report_section_measures"), Table(columns, rows))

    def _course(self) -> Sequence[tuple[Cell, PeriodFigures]]:
        """Return the periods before and this one, with what they are called."""
        figures, short = self._figures, self._names.short_period
        all_of_them = [*figures.earlier, (figures.period, figures.now)]
        return [(Cell(short(period), key=period.key), one) for period, one in all_of_them]

    def _over_time(self, measures: Sequence[Measure], form: Form) -> Table:
        """Return a line for each period, the one reported on last."""
        names = self._names
        rows = [
            [name, *(Cell(value_of(one, m), form) for m in measures)]
            for name, one in self._course()
        ]
        columns = [column(names, "period", numeric=False), *(measured(names, m) for m in measures)]
        return Table(columns, rows)

    def _trend(self) -> Section:
        names, course = self._names, self._course()
        chart = Chart(
            labels=[str(name.value) for name, _ in course],
            series=[
                Series(names.measure(m), [float(value_of(one, m) or 0) for _, one in course], sign)
                for m, sign in ((Measure.RECEIVED, "2"), (Measure.FINISHED, "1"))
            ],
            says=names.say("report_section_trend"),
        )
        return Section(
            "trend",
            names.say("report_section_trend"),
            self._over_time((Measure.RECEIVED, Measure.FINISHED, Measure.STANDING), Form.COUNT),
            names.say("report_words_trend"),
            chart,
        )

    def _kept(self) -> Section:
        names, course = self._names, self._course()
        measures = (Measure.RESOLVE_KEPT, Measure.CONTACT_KEPT, Measure.SATISFIED)
        chart = Chart(
            labels=[str(name.value) for name, _ in course],
            series=[
                Series(names.measure(m), [value_of(one, m) for _, one in course], sign)
                for m, sign in zip(measures, ("1", "2", "3"), strict=True)
            ],
            says=names.say("report_section_kept"),
            lines=True,
            percent=True,
        )
        table = self._over_time(measures, Form.SHARE)
        return Section("kept", names.say("report_section_kept"), table, chart=chart)


def _nothing(count: int) -> list[Cell]:
    return [Cell(None, Form.COUNT)] * count
