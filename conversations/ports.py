"""What conversations need from the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from conversations.attachments import Attachment
from conversations.model import (
    Address,
    Answer,
    Button,
    Controller,
    Conversation,
    InboundMessage,
    Message,
    MessageKind,
    MessageState,
    OutboundMessage,
    Sender,
)
from kernel.language import Language

if TYPE_CHECKING:
    from conversations.handover_ports import Decide


class Assistant(Protocol):
    """What understands and answers, one message at a time."""

    async def reply(
        self, conversation_id: str, text: str, metadata: Mapping[str, Any]
    ) -> Sequence[Answer]:
        """Return the answers to one message; none means that something failed inside.

        ``metadata["mid"]`` names the message, so that ``recall`` finds it again.

        Raises:
            AssistantUnreachable: it certainly did not get the message.
            AssistantError: it may or may not have got it.
        """

    async def recall(self, conversation_id: str, message_id: str) -> Sequence[Answer] | None:
        """Return what was said to a message; None when its turn is not finished.

        Raises:
            AssistantError: it cannot tell.
        """

    async def take_back(self, conversation_id: str, message_id: str) -> None:
        """Forget the last turn if it is this message's, as if it had not been asked.

        Raises:
            AssistantError: it may still remember.
        """

    async def reset(self, conversation_id: str) -> None:
        """Forget open forms and what was told in them, but not the language.

        Raises:
            AssistantError: it may still remember.
        """


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an inbound message: the stored row, and whether it was there before.

    ``refusal`` is the polite sentence for a refused message, in its language.
    """

    conversation: Conversation
    message: Message
    repeated: bool
    refusal: str | None = None


class Reception(Protocol):
    """Takes in what channels hear; ``conversations.inbox.Inbox`` is the one in use."""

    async def receive(self, inbound: InboundMessage) -> Received:
        """Store one message, whatever it holds, and have it answered if it may be."""


LEASE_S = 12.0
"""So long the work of a process that died waits for another; who lives renews in time."""


class Task(StrEnum):
    """What one worker at a time does for a conversation."""

    RELAY = "relay"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Claim:
    """In whose name, and until when, a store is to lease work in the moment it stores it."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do ``task`` for one conversation until ``until``, unless renewed.

    ``taken_over``: an earlier holder did not give it back, so that the first piece of
    work may have been done, all but the noting. ``begun``: the message whose sending the
    earlier holder had begun. ``probe``: the channel is stopped, and this work tries it out.
    """

    conversation_id: str
    task: Task
    owner: str
    until: datetime
    taken_over: bool = False
    probe: bool = False
    begun: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be stored; the store gives it its place. ``answer_to`` names a message."""

    id: str
    sender: Sender
    text: str
    language: Language
    state: MessageState
    at: datetime
    sent_at: datetime
    payload: str | None = None
    buttons: tuple[Button, ...] = ()
    reason: str | None = None
    provider_id: str | None = None
    metadata: Mapping[str, Any] | None = None
    kind: MessageKind = MessageKind.TEXT
    answer_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInbound:
    """What became of an inbound message in the store.

    ``repeated``: it was there before. ``said``: lines of ours were stored beside it.
    ``lease``: the right to answer it, where it was claimed and could be given.
    """

    conversation: Conversation
    message: Message
    repeated: bool = False
    said: bool = False
    lease: Lease | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """What was stored for the person; ``lease``: the right to send it, as for ``KeptInbound``."""

    pending: tuple[OutboundMessage, ...]
    lease: Lease | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log that screens follow. ``data`` never holds people's words."""

    cursor: int
    at: datetime
    kind: str
    conversation_id: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far back a judge wants to know of accepted messages, and from how many on it cares."""

    since: datetime
    busy_from: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What the inbox makes of a message: the row to store, lines of ours, its language."""

    message: NewMessage
    lines: tuple[NewMessage, ...]
    language: Language | None


class Judge(Protocol):
    """Decides about a message inside the storing transaction."""

    def __call__(
        self,
        conversation: Conversation,
        offered: Button | None,
        accepted: Sequence[datetime],
        told: datetime | None,
    ) -> Judged:
        """Return what to store.

        Args:
            conversation: the one the message belongs to.
            offered: the button whose payload the message is, if one was offered.
            accepted: when the person's last accepted messages were stored, newest first.
            told: when the last line was that told the person to slow down; not looked for
                under ``LookBack.busy_from`` accepted messages.
        """


