"""Make the files of reports in a process of its own: laying out takes seconds of a CPU."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from reports.archive import File, Format, Order, PdfNotPossible, file_name
from reports.csv_file import report_csv
from reports.fonts import Fonts
from reports.tables import Report

FONTS = Path(__file__).resolve().parents[1] / "channels" / "webchat" / "static" / "fonts"
POLITE = 5
"""How much the process steps back behind those who wait for an answer (``nice``)."""

log = logging.getLogger(__name__)


def as_pdf(report: Report) -> bytes:
    """Return a report as PDF."""
    from reports.pdf_file import report_pdf  # heavy: only who prints pays for it

    return report_pdf(report, Fonts(FONTS))


def as_xlsx(report: Report) -> bytes:
    """Return a report as a workbook."""
    from reports.xlsx_file import report_xlsx

    return report_xlsx(report)


MAKERS: dict[Format, Callable[[Report], bytes]] = {
    Format.PDF: as_pdf,
    Format.XLSX: as_xlsx,
    Format.CSV: report_csv,
}


class OwnProcess:
    """Prints in one process that is begun when there is something to print."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "matplotlib"
        self._pool: ProcessPoolExecutor | None = None

    async def files(self, report: Report, order: Order) -> Sequence[File]:
        """Return all files; without Pango all but the PDF."""
        found = []
        for wanted, make in MAKERS.items():
            try:
                data = await self.print(make, report)
            except PdfNotPossible as error:
                log.error("no PDF of %s: %s", order.key, error)
                continue
            found.append(File(wanted, file_name(order, wanted), data))
        return found

    async def print(self, make: Callable[[Report], bytes], report: Report) -> bytes:
        """Return one file. Who breaks it off ends the process: nobody waits for it any more."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1,
                mp_context=get_context("spawn"),
                initializer=_prepare,
                initargs=(str(self._folder.resolve()),),
            )
        printing = asyncio.get_running_loop().run_in_executor(self._pool, make, report)
        try:
            return await printing
        except asyncio.CancelledError:
            for process in self._pool._processes.values():
                process.terminate()
            self.rest()
            raise

    def rest(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _prepare(folder: str) -> None:
    """Begin: matplotlib keeps what it knows of fonts where we may write."""
    os.environ["MPLCONFIGDIR"] = folder
    os.nice(POLITE)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
