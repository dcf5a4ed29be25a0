"""Conversations and their messages. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from conversations.attachments import Attachment
from kernel.language import Language
from kernel.validity import OUTDATED, TOPIC

PLACEHOLDER = "placeholder"
"""In the metadata of a message whose ``text`` is a sentence of ours, not the person's words."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sender(StrEnum):
    """Whose words a message holds. The value is what stores keep."""

    CITIZEN = "citizen"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Controller(StrEnum):
    """Who answers: the assistant, nobody yet (people are waited for), or a person."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class MessageState(StrEnum):
    """How far a message is.

    A person's message: waiting, then answered, refused, failed, or left for people.
    Ours: pending, then sent, failed, or unknown (never sent again by itself).
    Either: quarantined, when handling it broke off again and again.
    """

    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    FOR_AGENT = "for_agent"
    PENDING = "pending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    QUARANTINED = "quarantined"


RELEASE = "release"
"""In the metadata of an answer: which release gave it, and its model."""

FOR_STAFF = frozenset({RELEASE, TOPIC, OUTDATED})
"""Facts of an answer that stay with staff."""


class MessageKind(StrEnum):
    """What a message is. The value is what stores keep.

    What is not ``text`` has its words in ``text`` all the same: a caption, or a sentence of
    ours in its place. Its facts (file, coordinates, cards ...) are in ``metadata``.
    """

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    ORDER = "order"
    FORM = "form"
    REACTION = "reaction"
    EDIT = "edit"
    REVOKE = "revoke"
    TEMPLATE = "template"
    SYSTEM = "system"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Button:
    """What a person may press: the words on it and what it stands for."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody can be reached on a channel, for example ("webchat", "session", ...)."""

    channel: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person's thread on one channel.

    ``control_version`` counts the changes of ``controller``: an answer made under an
    older version is dropped. ``language_pinned``: the person asked for ``language``.
    ``assistant_stale``: people spoke last, so the assistant is reset before it is asked.
    """

    id: str
    address: Address
    person_id: str
    language: Language
    language_pinned: bool
    controller: Controller
    control_version: int
    created_at: datetime
    assistant_stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as stored: masked, and with its place ``seq`` in the conversation.

    ``payload`` is set when a button was pressed; ``text`` is then the button's title.
    ``sent_at`` is the provider's time, ``stored_at`` ours. ``reason`` says why a
    message was refused or failed.
    """

    id: str
    conversation_id: str
    seq: int
    sender: Sender
    text: str
    language: Language
    state: MessageState
    sent_at: datetime
    stored_at: datetime
    payload: str | None = None
    buttons: tuple[Button, ...] = ()
    reason: str | None = None
    provider_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    kind: MessageKind = MessageKind.TEXT
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What a channel heard, before anything is done to it.

    ``payload`` is what a pressed button carried, where the channel tells it apart.
    ``metadata`` has the facts of a message that is not, or not only, text.
    ``refusal_shown``: the channel itself shows the person why a message is refused.
    ``attachments`` were taken in before, in the same conversation. ``network`` is where
    it comes from (``conversations.network``), where the channel knows; it is not stored.
    """

    address: Address
    provider_id: str
    text: str
    sent_at: datetime
    language_hint: Language | None = None
    payload: str | None = None
    refusal_shown: bool = False
    kind: MessageKind = MessageKind.TEXT
    metadata: Mapping[str, Any] = NOTHING
    attachments: tuple[Attachment, ...] = ()
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One bubble of the assistant."""

    text: str
    buttons: tuple[Button, ...] = ()
    metadata: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message on its way to a person; ``attempts`` have failed so far."""

    address: Address
    message: Message
    attempts: int = 0
    next_try_at: datetime | None = None
