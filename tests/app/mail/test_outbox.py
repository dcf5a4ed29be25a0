"""Mails go to a real SMTP server, once to each, and what cannot go now goes later."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.language import Language
from mail.letter import Letter
from mail.model import Mail, MailFile
from mail.outbox import HELD_FOR, PAUSES, TRIED_FOR, MailOutbox
from mail.smtp import SmtpCarrier, SmtpServer
from stores.sql_mail_store import SqlMailStore
from tests.app.mail.mail_server import PASSWORD, USER, MailServer, certificate, mail_server

NOON = datetime(2026, 11, 25, 8, tzinfo=UTC)
SENDER = "baddala@finance.example"
NOURA, KHALID = "noura@finance.example", "khalid@finance.example"
LETTER = Letter(
    language=Language.AR,
    title="توقفت قناة \u2068WhatsApp\u2069",
    paragraphs=["تنتظر 7 رسائل. <b>رقم</b> الطلب \u2068DF-26-004173\u2069."],
    facts=[("القناة", "WhatsApp")],
    link=("فتح الصفحة", "https://chat.finance.example/desk/health?a=1&b=2"),
    issuer="دائرة المالية",
)


class Clock:
    at = NOON

    def __call__(self) -> datetime:
        return self.at


def mail(key: str = "k", *to: str, files: tuple[MailFile, ...] = ()) -> Mail:
    return Mail(
        key=key,
        to=to or (NOURA,),
        subject=LETTER.title,
        text=LETTER.text(),
        html=LETTER.html(),
        language=Language.AR,
        files=files,
    )


def outbox(engine: AsyncEngine, server: MailServer, clock: Clock, **more: str) -> MailOutbox:
    count = itertools.count()
    told = SmtpServer(
        host="127.0.0.1", port=server.port, sender=SENDER, tls=more.pop("tls", "none"), timeout_s=5
    )
    return MailOutbox(
        SqlMailStore(engine),
        SmtpCarrier(told),
        sender=SENDER,
        sender_name="دائرة المالية",
        now=clock,
        new_id=lambda: f"id-{next(count)}",
    )


async def test_arabic_arrives_as_it_was_written_with_page_and_file(engine: AsyncEngine) -> None:
    report = MailFile("تقرير نوفمبر.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    async with mail_server() as server:
        box = outbox(engine, server, Clock())
        assert await box.add(mail("report", NOURA, KHALID, NOURA, files=(report,)))
        assert await box.send_due() == 2
    assert [one for one, _ in server.came] == [NOURA, KHALID]
    _, message = server.came[0]
    assert message["Subject"] == "توقفت قناة WhatsApp"
    assert (message["To"], message["Content-Language"]) == (NOURA, "ar")
    assert "دائرة المالية" in message["From"]
    assert message["Message-ID"] == "<id-0@finance.example>"
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text()
    assert '<html lang="ar" dir="rtl">' in page.get_content()
    assert "&lt;b&gt;رقم&lt;/b&gt;" in page.get_content()
    assert "desk/health?a=1&amp;b=2" in page.get_content()
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (report.name, report.data)


async def test_the_same_key_is_sent_once(engine: AsyncEngine) -> None:
    async with mail_server() as server:
        box = outbox(engine, server, Clock())
        assert await box.add(mail("incident-1"))
        assert not await box.add(mail("incident-1"))
        await box.send_due()
        assert await box.send_due() == 0
    assert len(server.came) == 1


async def test_what_cannot_go_now_goes_later_and_further_apart(engine: AsyncEngine) -> None:
    clock = Clock()
    async with mail_server() as server:
        box = outbox(engine, server, clock)
        server.to_data += ["451 busy", "452 full", "421 closing"]
        await box.add(mail())
        for pause in PAUSES[:3]:
            assert await box.send_due() == 1
            clock.at += pause - timedelta(seconds=1)
            assert await box.send_due() == 0
            assert (await box.health()).waiting == 1
            clock.at += timedelta(seconds=1)
        assert await box.send_due() == 1
    assert len(server.came) == 1
    health = await box.health()
    assert (health.waiting, health.failed, health.last_sent) == (0, 0, clock.at)


async def test_who_is_refused_stops_nobody_else(engine: AsyncEngine) -> None:
    async with mail_server() as server:
        server.to_recipient[NOURA] = "550 no such user"
        box = outbox(engine, server, Clock())
        await box.add(mail("k", NOURA, KHALID))
        assert await box.send_due() == 2
        assert await box.send_due() == 0
    assert [one for one, _ in server.came] == [KHALID]
    health = await box.health()
    assert (health.waiting, health.failed) == (0, 1)
    assert health.last_error == "550 no such user"


async def test_is_not_tried_for_ever(engine: AsyncEngine) -> None:
    clock = Clock()
    async with mail_server() as server:
        server.to_data += ["451 busy"] * 99
        box = outbox(engine, server, clock)
        await box.add(mail())
        while (await box.health()).waiting:
            await box.send_due()
            clock.at += PAUSES[-1]
    assert TRIED_FOR <= clock.at - NOON <= TRIED_FOR + 2 * PAUSES[-1]
    assert (await box.health()).failed == 1


async def test_a_process_that_died_gives_its_mail_back(engine: AsyncEngine) -> None:
    clock = Clock()
    async with mail_server() as server:
        box, store = outbox(engine, server, clock), SqlMailStore(engine)
        await box.add(mail())
        assert await store.claim(now=NOON, until=NOON + HELD_FOR) is not None
        assert await box.send_due() == 0
        clock.at += HELD_FOR
        assert await box.send_due() == 1
    assert len(server.came) == 1


async def test_no_connection_is_for_later(engine: AsyncEngine) -> None:
    async with mail_server() as server:
        pass
    box = outbox(engine, server, Clock())
    await box.add(mail())
    assert await box.send_due() == 1
    assert (await box.health()).waiting == 1


async def test_the_password_goes_over_tls_only(tmp_path: Path, engine: AsyncEngine) -> None:
    authority, context = certificate(tmp_path)

    def carrier(server: MailServer, **changes: object) -> SmtpCarrier:
        told = {
            "user": USER,
            "password": PASSWORD,
            "authority": authority,
            "timeout_s": 5,
            **changes,
        }
        return SmtpCarrier(
            SmtpServer(host="127.0.0.1", port=server.port, sender=SENDER, **told)  # type: ignore[arg-type]
        )

    async def waits(carrier: SmtpCarrier) -> tuple[int, str]:
        box = MailOutbox(
            SqlMailStore(engine), carrier, sender=SENDER, sender_name="", now=Clock(), new_id=new_id
        )
        await box.add(mail(new_id()))
        await box.send_due()
        health = await box.health()
        return health.waiting, health.last_error or ""

    ids = itertools.count()

    def new_id() -> str:
        return f"m-{next(ids)}"

    async with mail_server(context) as server:
        assert (await waits(carrier(server)))[0] == 0
        assert len(server.came) == 1
        waiting, why = await waits(carrier(server, password="wrong"))
        assert (waiting, "535" in why) == (1, True)
        waiting, why = await waits(carrier(server, authority=None))  # nobody vouches for it
        assert (waiting, "CERTIFICATE_VERIFY_FAILED" in why or "certificate" in why) == (2, True)
    async with mail_server() as plain:  # offers no TLS
        waiting, why = await waits(carrier(plain))
        assert waiting == 3
        assert not plain.came
    assert len(server.came) == 1


@pytest.mark.parametrize("wrong", ["", "noura", "a@b\r\nBcc: x@y.example", "نورة@finance.example"])
async def test_a_wrong_address_is_no_recipient(engine: AsyncEngine, wrong: str) -> None:
    async with mail_server() as server:
        box = outbox(engine, server, Clock())
        with pytest.raises(ValueError, match="no addresses"):
            await box.add(mail("k", wrong))


async def test_without_a_mail_server_nothing_is_kept(engine: AsyncEngine) -> None:
    box = MailOutbox(
        SqlMailStore(engine), None, sender="", sender_name="", now=Clock(), new_id=lambda: "x"
    )
    assert not box.set_up
    assert not await box.add(mail())
    assert (await box.health()).waiting == 0
