"""A mail and what becomes of it. All times are aware and in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.language import Language

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class MailState(StrEnum):
    """What became of a mail to one recipient. The value is what stores keep."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes along, whole in memory."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What is to be sent, to each recipient separately: nobody sees who else got it.

    Args:
        key: the same key is sent once, however often it is asked for.
        html: a whole page, or None for plain text alone.
        language: of the words; says which way a reader's program lays them out.
    """

    key: str
    to: tuple[str, ...]
    subject: str
    text: str
    language: Language
    html: str | None = None
    files: tuple[MailFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One mail on its way to one recipient. ``attempts`` counts the present one."""

    id: int
    mail_id: str
    recipient: str
    attempts: int
    queued_at: datetime
    mail: Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHealth:
    """How the outbox does: what waits since when, and what failed since a moment."""

    waiting: int
    oldest: datetime | None
    failed: int
    last_sent: datetime | None
    last_error: str | None


def is_address(text: str) -> bool:
    """Tell whether a mail can be sent to ``text``, or from it."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None
