"""What is said over the wire: Rasa's Socket.IO events, and ours beside them.

A client that tells ``after`` in its ``session_request`` is ours and gets whole messages,
history and echoes. Any other is taken for a widget made for Rasa 3.6 and gets what Rasa
itself would send: widgets tell the kinds of messages apart by the keys they have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.attachments import Attachment
from conversations.model import FOR_STAFF, Button, Message
from kernel.language import Language

MOST_SEQ = 2**31 - 1
MOST_ATTACHMENTS = 5

_CLIENT_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_BLANK_LINES = re.compile(r"\n\s*\n")

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """``session_request {session_id, after, language}``; ``after`` is None for foreign widgets."""

    session_id: object
    after: int | None
    language: Language | None

    @classmethod
    def read(cls, given: object) -> SessionRequest:
        """Read whatever a client sent; never raises."""
        told = given if isinstance(given, dict) else {}
        after: int | None = None
        if "after" in told:
            wanted = told["after"]
            whole = isinstance(wanted, int) and not isinstance(wanted, bool)
            after = min(max(wanted, 0), MOST_SEQ) if whole else 0
        return cls(told.get("session_id"), after, language_in(told))


@dataclass(frozen=True, slots=True)
class Uttered:
    """``user_uttered {message, session_id, customData|metadata, id, attachments}``."""

    text: str
    session_id: object
    client_id: str | None
    language: Language | None
    attachments: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: object) -> Uttered:
        """Read whatever a client sent; never raises. What is no text counts as none."""
        told = given if isinstance(given, dict) else {}
        message = told.get("message")
        if isinstance(message, int | float) and not isinstance(message, bool):
            message = str(message)
        facts = told.get("metadata") or told.get("customData")
        return cls(
            message if isinstance(message, str) else "",
            told.get("session_id"),
            _client_id(told.get("id")),
            language_in(facts if isinstance(facts, dict) else {}),
            _attachments(told.get("attachments")),
        )


def language_in(told: Mapping[str, Any]) -> Language | None:
    """Return the language a client names, if we speak it."""
    named = told.get("language")
    return Language(named) if named in ("ar", "en") else None


def _attachments(given: object) -> tuple[str, ...]:
    ids = given[:MOST_ATTACHMENTS] if isinstance(given, list) else []
    return tuple(one for one in ids if isinstance(one, str) and _CLIENT_ID.fullmatch(one))


def _client_id(given: object) -> str | None:
    """Return an id that a store takes; a strange one is replaced by its digest."""
    if not isinstance(given, str) or not given:
        return None
    if _CLIENT_ID.fullmatch(given):
        return given
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def whole(message: Message) -> Told:
    """Return a message as our widget gets it, live and in the history."""
    return {
        "id": message.id,
        "seq": message.seq,
        "sender": message.sender.value,
        "kind": message.kind.value,
        "text": message.text,
        "at": message.sent_at.isoformat(),
        "state": message.state.value,
        "quick_replies": [_quick_reply(one) for one in message.buttons],
        "metadata": {
            name: fact for name, fact in message.metadata.items() if name not in FOR_STAFF
        },
        "language": message.language.value,
        "attachments": [file_told(one) for one in message.attachments],
    }


def file_told(attachment: Attachment) -> Told:
    """Return what our widget gets to know of a file; its link is asked for when it is needed."""
    return {
        "id": attachment.id,
        "kind": attachment.kind.value,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "name": attachment.file_name,
        "state": attachment.state.value,
    }


def as_rasa_says(message: Message) -> Iterator[Told]:
    """Yield a message as Rasa 3.6's own channel would send it: a text in its paragraphs.

    Source: ``rasa/core/channels/socketio.py`` of 3.6.21.
    """
    parts = [part for part in _BLANK_LINES.split(message.text.strip()) if part.strip()]
    for part in parts[:-1]:
        yield {"text": part}
    if parts:
        last: Told = {"text": parts[-1]}
        if message.buttons:
            last["quick_replies"] = [_quick_reply(one) for one in message.buttons]
        yield last
    image = message.metadata.get("image")
    if isinstance(image, str):
        yield {"attachment": {"type": "image", "payload": {"src": image}}}


def _quick_reply(button: Button) -> Told:
    return {"content_type": "text", "title": button.title, "payload": button.payload}
