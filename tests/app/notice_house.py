"""A department on a database that tells people of their cases, with a clock that tests turn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.follow_up_wiring import case_service, kept_cases
from app.service_rules import ChannelRules
from cases.calendar import WorkingCalendar
from cases.chasing import Chasing
from cases.handling import Handling
from cases.model import Case, CaseKind
from cases.notices import NoticeKind
from cases.service import OpenRequest
from cases.work import CaseWork
from channels.whatsapp.templates import Templates
from conversations.case_notices import CaseNotices, NoticeRules
from conversations.model import Address, Message, Sender
from conversations.notice_ports import NoticeState
from conversations.notice_words import NoticeWords
from conversations.ports import LookBack
from conversations.wakeup import Wakeup
from conversations.window import ServiceWindow
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.conversation_rows import CONVERSATIONS
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_case_notices import SqlCaseNotices
from stores.sql_case_replies import SqlCaseReplies
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_handover import SqlHandover
from stores.sql_webhook_store import SqlWebhookStore
from tests.app.stores.test_sql_conversation_store import a_message, judging, new_id

DUBAI = ZoneInfo("Asia/Dubai")
NOURA = "agent:noura"
CHAT = Address("webchat", "session", "s-1")
PHONE = Address("whatsapp", "phone", "971501234567")
HOLD = timedelta(seconds=10)


def at(text: str) -> datetime:
    """Read ``02 10:00`` as a time of November 2026."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=DUBAI)


class Owners:
    """Keeps what owners are told."""

    def __init__(self) -> None:
        self.told: dict[str, NoticeKind] = {}

    async def heard(self, kind: NoticeKind, case: Case, *, key: str) -> None:
        self.told[key] = kind


class House:
    """A department on a database, with a clock that the test turns."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.moment = at("02 10:00")
        calendar = WorkingCalendar.load()
        joins = kept_cases(SqlCaseJoins(engine), calendar)
        self.cases = case_service(joins, calendar, now=self.now)
        self.keeping = joins.keeping
        self.work = CaseWork(joins, self.cases.rules, now=self.now)
        self.handling = Handling(joins, joins.keeping.law, calendar, now=self.now)
        self.chasing = Chasing(joins, joins.keeping, now=self.now)
        self.talks = SqlConversationStore(engine, new_id=new_id)
        self.replies = SqlCaseReplies(engine, joins.keeping.kept)
        self.store = SqlCaseNotices(engine)
        self.owners = Owners()

    def now(self) -> datetime:
        return self.moment

    def notices(self, **rules: object) -> CaseNotices:
        window = ServiceWindow(
            SqlWebhookStore(self.engine, new_id=new_id), {"whatsapp": timedelta(hours=24)}
        )
        return CaseNotices(
            self.store,
            self.cases,
            SqlHandover(self.engine),
            window,
            ChannelRules(window, Templates.load()),
            NoticeWords(Catalogue.load(), self.keeping.law, self.keeping.calendar),
            self.owners,
            replace(NoticeRules(), **rules),  # type: ignore[arg-type]
            to_send=Wakeup(),
            now=self.now,
            new_id=new_id,
        )

    async def opened(self, address: Address | None = CHAT, **changes: object) -> str:
        conversation_id = ""
        if address is not None:
            talk = await self.talks.ensure(address, Language.AR, self.moment)
            conversation_id = talk.id
        request = OpenRequest(
            kind=CaseKind.COMPLAINT,
            text="انخصم المبلغ عن الفاتورة INV-9",
            language=Language.AR,
            channel=address.channel if address else "phone",
            person_id="p-1",
            conversation_id=conversation_id,
            caused_by=new_id(),
            department="DPS",
            department_confidence=1.0,
        )
        case = await self.cases.open(replace(request, **changes))  # type: ignore[arg-type]
        return case.number

    async def heard(self, address: Address, moment: datetime) -> None:
        """Have the service hear the person."""
        talk = await self.talks.ensure(address, Language.AR, moment)
        provider_id = new_id()
        await self.talks.keep_inbound(
            address,
            provider_id=provider_id,
            payload=None,
            language=Language.AR,
            at=moment,
            look_back=LookBack(moment, 20),
            judge=judging(a_message("نعم؟", provider_id=provider_id, at=moment)),
        )
        async with self.engine.begin() as connection:
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == talk.id)
                .values(last_heard_at=moment)
            )

    async def round(self, moment: str = "", **rules: object) -> None:
        """Let time pass until everything is told."""
        self.moment = at(moment) if moment else self.moment + HOLD
        notices = self.notices(**rules)
        while await notices.round():
            pass

    async def said(self, address: Address = CHAT) -> Sequence[Message]:
        talk = await self.talks.ensure(address, Language.AR, self.moment)
        found, _ = await self.talks.history(talk.id, after=0, limit=50)
        return [one for one in found if one.sender is not Sender.CITIZEN]

    async def texts(self, address: Address = CHAT) -> list[str]:
        return [plain(one.text) for one in await self.said(address)]

    async def version(self, number: str) -> int:
        return (await self.cases.get(number)).version

    async def states(self, number: str) -> list[tuple[NoticeKind, NoticeState]]:
        found = await self.store.of_case(number)
        return [(one.notice.kind, one.state) for one in found]


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")
