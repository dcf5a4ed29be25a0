"""Wire what looks after the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from accounts.ports import AccountStore
from app.incident_mails import IncidentMails
from app.settings import Settings
from conversations.rounds import Rounds
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from watch.model import Limits
from watch.ports import HealthReader, IncidentStore
from watch.watching import Watch

LOOK_EVERY_S = 20.0


def build_watch(
    settings: Settings,
    reader: HealthReader,
    incidents: IncidentStore,
    accounts: AccountStore,
    mail: MailOutbox,
    phrases: Catalogue,
    *,
    rasa: Callable[[], Awaitable[bool]],
    working: Callable[[datetime], bool],
    now: Callable[[], datetime],
) -> Rounds:
    """Return the worker; its first look is when the parts have had time to start."""
    watch = Watch(
        reader,
        incidents,
        IncidentMails(
            outbox=mail,
            accounts=accounts,
            phrases=phrases,
            to=settings.alert_to,
            default_language=settings.default_language,
            desk_url=settings.public_url or f"http://{settings.host}:{settings.port}",
            now=now,
        ),
        rasa=rasa,
        working=working,
        limits=limits_of(settings),
        now=now,
    )

    async def look() -> bool:
        await watch.look()
        return False

    return Rounds("watch", look, every_s=LOOK_EVERY_S, rest_first=True, finish=False)


def limits_of(settings: Settings) -> Limits:
    """Return from when on something is wrong."""
    return Limits(queue=timedelta(seconds=settings.alert_queue_s), failed=settings.alert_failed)
