"""An incident is one mail to those responsible, and one when it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.model import Account, Role
from app.incident_mails import IncidentMails
from kernel.bidi import strip_controls
from kernel.language import Language
from mail.outbox import MailOutbox
from mail.smtp import SmtpCarrier, SmtpServer
from phrases.catalogue import Catalogue
from stores.sql_account_store import SqlAccountStore
from stores.sql_incident_store import SqlIncidentStore
from stores.sql_mail_store import SqlMailStore
from tests.app.conversations.parts import new_id
from tests.app.mail.mail_server import MailServer, mail_server
from watch.model import ChannelHealth, Limits, ServiceHealth, Trouble, Waiting, problems
from watch.watching import GONE_FOR, HOLDS_FOR, Watch

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)
STOPPED = ChannelHealth(name="whatsapp", stopped_since=NOON, stop_code="190", pending=7)
WELL = ServiceHealth()


@dataclass
class City:
    """A service whose health is what the test says, seen by one or two processes."""

    engine: AsyncEngine
    server: MailServer
    now: datetime = NOON
    health: ServiceHealth = WELL
    rasa: bool = True
    working: bool = True
    to: tuple[str, ...] = ()
    watches: list[Watch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outbox = MailOutbox(
            SqlMailStore(self.engine),
            SmtpCarrier(
                SmtpServer(
                    host="127.0.0.1", port=self.server.port, sender="b@f.example", tls="none"
                )
            ),
            sender="b@f.example",
            sender_name="بدّالة",
            now=lambda: self.now,
            new_id=new_id,
        )
        self.watches = [self.watch(), self.watch()]

    def watch(self) -> Watch:
        return Watch(
            self,
            SqlIncidentStore(self.engine),
            IncidentMails(
                outbox=self.outbox,
                accounts=SqlAccountStore(self.engine),
                phrases=Catalogue.load(),
                to=self.to,
                default_language=Language.AR,
                desk_url="https://chat.finance.example",
                now=lambda: self.now,
            ),
            rasa=self._rasa,
            working=lambda _at: self.working,
            limits=Limits(),
            now=lambda: self.now,
        )

    async def read(self, now: datetime) -> ServiceHealth:
        return self.health

    async def _rasa(self) -> bool:
        return self.rasa

    async def pass_(self, time: timedelta) -> None:
        """Let time pass, both processes looking every twenty seconds."""
        until = self.now + time
        while self.now < until:
            self.now += timedelta(seconds=20)
            for one in self.watches:
                await one.look()
        await self.outbox.send_due()

    def mails(self) -> Sequence[tuple[str, str]]:
        return [(to, str(message["Subject"])) for to, message in self.server.came]


async def hire(engine: AsyncEngine, name: str, *roles: Role, **more: object) -> None:
    account = Account(
        id=name, email=f"{name}@f.example", name_ar="نورة", name_en=name, roles=frozenset(roles)
    )
    await SqlAccountStore(engine).add(
        replace(account, **more),  # type: ignore[arg-type]
        password_hash=None,
        actor="system:test",
        at=NOON,
    )


@pytest_asyncio.fixture
async def city(engine: AsyncEngine) -> AsyncIterator[City]:
    async with mail_server() as server:
        await hire(engine, "admin", Role.ADMIN)
        await hire(engine, "gone", Role.ADMIN, active=False)
        await hire(engine, "noura", Role.SUPERVISOR, departments=frozenset({"DPS"}))
        await hire(engine, "khalid", Role.SUPERVISOR, departments=frozenset({"CUST"}))
        yield City(engine, server)


async def test_is_told_once_by_two_processes_and_once_when_it_is_over(city: City) -> None:
    city.health = ServiceHealth(channels=[STOPPED])
    await city.pass_(timedelta(minutes=4))
    assert city.mails() == [("admin@f.example", "توقف الإرسال عبر قناة واتساب")]
    city.health = WELL
    await city.pass_(GONE_FOR + timedelta(minutes=4))
    assert [subject for _, subject in city.mails()][1:] == [
        "انتهى العطل: توقف الإرسال عبر قناة واتساب"
    ]
    page = city.server.came[0][1].get_body(("html",))
    assert page is not None
    assert 'dir="rtl"' in page.get_content()
    assert "https://chat.finance.example/desk/administration/health" in page.get_content()


async def test_what_flickers_is_one_incident_and_what_passes_is_none(city: City) -> None:
    city.rasa = False
    await city.pass_(timedelta(seconds=20))
    city.rasa = True
    await city.pass_(GONE_FOR * 2)
    assert city.mails() == []
    for _ in range(3):
        city.rasa = False
        await city.pass_(HOLDS_FOR * 2)
        city.rasa = True
        await city.pass_(GONE_FOR - timedelta(seconds=40))
    assert len(city.mails()) == 1
    await city.pass_(GONE_FOR * 2)
    assert len(city.mails()) == 2
    city.rasa = False  # a second time is a second incident
    await city.pass_(timedelta(minutes=5))
    assert len(city.mails()) == 3


async def test_a_queue_is_its_own_supervisors_business(city: City) -> None:
    city.health = ServiceHealth(queues={"DPS": Waiting(3, NOON - timedelta(hours=1))})
    city.working = False
    await city.pass_(timedelta(minutes=5))
    assert city.mails() == []
    city.working = True
    await city.pass_(timedelta(minutes=5))
    [(to, subject)] = city.mails()
    assert to == "noura@f.example"
    assert "محادثات تنتظر موظفًا" in subject


async def test_named_addresses_hear_instead_of_the_administrators(city: City) -> None:
    city.to = ("duty@f.example", "chief@f.example")
    city.watches = [city.watch()]
    failing = ChannelHealth(name="whatsapp", failed=12)
    city.health = ServiceHealth(channels=[failing])
    await city.pass_(timedelta(minutes=2))
    assert city.mails() == [
        (to, strip_controls("12 رسالة لم تصل عبر قناة واتساب"))
        for to in ("duty@f.example", "chief@f.example")
    ]


async def test_a_process_that_dies_between_telling_and_noting_tells_nothing_twice(
    city: City,
) -> None:
    city.rasa = False
    await city.pass_(timedelta(seconds=20))
    store, mails = SqlIncidentStore(city.engine), city.watch()
    [incident] = await store.open()
    teller = mails._teller
    await teller.raised(incident)  # and dies
    await city.pass_(timedelta(minutes=2))
    assert len(city.mails()) == 1


@pytest.mark.parametrize(
    ("health", "found"),
    [
        (WELL, []),
        (ServiceHealth(channels=[replace(STOPPED, failed=99)]),
         [Trouble.CHANNEL_STOPPED, Trouble.DELIVERIES_FAILED]),
        (ServiceHealth(channels=[ChannelHealth(name="webchat", failed=9)]), []),
        (ServiceHealth(unanswered=Waiting(1, NOON - timedelta(minutes=3))),
         [Trouble.ANSWERS_LATE]),
        (ServiceHealth(unanswered=Waiting(50, NOON)), []),
        (ServiceHealth(unscanned=Waiting(1, NOON - timedelta(hours=1))),
         [Trouble.FILES_UNSCANNED]),
        (ServiceHealth(queues={"": Waiting(1, NOON - timedelta(hours=1))}), [Trouble.QUEUE_OLD]),
    ],
)  # fmt: skip
def test_tells_what_is_wrong(health: ServiceHealth, found: list[Trouble]) -> None:
    told = problems(health, Limits(), rasa=True, working=True, now=NOON)
    assert [one.trouble for one in told] == found
