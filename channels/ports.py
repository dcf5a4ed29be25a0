"""What a way in and out has to offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from conversations.model import Address, InboundMessage, OutboundMessage


class Channel(Protocol):
    """One way to reach people: a messaging service, or a page of our own."""

    @property
    def name(self) -> str:
        """Short lower-case name; part of the webhook URL and of stored ids."""

    @property
    def repeatable(self) -> bool:
        """Whether sending a message twice shows it once, because the other side knows its id."""

    @property
    def longest_bubble(self) -> int | None:
        """How many characters a message may have, where the answers of a turn are best joined
        into few messages; None where each is a message of its own."""

    async def send(self, outbound: OutboundMessage) -> str | None:
        """Send and return the service's own id for the message, if it has one.

        Raises:
            DeliveryFailed: it was not taken.
            DeliveryUnknown: no answer in time.
        """

    async def show_typing(self, address: Address, *, on: bool) -> None:
        """Show that an answer is being written, or no longer; does nothing where it cannot."""


class WebhookChannel(Channel, Protocol):
    """A service that calls us. ``verify`` and ``parse`` are pure and know nothing of each other."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check that the service sent this.

        Raises:
            SignatureRejected: it did not, or the proof is missing.
        """

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        """Return the messages in one webhook body; none for events we do not handle.

        Raises:
            PayloadNotUnderstood: the body is broken.
        """
