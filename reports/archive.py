"""Reports that were ordered, the files that came of them, and to whom they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kernel.language import Language
from reports.figures import Scope
from reports.periods import Period, Rhythm

SCHEDULE = "system:schedule"
"""Who asks for reports that come by themselves."""


class State(StrEnum):
    """What became of an order. The value is what stores keep."""

    WANTED = "wanted"
    MADE = "made"
    FAILED = "failed"


class PdfNotPossible(RuntimeError):
    """Pango is not installed: ``apt-get install libpango-1.0-0 libpangoft2-1.0-0``."""


class Format(StrEnum):
    """Kinds of files; the value is the ending of their names."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A report that somebody wants. ``key``: the same key is made once.

    ``attempts`` counts the present one, while it is being made.
    """

    id: str
    key: str
    period: Period
    scope: Scope
    language: Language
    asked_by: str
    asked_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """One file of a report, whole in memory."""

    format: Format
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A report in the archive: its order, what became of it, its files without their data.

    ``mailed`` says how many got it by mail, ``downloads`` who took which file when.
    """

    order: Order
    state: State
    made_at: datetime | None
    why: str
    sizes: Mapping[Format, int]
    mailed: int
    downloads: Sequence[tuple[str, str, datetime]]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets a report, once per period and scope."""

    report_id: str
    account_id: str


class ReportArchive(Protocol):
    """Keeps orders and files. An order and a download have their audit rows."""

    async def want(self, order: Order, *, for_account: str | None = None) -> str:
        """Keep an order, and who gets it by mail; return its id, or that of the same key.

        Who got, or will get, a report of the same period and scope is not entered again,
        whatever its language.
        """

    async def claim(self, *, now: datetime, until: datetime) -> Order | None:
        """Take the order that waits longest, and hold it until ``until``."""

    async def keep(self, report_id: str, files: Sequence[File], *, at: datetime) -> bool:
        """Keep what was made; False when another process was faster."""

    async def later(self, report_id: str, *, at: datetime, why: str) -> None:
        """Note why it could not be made now, and when to try again."""

    async def failed(self, report_id: str, *, at: datetime, why: str) -> None:
        """Note why it will not be made."""

    async def untold(self, *, since: datetime) -> Sequence[Recipient]:
        """Return who has not got a report by mail that was made since then."""

    async def told(self, one: Recipient, *, at: datetime) -> None:
        """Note that the mail is in the outbox."""

    async def get(self, report_id: str) -> Kept | None:
        """Return one report."""

    async def list(self, scopes: frozenset[str] | None, *, limit: int) -> Sequence[Kept]:
        """Return the newest; ``scopes`` are units, None: of all, and of the whole."""

    async def open(self, report_id: str, wanted: Format) -> File | None:
        """Return one file."""

    async def wishes(self) -> Mapping[str, Mapping[Rhythm, bool]]:
        """Return what people decided to get, by account; who did not decide is not there."""

    async def wish(
        self, account_id: str, wanted: Mapping[Rhythm, bool], *, actor: str, at: datetime
    ) -> None:
        """Keep what somebody wants to get."""


def scope_word(scope: Scope) -> str:
    """Return a scope as keys and stores keep it."""
    return scope.department or "all"


def schedule_key(period: Period, scope: Scope, language: Language) -> str:
    """Return the key of a report that comes by itself."""
    return f"{period.rhythm.value}:{period.key}:{scope_word(scope)}:{language.value}"


def file_name(order: Order, wanted: Format) -> str:
    """Return what a file is called: letters that every system keeps."""
    period, scope = order.period, scope_word(order.scope)
    name = f"baddala-{period.rhythm.value}-{period.key}-{scope}-{order.language.value}"
    return f"{name}.{wanted.value}"
