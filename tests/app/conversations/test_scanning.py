"""What happens to files between their arrival and the verdict, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.attachment_intake import AttachmentIntake, AttachmentLimits
from conversations.attachments import Attachment, AttachmentNotFound, AttachmentState
from conversations.lines import INFECTED, UNSCANNABLE, Lines
from conversations.model import MessageKind, Sender
from conversations.scanner import ScannerUnreachable, Verdict
from conversations.scanning import Scanning
from conversations.wakeup import Wakeup
from kernel.language import Language
from phrases.catalogue import Catalogue
from stores.sql_attachment_store import SqlAttachmentStore
from tests.app.conversations.parts import MARIAM, Parts, new_id

PDF = b"%PDF-1.7\n" + b"\x00" * 500
VIRUS = PDF + b"virus"


class FakeScanner:
    """Finds the word virus; what stands in ``failures`` is raised first."""

    scans = True

    def __init__(self) -> None:
        self.failures: list[ScannerUnreachable] = []

    async def scan(self, pieces: AsyncIterable[bytes]) -> Verdict:
        if self.failures:
            raise self.failures.pop()
        data = b"".join([one async for one in pieces])
        if b"virus" in data:
            return Verdict(AttachmentState.INFECTED, "Test.Virus")
        if b"locked" in data:
            return Verdict(AttachmentState.UNSCANNABLE, "Heuristics.Encrypted.PDF")
        return Verdict(AttachmentState.CLEAN)


class Scanned:
    def __init__(self, parts: Parts, engine: AsyncEngine, folder: Path) -> None:
        self.parts = parts
        self.scanner = FakeScanner()
        self.store = SqlAttachmentStore(engine, folder)
        self.intake = AttachmentIntake(
            self.store,
            AttachmentLimits(),
            scans=True,
            to_scan=Wakeup(),
            now=parts.clock,
            new_id=new_id,
        )
        self.scanning = Scanning(
            self.store,
            self.scanner,
            Lines(Catalogue.load(), new_id=new_id),
            to_scan=Wakeup(),
            to_send=Wakeup(),
            now=parts.clock,
        )

    async def taken(self, data: bytes) -> Attachment:
        conversation = await self.parts.store.ensure(MARIAM, Language.AR, self.parts.clock())

        async def pieces() -> AsyncIterator[bytes]:
            yield data

        stored = await self.intake.take(conversation.id, pieces(), file_name="إيصال INV-9.pdf")
        return stored.attachment

    async def state(self, attachment: Attachment) -> AttachmentState:
        return (await self.store.get(attachment.id)).attachment.state


@pytest.fixture
def files(parts: Parts, engine: AsyncEngine, tmp_path: Path) -> Scanned:
    return Scanned(parts, engine, tmp_path / "attachments")


async def test_a_file_without_words_is_a_message_that_says_what_came(files: Scanned) -> None:
    file = await files.taken(PDF)
    received = await files.parts.hear(
        "  ",
        attachments=(file,),
        kind=MessageKind.DOCUMENT,
        metadata={"media": {"file_name": file.file_name}},
    )
    assert received.refusal is None
    (shown,) = await files.parts.messages()
    assert (shown.text, shown.kind) == (
        "مستند: \u2068إيصال INV-9.pdf\u2069",
        MessageKind.DOCUMENT,
    )
    assert shown.attachments == (file,)


async def test_a_clean_file_is_released_without_a_word(files: Scanned) -> None:
    file = await files.taken(PDF)
    await files.parts.hear("هذا الإيصال INV-9", attachments=(file,), kind=MessageKind.DOCUMENT)
    assert await files.scanning.scan_next()
    assert not await files.scanning.scan_next()
    assert await files.state(file) is AttachmentState.CLEAN
    assert len(await files.parts.messages()) == 1


@pytest.mark.parametrize(
    ("data", "reason", "says"),
    [
        (VIRUS, INFECTED, "برنامج ضار"),
        (PDF + b"locked", UNSCANNABLE, "كلمة مرور"),
    ],
)
async def test_the_person_is_told_in_their_language_and_once(
    files: Scanned, data: bytes, reason: str, says: str
) -> None:
    file = await files.taken(data)
    await files.parts.hear("هذا الإيصال INV-9", attachments=(file,), kind=MessageKind.DOCUMENT)
    await files.scanning.scan_next()
    _, line = await files.parts.messages()
    assert (line.sender, line.reason) == (Sender.SYSTEM, reason)
    assert says in line.text
    assert "\u2068إيصال INV-9.pdf\u2069" in line.text
    await files.store.scanned(file.id, AttachmentState.CLEAN, finding=None, at=files.parts.clock())
    assert len(await files.parts.messages()) == 2


async def test_an_infected_file_that_was_not_sent_yet_says_nothing_in_the_chat(
    files: Scanned,
) -> None:
    file = await files.taken(VIRUS)
    await files.scanning.scan_next()
    assert await files.state(file) is AttachmentState.INFECTED
    assert await files.parts.messages() == []


async def test_a_scanner_that_is_away_is_asked_again_and_nothing_leaks_meanwhile(
    files: Scanned,
) -> None:
    file = await files.taken(VIRUS)
    for _ in range(3):
        files.scanner.failures = [ScannerUnreachable()]
        assert await files.scanning.scan_next()
        assert await files.state(file) is AttachmentState.PENDING
        assert not await files.scanning.scan_next()
        files.parts.clock.pass_(60)
    assert await files.scanning.scan_next()
    assert await files.state(file) is AttachmentState.INFECTED


async def test_what_was_never_sent_goes_after_a_day(files: Scanned) -> None:
    unsent, sent = await files.taken(PDF), await files.taken(PDF)
    await files.parts.hear("هذا الإيصال INV-9", attachments=(sent,), kind=MessageKind.DOCUMENT)
    files.parts.clock.pass_(timedelta(hours=23).total_seconds())
    await files.scanning.sweep_if_due()
    assert await files.state(unsent) is AttachmentState.PENDING
    files.parts.clock.pass_(timedelta(hours=2).total_seconds())
    await files.scanning.sweep_if_due()
    with pytest.raises(AttachmentNotFound):
        await files.state(unsent)
    assert await files.state(sent) is AttachmentState.PENDING