class ConversationStore(Protocol):
    """Keeps conversations, messages and the event log; one transaction per call."""

    async def find(self, address: Address) -> Conversation | None:
        """Return the newest conversation of an address."""

    async def get(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""

    async def ensure(self, address: Address, language: Language, at: datetime) -> Conversation:
        """Return the conversation of an address; make person and conversation if needed."""

    async def pin_language(self, conversation_id: str, language: Language) -> None:
        """Keep the wish for a language; does nothing for an unknown conversation."""

    async def keep_inbound(
        self,
        address: Address,
        *,
        provider_id: str,
        payload: str | None,
        language: Language,
        at: datetime,
        look_back: LookBack,
        judge: Judge,
        claim: Claim | None = None,
    ) -> KeptInbound:
        """Store a person's message once per ``provider_id``, with our lines beside it.

        Args:
            payload: what the message is if it is a pressed button.
            language: what a new conversation begins with.
            look_back: what ``judge`` wants to know of accepted messages.
            claim: wants the lease to answer it, in the same transaction; it is given when the
                message waits, is complete here, and is the only work of its conversation.
        """

    async def history(
        self, conversation_id: str, *, after: int, limit: int
    ) -> tuple[Sequence[Message], bool]:
        """Return the messages with ``seq`` above ``after``, in order, and whether more follow."""

    async def claim(
        self, task: Task, *, owner: str, now: datetime, until: datetime
    ) -> Lease | None:
        """Take the conversation whose work waits longest and that no other worker holds."""

    async def renew(self, owner: str, *, until: datetime) -> None:
        """Hold on to all leases of ``owner``, also as ``owner:1`` and so on.

        Those that others took meanwhile stay theirs.
        """

    async def release(self, lease: Lease) -> None:
        """Give a lease back; does nothing when it is not ours any more."""

    async def abandon(self, lease: Lease, *, at: datetime) -> None:
        """Let others take the lease over from ``at`` on, and know that we broke off."""

    async def next_waiting(self, lease: Lease) -> tuple[Conversation, Message] | None:
        """Return the oldest message of the conversation that waits for an answer."""

    async def answer(
        self,
        lease: Lease,
        conversation: Conversation,
        message: Message,
        answers: Sequence[NewMessage],
        *,
        at: datetime,
        decide: Decide | None = None,
        give_back: bool = False,
        claim: Claim | None = None,
    ) -> KeptAnswers | None:
        """Store the assistant's answers and mark the message answered, all or nothing.

        ``decide`` may then change who speaks, in the same transaction, and with ``give_back``
        the lease is released in it as well. ``claim`` wants the lease to send the answers; it
        is given when they are all that is to be sent in the conversation.

        Only while the assistant is in control, and control has not changed since
        ``conversation`` was read, and the lease is ours, and the message still waits.

        Returns:
            None when it was not done; then nothing is changed.
        """

    async def say(
        self, lease: Lease, conversation: Conversation, line: NewMessage, *, at: datetime
    ) -> bool:
        """Store a line of ours under the same conditions as ``answer``."""

    async def settle(
        self,
        lease: Lease,
        message: Message,
        state: MessageState,
        *,
        reason: str | None,
        lines: Sequence[NewMessage],
        at: datetime,
        decide: Decide | None = None,
        give_back: bool = False,
    ) -> bool:
        """Close a waiting message without an answer, with lines that tell the person.

        When people are in control the lines are left out, and the message is left for
        them. ``decide`` and ``give_back`` as for ``answer``.

        Returns:
            False when the message did not wait any more, or the lease is gone.
        """

    async def leave_for_people(
        self,
        lease: Lease,
        message: Message,
        *,
        at: datetime,
        decide: Decide,
        give_back: bool = False,
    ) -> bool:
        """Mark a waiting message as people's, only while they are in control.

        Returns:
            False when nothing was done; what waits on is for the assistant.
        """

    async def pending(self, lease: Lease, *, limit: int = 50) -> Sequence[OutboundMessage]:
        """Return the messages of ours that were not sent yet, in order."""

    async def delivered(
        self,
        lease: Lease,
        outbound: OutboundMessage,
        state: MessageState,
        *,
        provider_id: str | None,
        reason: str | None,
        at: datetime,
        code: str | None = None,
        give_back: bool = False,
    ) -> None:
        """Keep how the sending went; ``code`` is the service's own of a failure.

        With ``give_back`` the lease is released in the same transaction.
        """

    async def take_control(self, conversation_id: str, controller: Controller, at: datetime) -> int:
        """Change who answers; return the new ``control_version``.

        Raises:
            ConversationNotFound: no conversation has this id.
        """

    async def events_after(self, cursor: int, *, limit: int = 500) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""
