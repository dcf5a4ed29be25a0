"""What a service's webhook brings, and where it is kept before the service is thanked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversations.delivery import DeliveryStatus
from conversations.model import Address, Button, InboundMessage, Message
from conversations.ports import Judge, LookBack
from kernel.language import Language

Choose = Callable[[Message], Button | None]
"""Says which option of our last question a typed text means."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a store needs to judge a message inside its transaction.

    ``payload`` is what the message is if it is a pressed button; ``language`` is what a
    new conversation begins with.
    """

    payload: str | None
    language: Language
    at: datetime
    look_back: LookBack
    judge: Judge


@dataclass(frozen=True, slots=True)
class RawWebhook:
    """One body as it came, but masked. The same ``digest`` of a channel is the same body."""

    id: str
    channel: str
    digest: str
    body: str
    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Rename:
    """The service says that one of its accounts is known by another value from now on."""

    previous: Address
    current: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message of a webhook.

    ``aliases`` are other addresses of the same account, as the service says in this very
    message. ``own_side``: somebody of ours wrote it, on another device. ``choose`` is
    asked when the text is short enough to name an option.
    """

    inbound: InboundMessage
    aliases: tuple[Address, ...] = ()
    renames: tuple[Rename, ...] = ()
    own_side: bool = False
    choose: Choose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedArrival:
    """An arrival with what the store needs to judge it inside its transaction."""

    arrival: Arrival
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class StatusNote:
    """How far a message of ours is; see ``DeliveryLedger.note``."""

    status: DeliveryStatus
    at: datetime
    message_id: str | None
    provider_id: str | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a webhook, or all of it, that is not what the service sends: kept for people."""

    reason: str
    body: str
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookKept:
    """What became of a webhook: messages new and known before, parts put aside."""

    repeated: bool
    stored: int = 0
    known: int = 0
    quarantined: int = 0


class WebhookKeeper(Protocol):
    """Keeps webhooks with their messages; one transaction per call."""

    async def keep(
        self,
        raw: RawWebhook,
        arrivals: Sequence[JudgedArrival],
        *,
        renames: Sequence[Rename] = (),
        unreadable: Sequence[Unreadable] = (),
    ) -> WebhookKept:
        """Store a body and everything in it, each message once per ``provider_id``.

        One person is one thread, by whichever of its addresses it writes; two people
        are never made one because an address moved from one to the other.
        """

    async def keep_statuses(self, raw: RawWebhook, notes: Sequence[StatusNote]) -> WebhookKept:
        """Store a body of statuses and note them in the delivery ledger."""

    async def quarantine(self, raw: RawWebhook, reason: str) -> WebhookKept:
        """Store a body that cannot be read, once, for people to look at."""


class WebhookStore(WebhookKeeper, Protocol):
    """Also tells what came last."""

    async def last_heard(self, address: Address) -> str | None:
        """Return the provider's id of the last message that came from an address."""


class WebhookReception(Protocol):
    """Takes in webhooks; ``conversations.webhook_inbox.WebhookInbox`` is the one in use."""

    async def receive_webhook(
        self,
        raw: RawWebhook,
        arrivals: Sequence[Arrival],
        *,
        renames: Sequence[Rename] = (),
        unreadable: Sequence[Unreadable] = (),
    ) -> WebhookKept:
        """Store everything in one transaction, and have answered what may be."""

    async def receive_statuses(self, raw: RawWebhook, notes: Sequence[StatusNote]) -> WebhookKept:
        """Keep a body that brings statuses only."""

    async def quarantine(self, raw: RawWebhook, reason: str) -> WebhookKept:
        """Keep a body that cannot be read."""
