"""Wire what people are told of their cases by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from app.floor_wiring import FloorParts
from app.service_rules import ChannelRules
from app.settings import Settings
from cases.keeping import Keeping
from cases.notices import NoticeKind
from cases.service import CaseService
from channels.whatsapp.templates import Templates
from conversations.case_notices import CaseNotices, NoticeRules
from conversations.notice_ports import OwnerMails
from conversations.notice_words import NoticeWords
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup
from conversations.workers import Running
from phrases.catalogue import Catalogue
from stores.sql_handover import SqlHandover

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

EVERY_S = 2.0


def rules_of(settings: Settings) -> NoticeRules:
    """Return what is told and when."""
    hours = None
    if settings.notice_hours:
        first, _, last = settings.notice_hours.partition("-")
        hours = (time.fromisoformat(first.strip()), time.fromisoformat(last.strip()))
    return NoticeRules(
        off=frozenset(NoticeKind(one) for one in settings.notices_off),
        hold=timedelta(seconds=settings.notice_hold_s),
        hours=hours,
    )


def notice_worker(
    settings: Settings,
    engine: AsyncEngine,
    cases: CaseService,
    keeping: Keeping,
    phrases: Catalogue,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    owners: OwnerMails,
    people: FloorParts,
    to_send: Wakeup,
) -> Running:
    """Return the worker that tells people and owners what happens to cases."""
    notices = CaseNotices(
        people.notices,
        cases,
        SqlHandover(engine),
        people.window,
        ChannelRules(people.window, Templates.load()),
        NoticeWords(phrases, keeping.law, keeping.calendar),
        owners,
        rules_of(settings),
        to_send=to_send,
        now=now,
        new_id=new_id,
    )
    return Rounds("notices", notices.round, every_s=EVERY_S)
