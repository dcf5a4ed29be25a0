"""What a file is, told from its bytes. What its sender calls it counts for nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conversations.attachments import AttachmentKind

HEAD = 8_192
"""How many bytes from the beginning are looked at."""

MOST_ZIP_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class FileType:
    """A media type, the ending its files get, and what it is for people."""

    media_type: str
    ending: str
    kind: AttachmentKind


_IMAGE, _AUDIO = AttachmentKind.IMAGE, AttachmentKind.AUDIO
_VIDEO, _DOCUMENT = AttachmentKind.VIDEO, AttachmentKind.DOCUMENT
_OFFICE = "application/vnd.openxmlformats-officedocument"

TYPES: Mapping[str, FileType] = {
    one.media_type: one
    for one in (
        FileType("image/jpeg", ".jpg", _IMAGE),
        FileType("image/png", ".png", _IMAGE),
        FileType("image/gif", ".gif", _IMAGE),
        FileType("image/webp", ".webp", _IMAGE),
        FileType("image/heic", ".heic", _IMAGE),
        FileType("audio/ogg", ".ogg", _AUDIO),
        FileType("audio/mpeg", ".mp3", _AUDIO),
        FileType("audio/mp4", ".m4a", _AUDIO),
        FileType("audio/aac", ".aac", _AUDIO),
        FileType("audio/amr", ".amr", _AUDIO),
        FileType("audio/wav", ".wav", _AUDIO),
        FileType("video/mp4", ".mp4", _VIDEO),
        FileType("video/3gpp", ".3gp", _VIDEO),
        FileType("video/quicktime", ".mov", _VIDEO),
        FileType("video/webm", ".webm", _VIDEO),
        FileType("application/pdf", ".pdf", _DOCUMENT),
        FileType(f"{_OFFICE}.wordprocessingml.document", ".docx", _DOCUMENT),
        FileType(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx", _DOCUMENT),
        FileType(f"{_OFFICE}.presentationml.presentation", ".pptx", _DOCUMENT),
        FileType("application/x-ole-storage", ".doc", _DOCUMENT),
        FileType("text/plain", ".txt", _DOCUMENT),
    )
}
"""Every type we can tell. Programs, archives, HTML and SVG are not among them."""

OLE_ENDINGS = frozenset({".doc", ".xls", ".ppt", ".msg"})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"3gp", b"3g2"), "video/3gpp"),
    ((b"qt  ",), "video/quicktime"),
    ((b"isom", b"iso", b"mp4", b"avc1", b"MSNV", b"M4V", b"dash", b"f4v"), "video/mp4"),
)
_OFFICE_PARTS = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
_CONTROLS = frozenset({*range(32), 127}) - {9, 10, 12, 13}


def type_of(path: Path) -> FileType | None:
    """Return the type of a file; None for whatever we cannot tell. Reads, so not for the loop."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    name = _told_by(head)
    if name is None and head.startswith(b"PK\x03\x04"):
        name = _office(path)
    if name is None and _is_text(path, head):
        name = "text/plain"
    return None if name is None else TYPES[name]


def _told_by(head: bytes) -> str | None:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        for brands, name in _BRANDS:
            if head[8:12].startswith(brands):
                return name
    return None


def _office(path: Path) -> str | None:
    """Return which Office type a ZIP is: none for plain archives and for any with macros."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return None
    if len(names) > MOST_ZIP_ENTRIES or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    for folder, found in _OFFICE_PARTS.items():
        if any(name.startswith(folder) for name in names):
            return found
    return None


def _is_text(path: Path, head: bytes) -> bool:
    """Tell whether a file is UTF-8 throughout, without controls, and no markup."""
    if not head or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return False
    if _CONTROLS.intersection(head):
        return False
    try:
        with path.open(encoding="utf-8") as file:
            while piece := file.read(HEAD * 8):
                if any(ord(one) in _CONTROLS for one in set(piece)):
                    return False
    except UnicodeDecodeError:
        return False
    return True
