"""Ready replies: what staff insert with one press, in the customer's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from conversations.errors import ConversationError
from kernel.language import Language

FIELDS = ("case", "name", "agent", "department")
"""What may stand in braces; each is filled when the reply is picked."""

LONGEST_SHORT, LONGEST_TITLE, LONGEST_TEXT = 32, 80, 2_000

_FIELD = re.compile(r"\{([^{}]*)\}")
_SHORT = re.compile(r"[\w-]{1,32}")


class CannedError(ConversationError):
    """The root of what can be wrong with a ready reply; ``field`` names the input."""

    code: ClassVar[str] = "canned_error"


class CannedIncomplete(CannedError):
    """A title or a text is missing or too long."""

    code: ClassVar[str] = "canned_incomplete"


class CannedFieldUnknown(CannedError):
    """A text has braces around something that is no field; ``found`` is what."""

    code: ClassVar[str] = "canned_field_unknown"


class CannedShortUnusable(CannedError):
    """The short name has something else than letters, digits, - and _."""

    code: ClassVar[str] = "canned_short_unusable"


class CannedShortTaken(CannedError):
    """Another reply has the short name."""

    code: ClassVar[str] = "canned_short_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """One reply. ``short`` is what follows "/"; ``department``: only for its staff.

    ``changed_by`` is an actor, ``system:shipped`` for what came with the software.
    """

    id: str
    short: str
    title_ar: str
    title_en: str
    text_ar: str
    text_en: str
    department: str | None = None
    changed_at: datetime | None = None
    changed_by: str = "system:shipped"

    def title(self, language: Language) -> str:
        """Return the title in the language of the screen."""
        return self.title_ar if language is Language.AR else self.title_en

    def text(self, language: Language) -> str:
        """Return the text in the customer's language, fields and all."""
        return self.text_ar if language is Language.AR else self.text_en

    def filled(self, language: Language, facts: Mapping[str, str]) -> str | None:
        """Return the text with its fields filled in; None when one of them is not known."""
        text = self.text(language)
        if any(not facts.get(one) for one in _FIELD.findall(text)):
            return None
        return _FIELD.sub(lambda found: facts[found.group(1)], text)


def check(reply: CannedReply) -> CannedReply:
    """Return the reply if it can be kept.

    Raises:
        CannedIncomplete, CannedFieldUnknown, CannedShortUnusable: see there.
    """
    if not _SHORT.fullmatch(reply.short):
        raise CannedShortUnusable(field="short")
    for field, most in (
        ("title_ar", LONGEST_TITLE),
        ("title_en", LONGEST_TITLE),
        ("text_ar", LONGEST_TEXT),
        ("text_en", LONGEST_TEXT),
    ):
        value = getattr(reply, field)
        if not value or len(value) > most:
            raise CannedIncomplete(field=field)
    for field in ("text_ar", "text_en"):
        text = getattr(reply, field)
        unknown = [one for one in _FIELD.findall(text) if one not in FIELDS]
        stray = re.search(r"\S*[{}]\S*", _FIELD.sub("", text))
        if unknown or stray:
            found = f"{{{unknown[0]}}}" if unknown else stray.group() if stray else ""
            raise CannedFieldUnknown(field=field, found=found)
    return reply


class CannedStore(Protocol):
    """Keeps ready replies. A change is one transaction with its audit row."""

    async def all(self) -> Sequence[CannedReply]:
        """Return every reply in use, in the order of their short names."""

    async def find(self, reply_id: str) -> CannedReply | None:
        """Return a reply that is in use."""

    async def seed(self, replies: Sequence[CannedReply], *, at: datetime) -> None:
        """Keep the replies that ship and were never kept before, removed ones included."""

    async def save(self, reply: CannedReply, *, actor: str, at: datetime) -> None:
        """Keep a new reply, or what an old one is now; raises CannedShortTaken."""

    async def remove(self, reply_id: str, *, actor: str, at: datetime) -> bool:
        """Take a reply out of use; False when there is none."""
