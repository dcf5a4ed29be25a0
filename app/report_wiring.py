"""Wire reports: what reads, what prints, what keeps, the worker that makes them, the screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.ports import AccountStore
from app.press import OwnProcess, as_pdf
from app.settings import Settings
from cases.board import Board
from cases.calendar import WorkingCalendar
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup
from desk.application import Pages
from desk.rendering import Rendering
from desk.report_pages import ReportPages
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from reports.office import ReportOffice, Surroundings
from reports.reading import Reader
from reports.tables import Report
from stores.sql_audit_log import SqlAuditLog
from stores.sql_report_archive import SqlReportArchive
from stores.sql_report_figures import SqlReportFigures

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

EVERY_S = 30.0


class Reports:
    """Built on a database; ``workers`` and ``pages`` are for the back office."""

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        phrases: Catalogue,
        calendar: WorkingCalendar,
        *,
        board: Board,
        accounts: AccountStore,
        outbox: MailOutbox,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._accounts = accounts
        self._audit = SqlAuditLog(engine)
        self._now = now
        self._new_id = new_id
        self._zone = zone
        self._to_make = Wakeup()
        self._data_dir = settings.data_dir
        self.press = OwnProcess(settings.data_dir)
        self.office = ReportOffice(
            SqlReportArchive(engine),
            Reader(SqlReportFigures(engine), board, zone, now),
            self.press,
            Surroundings(
                accounts=accounts,
                outbox=outbox,
                calendar=calendar,
                phrases=phrases,
                default_language=settings.default_language,
                desk_url=settings.public_url or f"http://{settings.host}:{settings.port}",
                now=now,
                new_id=new_id,
            ),
        )

    async def as_pdf(self, report: Report) -> bytes:
        """Print one list that somebody waits for."""
        press = OwnProcess(self._data_dir)
        try:
            return await press.print(as_pdf, report)
        finally:
            press.rest()

    def workers(self) -> Sequence[Rounds]:
        """Return who makes and sends reports."""
        turn, news = self.office.turn, self._to_make
        return [
            Rounds("reports", turn, every_s=EVERY_S, wakeup=news, rest_first=True, finish=False)
        ]

    def pages(self, rendering: Rendering) -> Sequence[Pages]:
        """Return the screens."""
        return [
            ReportPages(
                self.office.archive,
                self._accounts,
                self._audit,
                rendering,
                ordered=self._to_make.wake,
                now=self._now,
                new_id=self._new_id,
                zone=self._zone,
            )
        ]
