"""Wire what administration is made of: mails, watching, and their screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.follow_up_wiring import FollowUp
from app.incident_mails import incident_title
from app.mail_wiring import build_mail
from app.nudge_mails import NudgeMails
from app.report_wiring import Reports
from app.settings import Settings
from app.setup_wiring import open_setup
from app.tracker_database import tracker_database
from app.watch_wiring import build_watch, limits_of
from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice
from cases.kept_store import KeptCases
from cases.routing import RoutingRules
from cases.shared_board import SharedBoard, SharedFlow
from channels.webchat.channel import NAME as WEBCHAT
from channels.whatsapp.accounts import NAME as WHATSAPP
from conversations.breaker import Breaker
from conversations.rounds import Rounds
from conversations.sending import SendingStore
from conversations.talk_figures import SharedTalkFigures
from conversations.wakeup import Wakeup
from conversations.workers import Running
from desk.application import Pages
from desk.block_pages import BlockPages
from desk.canned import shipped
from desk.canned_pages import CannedPages
from desk.erasure_pages import ErasurePages
from desk.health_pages import HealthPages
from desk.oversight_files import OversightFiles
from desk.oversight_pages import OversightPages
from desk.rendering import Rendering
from desk.retention_pages import RetentionPages
from desk.team_pages import TeamPages
from phrases.catalogue import Catalogue
from phrases.days import ZONE
from privacy.keeping import Keeping
from stores.rasa_trackers import RasaTrackers
from stores.sql_account_store import SqlAccountStore
from stores.sql_agent_store import SqlAgentStore
from stores.sql_block_store import SqlBlockStore
from stores.sql_board import SqlBoard
from stores.sql_canned_store import SqlCannedStore
from stores.sql_erasure import SqlErasures
from stores.sql_flow import SqlFlow
from stores.sql_hold_store import SqlHoldStore
from stores.sql_incident_store import SqlIncidentStore
from stores.sql_mail_store import SqlMailStore
from stores.sql_mentions import SqlMentions
from stores.sql_retention import SqlRetention
from stores.sql_service_health import SqlServiceHealth
from stores.sql_talk_figures import SqlTalkFigures

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

PROJECT = Path(__file__).resolve().parents[1]
ANSWERS_WITHIN_S = 3.0
RETENTION_EVERY_S = 3600.0


class BackOffice:
    """Built on a database; ``furnish`` tells it of the parts that it looks after."""

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        phrases: Catalogue,
        calendar: WorkingCalendar,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._phrases = phrases
        self._now = now
        channels = [WEBCHAT, *([WHATSAPP] if settings.whatsapp_phone_number_id else [])]
        mails = SqlMailStore(engine)
        self.mail, self._mailing = build_mail(settings, mails, phrases, now=now, new_id=new_id)
        self._health = SqlServiceHealth(engine, channels)
        self._incidents = SqlIncidentStore(engine)
        self._accounts = SqlAccountStore(engine)
        self._blocks = SqlBlockStore(engine)
        self._talks = SharedTalkFigures(
            SqlTalkFigures(engine, (WEBCHAT, WHATSAPP), zone=ZONE), now=now
        )
        self._agents = SqlAgentStore(engine)
        self._board, self._flow = SqlBoard(engine), SharedFlow(SqlFlow(engine, zone=ZONE), now=now)
        self.reports = Reports(
            settings,
            engine,
            phrases,
            calendar,
            board=self._board,
            accounts=self._accounts,
            outbox=self.mail,
            zone=ZONE,
            now=now,
            new_id=new_id,
        )
        self._erasures = SqlErasures(engine, settings.data_dir / "attachments")
        self._holds = SqlHoldStore(engine)
        self.keeping = Keeping(
            SqlRetention(engine, settings.data_dir / "attachments"),
            self._erasures,
            RasaTrackers(tracker_database(settings, PROJECT / "endpoints.yml")),
            now=now,
        )
        self.canned = SqlCannedStore(engine)
        self._engine = engine
        self.mentions = SqlMentions(engine)
        self._new_id = new_id
        self._workers: Sequence[Running] = ()
        self._answering: dict[str, Callable[[], Awaitable[bool]]] = {}

    def furnish(
        self,
        *,
        database: Callable[[], Awaitable[bool]],
        rasa: Callable[[], Awaitable[bool]],
        working: Callable[[datetime], bool],
        breaker: Breaker,
    ) -> Sequence[Running]:
        """Take what it looks after; return its workers."""
        self._answering = {
            "database": partial(_in_time, database),
            "rasa": partial(_in_time, rasa),
            "breaker": partial(_is_closed, breaker),
        }
        watch = build_watch(
            self._settings,
            self._health,
            self._incidents,
            self._accounts,
            self.mail,
            self._phrases,
            rasa=self._answering["rasa"],
            working=working,
            now=self._now,
        )
        retention = Rounds("retention", self.keeping.turn_through, every_s=RETENTION_EVERY_S)
        return [self._mailing, watch, retention, *self.setup.workers(), *self.reports.workers()]

    def nudges(self) -> NudgeMails:
        """Return what tells staff that a case needs a step."""
        settings = self._settings
        return NudgeMails(
            outbox=self.mail,
            accounts=self._accounts,
            phrases=self._phrases,
            desk_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        )

    async def prepare(
        self,
        routes: RoutingRules,
        calendar: CalendarOffice,
        cases: KeptCases,
        follow_up: FollowUp,
    ) -> None:
        """Keep the ready replies that ship, where they were never kept; read what was set up."""
        await self.canned.seed(shipped(), at=self._now())
        self.setup = await open_setup(
            self._engine,
            self._board,
            routes,
            calendar,
            cases,
            follow_up.recounting.store,
            now=self._now,
        )

    def look_at(self, workers: Sequence[Running]) -> None:
        """Take the workers whose state the health page shows."""
        self._workers = workers

    def pages(
        self, rendering: Rendering, sending: SendingStore, to_send: Wakeup
    ) -> Sequence[Pages]:
        """Return the screens."""
        board = SharedBoard(self._board)
        oversight = OversightPages(
            board,
            self._flow,
            self._accounts,
            self._talks,
            self._agents,
            rendering,
            now=self._now,
            zone=ZONE,
        )
        return [
            *self.setup.pages(rendering),
            *self.reports.pages(rendering),
            HealthPages(
                self._health,
                self._incidents,
                self.mail,
                rendering,
                sending=sending,
                to_send=to_send,
                parts=self._parts,
                scans=bool(self._settings.clamd),
                limits=limits_of(self._settings),
                title=partial(incident_title, self._phrases),
                now=self._now,
            ),
            CannedPages(self.canned, rendering, now=self._now, new_id=self._new_id),
            BlockPages(self._blocks, self._accounts, rendering, now=self._now),
            oversight,
            OversightFiles(
                self._board, oversight, rendering, as_pdf=self.reports.as_pdf, zone=ZONE
            ),
            TeamPages(self._talks, board, self._agents, rendering, now=self._now, zone=ZONE),
            RetentionPages(
                self.keeping,
                self._accounts,
                rendering,
                raw_days=self._settings.raw_webhook_days,
                now=self._now,
            ),
            ErasurePages(
                self._erasures,
                self._holds,
                self.keeping,
                self._accounts,
                rendering,
                now=self._now,
            ),
        ]

    async def _parts(self) -> dict[str, bool]:
        answers = await asyncio.gather(*(ask() for ask in self._answering.values()))
        workers = {one.name: one.running for one in self._workers}
        return {**dict(zip(self._answering, answers, strict=True)), **workers}


async def _is_closed(breaker: Breaker) -> bool:
    return not breaker.open


async def _in_time(ask: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            return await ask()
    except TimeoutError:
        return False
