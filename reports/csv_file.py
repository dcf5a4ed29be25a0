"""Tables as CSV that a spreadsheet may open: no cell of it is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from kernel.bidi import strip_controls
from kernel.spreadsheets import begins_formula
from reports.tables import Cell, Report

MARK = b"\xef\xbb\xbf"
"""Tells spreadsheets that UTF-8 follows; without it Excel shows Arabic as nonsense."""

HEAD = ("section", "key", "item", "measure", "value")


def safe(text: str) -> str:
    """Return a text that stays one in any spreadsheet.

    Marks of direction go, which nobody sees and behind which a sign may hide; then an
    apostrophe goes before a sign, whatever blanks, tabs or line ends stand before it.
    """
    plain = strip_controls(text).replace("\0", "")
    return f"'{plain}" if begins_formula(plain) else plain


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of texts as a file; every cell is made safe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return MARK + text.getvalue().encode()


def report_csv(report: Report) -> bytes:
    """Return every number of a report on a line of its own, for programs.

    Shares are from 0 to 1, times are ISO 8601 in the zone of the department; section, key and
    measure stay the same in every language. Our own numbers may be negative:
    they are no texts, and stay as they are.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for section in report.sections:
        _, *others = section.table.columns
        rows = [*section.table.rows, *([section.table.total] if section.table.total else [])]
        for row in rows:
            item = safe(row[0].words(report.zone))
            for column, cell in zip(others, row[1:], strict=True):
                told = (section.key, safe(row[0].key), item, column.key, _plain(cell, report))
                writer.writerow(told)
    return MARK + text.getvalue().encode()


def _plain(cell: Cell, report: Report) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(report.zone).isoformat(timespec="minutes")
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return safe(value) if isinstance(value, str) else str(value)
