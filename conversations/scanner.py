"""Who looks into files for malware."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from conversations.attachments import AttachmentError, AttachmentState


class ScannerUnreachable(AttachmentError):
    """The scanner did not answer, or not in a way we know; the same file may be asked again."""

    code: ClassVar[str] = "scanner_unreachable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner says of one file; ``finding`` is its name for what it found."""

    state: AttachmentState
    finding: str | None = None


class Scanner(Protocol):
    """Looks at one file at a time."""

    @property
    def scans(self) -> bool:
        """Whether it looks at all."""

    async def scan(self, pieces: AsyncIterable[bytes]) -> Verdict:
        """Return a verdict: clean, infected, unscannable or unchecked.

        Raises:
            ScannerUnreachable: try again later.
        """


class NoScanner:
    """Looks at nothing and says so: files stay ``unchecked``."""

    scans = False

    async def scan(self, pieces: AsyncIterable[bytes]) -> Verdict:
        """Return ``unchecked``."""
        return Verdict(AttachmentState.UNCHECKED)
