"""Files on their way in: what they are is told from their bytes, and nothing refused remains."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.ext.asyncio import AsyncEngine

from conversations.attachment_intake import AttachmentIntake, AttachmentLimits
from conversations.attachments import (
    AttachmentEmpty,
    AttachmentState,
    AttachmentTooLarge,
    AttachmentTypeRefused,
)
from conversations.file_names import LONGEST, cleaned
from conversations.file_types import TYPES, type_of
from conversations.model import Address
from conversations.wakeup import Wakeup
from kernel.language import Language
from stores.sql_attachment_store import SqlAttachmentStore
from stores.sql_conversation_store import SqlConversationStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"\x00\x01" * 500
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def box(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40


DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (PNG, "image/png"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (box(b"heic"), "image/heic"),
        (box(b"M4A "), "audio/mp4"),
        (box(b"isom"), "video/mp4"),
        (box(b"3gp4"), "video/3gpp"),
        (box(b"qt  "), "video/quicktime"),
        (b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"#!AMR\n", "audio/amr"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (PDF, "application/pdf"),
        (DOCX, TYPES[next(one for one in TYPES if "wordprocessing" in one)].media_type),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), next(t for t in TYPES if "sheet" in t)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 8, "application/x-ole-storage"),
        ("رقم الفاتورة INV-9\n".encode(), "text/plain"),
    ],
)
def test_bytes_tell_what_a_file_is(tmp_path: Path, data: bytes, media_type: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    found = type_of(path)
    assert found is not None
    assert found.media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00",
        b"\x7fELF",
        b"<html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'>",
        b"#!/bin/sh\x00",
        zipped("a.txt"),
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        DOCX[:-30],
        b"PK\x03\x04 no archive",
        "نص".encode("cp1256"),
        b"",
    ],
)
def test_what_we_cannot_tell_or_do_not_want_has_no_type(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert type_of(path) is None


def test_text_is_text_to_its_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes("نص INV-9\n".encode() * 20_000 + b"\x00\xff")
    assert type_of(path) is None


PDF_TYPE = TYPES["application/pdf"]


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("إيصال الدفع INV-9.pdf", "إيصال الدفع INV-9.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\مريم\\فاتورة.PDF", "فاتورة.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("\u2066صورة\u2069.pdf", "صورة.pdf"),
        ("a\x00b\n.pdf", "a b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("...", "file.pdf"),
        ("\u200b\u200f", "file.pdf"),
        ("", "file.pdf"),
        (None, "file.pdf"),
        ("تقرير v1.2 نهائي.pdf", "تقرير v1.2 نهائي.pdf"),
        ('<img src="x">.pdf', "img src= x.pdf"),
    ],
)
def test_names_keep_their_letters_and_lose_their_tricks(given_name: str | None, shown: str) -> None:
    assert cleaned(given_name, PDF_TYPE, otherwise="file") == shown


def test_an_old_office_file_keeps_its_own_ending() -> None:
    ole = TYPES["application/x-ole-storage"]
    assert cleaned("ميزانية.XLS", ole, otherwise="file") == "ميزانية.xls"
    assert cleaned("ميزانية.exe", ole, otherwise="file") == "ميزانية.doc"


@given(some.text(max_size=300))
def test_no_name_leads_anywhere(name: str) -> None:
    shown = cleaned(name, PDF_TYPE, otherwise="file")
    assert "/" not in shown
    assert "\\" not in shown
    assert not shown.startswith(".")
    assert shown.endswith(".pdf")
    assert shown.isprintable()
    assert len(shown) <= LONGEST + 4
    assert cleaned(shown, PDF_TYPE, otherwise="file") == shown


class House:
    def __init__(self, engine: AsyncEngine, folder: Path, *, scans: bool = False) -> None:
        self.folder = folder
        self.store = SqlAttachmentStore(engine, folder)
        self.conversations = SqlConversationStore(engine, new_id=lambda: str(uuid.uuid4()))
        self.intake = AttachmentIntake(
            self.store,
            AttachmentLimits(largest=100_000),
            scans=scans,
            to_scan=Wakeup(),
            now=lambda: NOON,
            new_id=lambda: str(uuid.uuid4()),
        )

    async def conversation(self) -> str:
        address = Address("webchat", "session", "s-1")
        return (await self.conversations.ensure(address, Language.AR, NOON)).id

    def left(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def house(engine: AsyncEngine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "attachments")


async def pieces(data: bytes, *, broken: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]
    if broken:
        raise ConnectionResetError


async def test_a_file_is_kept_under_what_it_is(house: House) -> None:
    taken = await house.intake.take(
        await house.conversation(), pieces(PDF), file_name="صورة INV-9.jpg"
    )
    assert taken.attachment.media_type == "application/pdf"
    assert taken.attachment.file_name == "صورة INV-9.pdf"
    assert taken.attachment.size == len(PDF)
    assert taken.attachment.state is AttachmentState.UNCHECKED
    async with house.store.open(taken.attachment.id) as back:
        assert b"".join([one async for one in back]) == PDF


async def test_with_a_scanner_it_waits_for_the_verdict(engine: AsyncEngine, tmp_path: Path) -> None:
    house = House(engine, tmp_path, scans=True)
    taken = await house.intake.take(await house.conversation(), pieces(PDF), file_name=None)
    assert taken.attachment.state is AttachmentState.PENDING
    assert taken.attachment.file_name == "document-20260302-120000.pdf"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", AttachmentEmpty),
        (b"%PDF-" + b"0" * 100_000, AttachmentTooLarge),
        (b"MZ\x90\x00", AttachmentTypeRefused),
    ],
)
async def test_nothing_remains_of_a_refused_file(
    house: House, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await house.intake.take(await house.conversation(), pieces(data), file_name="صورة.jpg")
    assert house.left() == []


async def test_nothing_remains_when_the_line_breaks(house: House) -> None:
    with pytest.raises(ConnectionResetError):
        await house.intake.take(
            await house.conversation(), pieces(PDF, broken=True), file_name="a.pdf"
        )
    assert house.left() == []


async def test_an_identity_number_in_a_name_is_not_kept(house: House) -> None:
    taken = await house.intake.take(
        await house.conversation(), pieces(PDF), file_name="هوية 784-1990-1234567-6.pdf"
    )
    assert "1234567" not in taken.attachment.file_name
    assert taken.attachment.file_name.startswith("هوية ")
    assert taken.attachment.file_name.endswith(".pdf")
