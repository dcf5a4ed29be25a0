"""What a report is made of, the same for every file: tiles, sentences, charts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kernel.language import Language
from reports.metrics import Form

NOTHING = "–"
MINUS = "−"

Value = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and how it is written; ``key`` says the same in every language, for programs."""

    value: Value
    form: Form = Form.TEXT
    key: str = ""

    def words(self, zone: ZoneInfo) -> str:
        """Return it as people read it: digits 0 to 9, the sign before the number."""
        value = self.value
        if value is None:
            return NOTHING
        if isinstance(value, datetime):
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            return value
        match self.form:
            case Form.SHARE:
                return f"{value * 100:.0f}%"
            case Form.DAYS:
                return f"{value:.1f}"
            case Form.CHANGE:
                return _signed(f"{abs(value):,.0f}", value)
            case Form.POINTS:
                return _signed(f"{abs(value) * 100:.0f}", round(value * 100))
            case Form.DAYS_CHANGE:
                return _signed(f"{abs(value):.1f}", round(value, 1))
            case _:
                return f"{value:,}"


def _signed(digits: str, value: float) -> str:
    if not value:
        return "0"
    return f"{MINUS if value < 0 else '+'}{digits}"


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names it in files whatever the language; ``numeric`` ones stand at the end."""

    key: str
    title: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, and what they add up to."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one colour; ``sign`` names it in the order of the look: 1 to 5, or ``late``."""

    name: str
    values: Sequence[float | None]
    sign: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the table under it. ``lying``: bars from the reading side, one per line.

    ``time``: the labels are a course of time, which follows the direction of reading.
    """

    labels: Sequence[str]
    series: Sequence[Series]
    says: str
    stacked: bool = False
    lying: bool = False
    lines: bool = False
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One number that stands out, with what it was."""

    title: str
    value: str
    note: str
    sign: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: what changed, or where to look. ``sign`` is a state of the look."""

    text: str
    sign: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; ``key`` names it in files."""

    key: str
    title: str
    table: Table
    words: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in one language, ready to be put into any kind of file."""

    key: str
    language: Language
    zone: ZoneInfo
    title: str
    subject: str
    issuer: str
    made: str
    made_at: datetime
    in_short: str
    tiles: Sequence[Tile]
    findings: Sequence[Finding]
    sections: Sequence[Section]
    notes: Sequence[str]
    page_words: tuple[str, str]
