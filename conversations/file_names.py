"""Names of files as they may be shown and saved: Arabic stays, tricks go."""

from __future__ import annotations

import unicodedata

from conversations.file_types import OLE_ENDINGS, FileType

LONGEST = 120
"""In characters; 255 bytes is what file systems take, and Arabic letters are two each."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(10)}
)


def cleaned(name: str | None, of: FileType, *, otherwise: str) -> str:
    """Return a name with the ending of what the file really is.

    Folders, controls, invisible and direction-changing characters go; letters of every
    script stay. ``otherwise`` is used when nothing remains.
    """
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if one in _FORBIDDEN or _blank(one) else one for one in _visible(last))
    stem = " ".join(kept.split()).strip(" .")
    ending = of.ending
    before, dot, after = stem.rpartition(".")
    if dot and 0 < len(after) <= 5 and after.isascii() and after.isalnum():
        stem = before.strip(" .")
        if of.media_type == "application/x-ole-storage" and f".{after.lower()}" in OLE_ENDINGS:
            ending = f".{after.lower()}"
    if stem.split(".", 1)[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    stem = stem[:LONGEST].rstrip(" .") or otherwise
    return stem + ending


def _visible(name: str) -> str:
    """Return the name without what has no shape: controls, overrides, isolates, zero widths.

    The zero-width joiners stay out too: they matter to Persian spelling, not to Arabic.
    """
    normal = unicodedata.normalize("NFC", name)
    return "".join(one for one in normal if unicodedata.category(one) not in ("Cf", "Cs", "Co"))


def _blank(one: str) -> bool:
    return one.isspace() or unicodedata.category(one) in ("Cc", "Cn", "Zl", "Zp", "Zs")


def plain(name: str | None) -> str:
    """Return a name as its sender wrote it, but for what has no shape; to be spoken of only."""
    shown = "".join(" " if _blank(one) else one for one in _visible(name or ""))
    return " ".join(shown.split())[:LONGEST] or "?"
