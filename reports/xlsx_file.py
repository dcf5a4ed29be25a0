"""A report or a list as an Excel workbook: one sheet per table, real numbers and real dates."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from kernel.bidi import strip_controls
from kernel.language import Language
from reports.metrics import Form
from reports.tables import Cell, Report, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBERS = {
    Form.COUNT: "#,##0",
    Form.SHARE: "0%",
    Form.DAYS: "0.0",
    Form.CHANGE: "+#,##0;-#,##0;0",
    Form.POINTS: "+0%;-0%;0%",
    Form.DAYS_CHANGE: "+0.0;-0.0;0.0",
    Form.DATE: "yyyy-mm-dd",
    Form.MOMENT: "yyyy-mm-dd hh:mm",
}
INK, BRAND, SOFT, LINE = "#10211F", "#0B4F57", "#DBEAE9", "#CEDAD7"
LONGEST_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
NOT_AT_THE_ENDS = "' "
NARROWEST, WIDEST = 10, 60
MEASURED = 500
"""So many rows decide how wide the columns are."""
FONT = {"font_name": "Arial", "font_size": 11, "font_color": INK, "valign": "top"}


class Workbook:
    """Sheets in the direction of their language. No cell is ever a formula or a link."""

    def __init__(
        self, language: Language, zone: ZoneInfo, *, title: str, made_at: datetime
    ) -> None:
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._bytes,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {"title": strip_controls(title), "created": made_at.replace(tzinfo=None)}
        )
        self._language = language
        self._zone = zone
        self._taken: set[str] = set()
        self._formats: dict[tuple[Form, bool, bool], Any] = {}

    def add_words(self, name: str, lines: Sequence[str]) -> None:
        """Add a sheet of sentences, the first as its heading."""
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 110, self._format(Form.TEXT, wrap=True))
        for row, line in enumerate(lines):
            sheet.write_string(
                row, 0, strip_controls(line), self._format(Form.TEXT, bold=not row, wrap=True)
            )

    def add_table(self, name: str, table: Table, *, filters: bool = False) -> None:
        """Add a sheet with a table: its head stays in sight."""
        sheet = self._sheet(name)
        head = self._book.add_format(
            {**FONT, "bold": True, "bg_color": SOFT, "font_color": BRAND, "bottom": 1,
             "bottom_color": LINE, "text_wrap": True}
        )  # fmt: skip
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, strip_controls(column.title), head)
        rows = [*table.rows, *([table.total] if table.total else [])]
        for number, row in enumerate(rows, start=1):
            bold = table.total is not None and number == len(rows)
            for place, cell in enumerate(row):
                self._write(sheet, number, place, cell, bold=bold)
        told = rows[:MEASURED]
        for place, column in enumerate(table.columns):
            longest = max(
                [len(column.title), *(len(row[place].words(self._zone)) for row in told)], default=0
            )
            sheet.set_column(place, place, min(max(longest + 2, NARROWEST), WIDEST))
        sheet.freeze_panes(1, 1)
        if filters and rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.repeat_rows(0)

    def data(self) -> bytes:
        """Return the file."""
        self._book.close()
        return self._bytes.getvalue()

    def _sheet(self, name: str) -> Any:
        plain = " ".join(strip_controls(name).translate(NOT_IN_NAMES).split())
        plain = plain[:LONGEST_NAME].strip(NOT_AT_THE_ENDS)
        number, free = 2, plain
        while free.lower() in self._taken:
            free, number = f"{plain[: LONGEST_NAME - 4]} {number}", number + 1
        self._taken.add(free.lower())
        sheet = self._book.add_worksheet(free)
        if self._language is Language.AR:
            sheet.right_to_left()
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _format(self, form: Form, *, bold: bool = False, wrap: bool = False) -> Any:
        if (form, bold, wrap) not in self._formats:
            facts = {**FONT, "bold": bold, "text_wrap": wrap}
            if form in NUMBERS:
                facts |= {"num_format": NUMBERS[form]}
            if self._language is Language.AR:
                facts |= {"reading_order": 2}
            self._formats[form, bold, wrap] = self._book.add_format(facts)
        return self._formats[form, bold, wrap]

    def _write(self, sheet: Any, row: int, place: int, cell: Cell, *, bold: bool) -> None:
        value, form = cell.value, self._format(cell.form, bold=bold)
        if value is None:
            sheet.write_blank(row, place, None, form)
        elif isinstance(value, datetime):
            # spreadsheets know no zones: the time of the department's clock
            local = value.astimezone(self._zone).replace(tzinfo=None)
            sheet.write_datetime(row, place, local, self._format(Form.MOMENT, bold=bold))
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._format(Form.DATE, bold=bold))
        elif isinstance(value, str):
            wraps = self._format(Form.TEXT, bold=bold, wrap=len(value) > WIDEST)
            sheet.write_string(row, place, strip_controls(value), wraps)
        else:
            sheet.write_number(row, place, value, form)


def report_xlsx(report: Report) -> bytes:
    """Return a report as a workbook: first what it says in short, then a sheet per table."""
    book = Workbook(report.language, report.zone, title=report.title, made_at=report.made_at)
    head = [report.title, report.subject, report.made, ""]
    lines = [*head, report.in_short, *(one.text for one in report.findings), "", *report.notes]
    book.add_words(report.in_short.partition(":")[0], lines)
    for section in report.sections:
        book.add_table(section.title, section.table)
    return book.data()
