"""The same numbers in the PDF, the workbook and the file for programs."""

import csv
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from kernel.bidi import strip_controls
from kernel.language import Language
from reports.csv_file import report_csv
from reports.pdf_file import report_pdf
from reports.tables import Cell, Column, Report, Table
from reports.xlsx_file import Workbook, report_xlsx
from tests.app.reports.conftest import AT, DUBAI, FONTS, report_in


def test_the_pdf_holds_every_number_in_our_letters_and_says_its_language(report: Report) -> None:
    reader = PdfReader(io.BytesIO(report_pdf(report, FONTS)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for section in report.sections:
        for row in [*section.table.rows, *([section.table.total] if section.table.total else [])]:
            for column, cell in zip(section.table.columns, row, strict=True):
                if column.numeric and cell.value is not None:
                    assert cell.words(DUBAI) in text, (section.key, row[0].value)
    assert reader.metadata is not None
    assert reader.metadata.title == strip_controls(report.title)
    assert len(reader.pages) < 10
    catalog = reader.trailer["/Root"]
    assert str(catalog["/Lang"]) == report.language.value
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 a PDF's own kind of true
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("IBM-Plex" in one or "Plex" in one for one in fonts), fonts


def test_the_workbook_has_the_same_tables_in_the_direction_of_its_language(report: Report) -> None:
    book = load_workbook(io.BytesIO(report_xlsx(report)))
    assert len(book.sheetnames) == 1 + len(report.sections)
    assert len(set(book.sheetnames)) == len(book.sheetnames)
    for sheet in book.worksheets:
        assert bool(sheet.sheet_view.rightToLeft) == (report.language is Language.AR)
    for sheet, section in zip(book.worksheets[1:], report.sections, strict=True):
        rows = [*section.table.rows, *([section.table.total] if section.table.total else [])]
        assert sheet.max_row == 1 + len(rows)
        assert sheet.freeze_panes == "B2"
        for number, row in enumerate(rows, start=2):
            for place, cell in enumerate(row, start=1):
                found = sheet.cell(number, place)
                value = cell.value
                expected = strip_controls(value) if isinstance(value, str) else pytest.approx(value)
                assert found.value == expected
                assert found.data_type != "f", "no formula, whatever people write"


def test_a_date_in_the_workbook_is_one_and_says_the_time_of_dubai() -> None:
    columns = [Column("number", "رقم الطلب", numeric=False), Column("opened", "تاريخ الفتح")]
    rows = [[Cell("=1+1"), Cell(AT)], [Cell("DF-26-000019"), Cell(AT.date())]]
    book = Workbook(Language.AR, DUBAI, title="قائمة", made_at=AT)
    book.add_table("طلبات [2026]: الكل", Table(columns, rows), filters=True)
    book.add_table("طلبات [2026]: الكل", Table(columns, rows))
    first, second = load_workbook(io.BytesIO(book.data())).worksheets
    assert first["B2"].value == datetime(2026, 11, 2, 8, 30, tzinfo=DUBAI).replace(tzinfo=None)
    assert first["B2"].is_date
    assert first["B3"].is_date
    assert (first["A2"].value, first["A2"].data_type) == ("=1+1", "s")
    assert first.auto_filter.ref == "A1:B3"
    assert first.title != second.title


def test_the_file_for_programs_has_a_line_for_every_number(report: Report) -> None:
    text = report_csv(report).decode("utf-8-sig")
    head, *lines = list(csv.reader(io.StringIO(text, newline="")))
    assert head == ["section", "key", "item", "measure", "value"]
    told = {(line[0], line[1], line[3]): line[4] for line in lines}
    assert told["department", "DPS", "received"] == "80"
    assert told["measures", "resolve_kept", "now"] == "0.6"
    assert told["measures", "received", "change"] == "40"
    assert told["channel", "total", "unfinished"] == "1010"
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)


def test_numbers_for_programs_are_the_same_in_both_languages() -> None:
    def numbers(language: Language) -> set[tuple[str, ...]]:
        lines = csv.reader(io.StringIO(report_csv(report_in(language)).decode("utf-8-sig")))
        return {
            (one[0], one[1], one[3], one[4])
            for one in lines
            if one[1] and one[0] != "dictionary" and one[0] != "section"
        }

    assert numbers(Language.AR) == numbers(Language.EN)
