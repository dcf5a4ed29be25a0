"""Wire the mails to staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.settings import Settings
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup
from mail.outbox import MailOutbox
from mail.ports import MailStore
from mail.smtp import SmtpCarrier, SmtpServer
from phrases.catalogue import Catalogue

LOOK_EVERY_S = 5.0
AFTER_ERROR_S = 10.0


def build_mail(
    settings: Settings,
    store: MailStore,
    phrases: Catalogue,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> tuple[MailOutbox, Rounds]:
    """Return the outbox and its worker; without a mail server it takes nothing in."""
    authority = Path(settings.smtp_authority) if settings.smtp_authority else None
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password,
        tls=settings.smtp_tls,
        authority=authority,
        sender=settings.mail_from,
    )
    waiting = Wakeup()
    outbox = MailOutbox(
        store,
        SmtpCarrier(server) if settings.smtp_host else None,
        sender=settings.mail_from,
        sender_name=phrases.say("desk_issuer", settings.default_language),
        now=now,
        new_id=new_id,
        added=waiting.wake,
    )

    async def send_due() -> bool:
        await outbox.send_due()
        return False

    worker = Rounds(
        "mail",
        send_due,
        every_s=LOOK_EVERY_S,
        wakeup=waiting,
        after_error_s=AFTER_ERROR_S,
        finish=False,
    )
    return outbox, worker
