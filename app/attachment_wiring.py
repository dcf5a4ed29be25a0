"""Wire the files that people send: where they are kept, what is taken, who looks into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.settings import Settings
from cases.service import CaseService
from conversations.attachment_intake import AttachmentIntake, AttachmentLimits
from conversations.attachments import AttachmentStore
from conversations.clamav import ClamavScanner
from conversations.file_answers import FileAnswers
from conversations.file_types import TYPES
from conversations.lines import Lines
from conversations.scanner import NoScanner, Scanner
from conversations.scanning import Scanning
from conversations.wakeup import Wakeup
from conversations.wordless import Forms, Transcript, Wordless

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """Where files are kept, the way in for new ones, and the worker that has them scanned."""

    store: AttachmentStore
    intake: AttachmentIntake
    scanning: Scanning


def build_attachments(
    settings: Settings,
    store: AttachmentStore,
    *,
    lines: Lines,
    to_send: Wakeup,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Attachments:
    """Return the parts; nothing is touched yet."""
    limits = AttachmentLimits(
        largest=settings.attachment_mb * MEGABYTE,
        types=frozenset(settings.attachment_types or TYPES),
        hourly=settings.attachment_hourly,
    )
    scanner: Scanner = ClamavScanner(settings.clamd) if settings.clamd else NoScanner()
    to_scan = Wakeup()
    return Attachments(
        store=store,
        intake=AttachmentIntake(
            store, limits, scans=scanner.scans, to_scan=to_scan, now=now, new_id=new_id
        ),
        scanning=Scanning(store, scanner, lines, to_scan=to_scan, to_send=to_send, now=now),
    )


def files_alone(
    files: Attachments,
    cases: CaseService,
    forms: Forms,
    transcript: Transcript,
    lines: Lines,
    new_id: Callable[[], str],
) -> Wordless:
    """Return what answers to files that come without words."""
    answers = FileAnswers(cases).take
    join = files.store.to_recent_case
    return Wordless(forms, transcript, join, lines, new_id=new_id, answers=answers)
