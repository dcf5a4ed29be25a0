"""Asking one person once: what is kept of it, and what decides whether and how it is done."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.model import Controller, Conversation
from conversations.ratings import PAUSE
from kernel.language import Language
from surveys.questions import Questionnaire

CASE, WAVE = "case", "wave"
"""What an invitation is about, in the table of ratings too (``subject_kind``)."""

LINK = re.compile(r"(/s/)[A-Za-z0-9_-]{16,}")
UNTIL_LATER = timedelta(minutes=30)


class InvitationState(StrEnum):
    """Whether somebody was asked; whether they answered is in their rating."""

    PLANNED = "planned"
    ASKED = "asked"
    SKIPPED = "skipped"


class Skip(StrEnum):
    """Why somebody was not asked. The value is what stores keep."""

    NO_CHANNEL = "no_channel"
    NO_WAY = "no_way"
    OPTED_OUT = "opted_out"
    CAPPED = "capped"
    TOO_LATE = "too_late"
    STOPPED = "stopped"


class Way(StrEnum):
    """How somebody is asked: faces to press, or a link, in a template where that is needed."""

    BUTTONS = "buttons"
    LINK = "link"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One asking of one person; its rating has the same ``id``.

    ``subject`` is the number of the case. ``occasion`` tells one closing from the next, one
    wave from another: together with kind and subject it is there once. ``expires_at``: until
    then it may be answered. ``wave_id``, ``asked`` (what was published) and the cap are None
    for the closing of a case.
    """

    id: str
    kind: str
    subject: str
    occasion: str
    person_id: str
    conversation_id: str
    department: str
    language: Language
    planned_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    wave_id: str | None = None
    asked: Questionnaire | None = None
    cap: int | None = None
    cap_days: int | None = None

    @property
    def subject_id(self) -> str:
        """Return what the rating is about."""
        return f"{self.subject}@{self.occasion}"[:64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a transaction sees of somebody who is to be asked, locked.

    ``asked_at``: when they were last asked in this conversation. ``recent``: how often
    campaigns asked them within the days of the cap.
    """

    conversation: Conversation
    opted_out: bool
    asked_at: datetime | None
    recent: int = 0


def digest_of(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def without_token(text: str) -> str:
    """Return a text in which no link of ours can be followed."""
    return LINK.sub(r"\1…", text)


def may_ask(seen: Seen, invitation: Invitation, *, at: datetime) -> Skip | datetime | None:
    """Tell whether to ask now: None, or why never, or when to look again."""
    if seen.opted_out:
        return Skip.OPTED_OUT
    if at >= invitation.expires_at:
        return Skip.TOO_LATE
    if invitation.cap is not None and seen.recent >= invitation.cap:
        return Skip.CAPPED
    if seen.conversation.controller is not Controller.BOT:
        return at + UNTIL_LATER  # people speak: a question of ours would be in their way
    if seen.asked_at is not None and seen.asked_at > at - PAUSE:
        return seen.asked_at + PAUSE
    return None


def way_of(*, fits_buttons: bool, window_open: bool, has_template: bool) -> Way | Skip:
    """Return how somebody is asked, given what the channel takes now."""
    if not window_open:
        return Way.TEMPLATE if has_template else Skip.NO_WAY
    return Way.BUTTONS if fits_buttons else Way.LINK
