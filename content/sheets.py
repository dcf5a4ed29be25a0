"""Entries and examples as tables, for spreadsheets: written, and read back row by row."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from content.folder import ContentFolder
from kernel.errors import BaddalaError
from kernel.language import Language
from kernel.spreadsheets import begins_formula

ANSWERS, WORDINGS = "answers", "wordings"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    ANSWERS: (
        *("topic", "owner", "segment", "status", "title_ar", "text_ar", "title_en", "text_en"),
        *("valid_from", "valid_until", "sources"),
    ),
    WORDINGS: ("means", "language", "variety", "department", "text"),
}
MOST_ROWS = 50_000
LARGEST = 3 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
_MARK = "\ufeff"


class UnreadableTable(BaddalaError):
    """A file is no table that can be read; ``reason`` is a phrase key behind ``studio_table_``."""

    code = "unreadable_table"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: ``number`` as a spreadsheet counts, the header is 1."""

    sheet: str
    number: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell's text; empty where there is none."""
        return self.values.get(column, "")


def tables(folder: ContentFolder) -> dict[str, list[list[str]]]:
    """Return all that editors change as two tables, without their headers."""
    entries = folder.entries()
    answers = [
        [
            *(one.topic, one.owner, one.segment, one.status),
            *(one.ar.title, one.ar.text, one.en.title, one.en.text),
            *(str(one.valid_from or ""), str(one.valid_until or ""), "\n".join(one.sources)),
        ]
        for one in entries
    ]
    wordings = [
        [f"faq/{one.topic}", language.value, question.variety, one.owner, question.text]
        for one in entries
        for language in Language
        for question in one.side(language).questions
    ]
    wordings += [
        [taught.intent, language.value, one.variety, one.department or "", one.text]
        for taught in folder.intents()
        for language, examples in taught.examples.items()
        for one in examples
    ]
    return {ANSWERS: answers, WORDINGS: wordings}


def as_workbook(found: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return the tables as an XLSX file in which every cell is text, never a formula."""
    to = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(to, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EDEB"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in found.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(COLUMNS[name]):
                sheet.write_string(0, place, column, head)
                sheet.set_column(place, place, 60 if column.startswith("text") else 18)
            for number, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell, body)
    return to.getvalue()


def as_csv(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return one table as CSV that spreadsheets read as UTF-8 and run nothing of."""
    to = io.StringIO()
    writer = csv.writer(to)
    writer.writerow(COLUMNS[name])
    for row in rows:
        writer.writerow([f"'{cell}" if begins_formula(cell) else cell for cell in row])
    return (_MARK + to.getvalue()).encode()


def read_table(data: bytes) -> list[Row]:
    """Return the rows of an XLSX or CSV file that hold anything.

    Raises:
        UnreadableTable: it is neither, too large, or has no column that is known.
    """
    if len(data) > LARGEST:
        raise UnreadableTable(reason="too_large")
    found = _workbook(data) if data.startswith(b"PK") else _csv(data)
    rows = [row for row in found if any(row.values.values())]
    if len(rows) > MOST_ROWS:
        raise UnreadableTable(reason="too_large")
    return rows


def _workbook(data: bytes) -> Iterator[Row]:
    import openpyxl  # heavy: only who reads a workbook pays for it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTable(reason="too_large")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UnreadableTable(reason="no_table") from error
    known = False
    for sheet in book.worksheets:
        lines = ([_cell(cell) for cell in line] for line in sheet.iter_rows(values_only=True))
        found = _rows(lines)
        if found is not None:
            known = True
            yield from found
    if not known:
        raise UnreadableTable(reason="no_columns")


def _csv(data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(reason="no_utf8") from error
    if "\0" in text:
        raise UnreadableTable(reason="no_table")
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        found = _rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise UnreadableTable(reason="no_table") from error
    if found is None:
        raise UnreadableTable(reason="no_columns")
    yield from found


def _rows(lines: Iterator[list[str]]) -> list[Row] | None:
    """Return the rows under a header that is known; None when it is not."""
    header = [cell.strip().lower() for cell in next(lines, [])]
    name = next((one for one, columns in COLUMNS.items() if columns[0] in header), None)
    if name is None:
        return None
    return [
        Row(name, number, dict(zip(header, map(_plain, line), strict=False)))
        for number, line in enumerate(lines, 2)
    ]


def _plain(cell: str) -> str:
    text = cell.replace("\r\n", "\n").strip()
    return text[1:] if text.startswith("'") and begins_formula(text[1:]) else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value.date().isoformat() if hasattr(value, "date") else str(value)
