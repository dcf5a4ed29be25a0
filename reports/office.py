"""Make the reports that are due or wanted, keep them, and send them to whom they concern."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from accounts.model import Account
from accounts.ports import AccountStore
from cases.calendar import WorkingCalendar
from kernel.bidi import strip_controls
from kernel.language import Language
from mail.letter import Letter
from mail.model import Mail, MailFile
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from reports.archive import (
    MEDIA_TYPES,
    SCHEDULE,
    File,
    Format,
    Order,
    Recipient,
    ReportArchive,
    schedule_key,
)
from reports.composing import Composer
from reports.names import Names
from reports.reading import Reader
from reports.schedule import CATCH_UP, due_reports
from reports.tables import Report

HELD_FOR = timedelta(minutes=10)
"""Longer than a report takes: a process that died gives its order back after that."""
PAUSE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
PLAN_EVERY = timedelta(minutes=1)
ATTACHED = (Format.PDF, Format.XLSX)
LONGEST_WHY = 400

log = logging.getLogger(__name__)


class Press(Protocol):
    """Puts a report into files; in a process of its own, so that nobody waits for it."""

    async def files(self, report: Report, order: Order) -> Sequence[File]:
        """Return the files that could be made.

        Raises:
            Exception: none could be.
        """

    def rest(self) -> None:
        """Give back what is held ready while there is more to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the office needs of the house."""

    accounts: AccountStore
    outbox: MailOutbox
    calendar: WorkingCalendar
    phrases: Catalogue
    default_language: Language
    desk_url: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]


class ReportOffice:
    """Every step may be done again: keys see to it that each is done once.

    Each recipient is entered once per period and scope in the archive, each mail has the key
    of its report and recipient; several processes and a stop anywhere double nothing.
    """

    def __init__(
        self, archive: ReportArchive, reader: Reader, press: Press, house: Surroundings
    ) -> None:
        self.archive = archive
        self._reader = reader
        self._press = press
        self._house = house
        self._planned_at: datetime | None = None

    async def turn(self) -> bool:
        """Do what is to be done; return whether there may be more at once."""
        now = self._house.now()
        if self._planned_at is None or now - self._planned_at >= PLAN_EVERY:
            await self.plan()
            self._planned_at = now
        made = await self.make_one()
        await self.tell()
        if not made:
            self._press.rest()
        return made

    async def plan(self) -> None:
        """Order what is due by itself."""
        house = self._house
        due = due_reports(
            house.calendar,
            house.now(),
            await house.accounts.list(),
            await self.archive.wishes(),
            default_language=house.default_language,
        )
        for one in due:
            order = Order(
                id=house.new_id(),
                key=schedule_key(one.period, one.scope, one.language),
                period=one.period,
                scope=one.scope,
                language=one.language,
                asked_by=SCHEDULE,
                asked_at=house.now(),
            )
            await self.archive.want(order, for_account=one.account_id)

    async def make_one(self) -> bool:
        """Make the report that waits longest; False when none does."""
        house = self._house
        order = await self.archive.claim(now=house.now(), until=house.now() + HELD_FOR)
        if order is None:
            return False
        try:
            files = await self._press.files(await self.compose(order), order)
        except Exception as error:
            await self._put_off(order, error)
            return True
        await self.archive.keep(order.id, files, at=house.now())
        return True

    async def compose(self, order: Order) -> Report:
        """Return the report of an order, with the figures of now."""
        figures = await self._reader.read(order.period, order.scope)
        names = Names(self._house.phrases, order.language)
        return Composer(figures, names, self._reader.zone).report()

    async def tell(self) -> None:
        """Put what was made into the outbox, for everybody it concerns."""
        house = self._house
        if not house.outbox.set_up:
            return
        waiting = await self.archive.untold(since=house.now() - CATCH_UP)
        if not waiting:
            return
        people = {one.id: one for one in await house.accounts.list() if one.active}
        for one in waiting:
            account = people.get(one.account_id)
            if account is not None:
                await house.outbox.add(await self._mail(one, account))
            await self.archive.told(one, at=house.now())

    async def _mail(self, one: Recipient, account: Account) -> Mail:
        kept = await self.archive.get(one.report_id)
        if kept is None:
            raise LookupError(one.report_id)
        order = kept.order
        names = Names(self._house.phrases, order.language)
        files = [await self.archive.open(one.report_id, wanted) for wanted in ATTACHED]
        title = strip_controls(
            names.say(
                "report_mail_title",
                title=names.title(order.period.rhythm),
                period=names.period(order.period),
                subject=names.scope(order.scope),
            )
        )
        letter = Letter(
            language=order.language,
            title=title,
            paragraphs=[names.say("report_mail_text")],
            link=(names.say("report_mail_open"), f"{self._house.desk_url}/desk/reports"),
            issuer=names.say("desk_issuer"),
        )
        return Mail(
            key=f"report:{one.report_id}:{one.account_id}",
            to=(account.email,),
            subject=title,
            text=letter.text(),
            html=letter.html(),
            language=order.language,
            files=tuple(
                MailFile(file.name, MEDIA_TYPES[file.format], file.data)
                for file in files
                if file is not None
            ),
        )

    async def _put_off(self, order: Order, error: Exception) -> None:
        why = f"{type(error).__name__}: {error}"[:LONGEST_WHY]
        log.error("report %s could not be made, try %d: %s", order.key, order.attempts, why)
        if order.attempts >= MOST_ATTEMPTS:
            await self.archive.failed(order.id, at=self._house.now(), why=why)
        else:
            await self.archive.later(order.id, at=self._house.now() + PAUSE, why=why)
