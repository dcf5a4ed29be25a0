"""A channel without a service, for tests and for trying things out."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from channels.errors import DeliveryFailed, PayloadNotUnderstood, SignatureRejected
from conversations.model import Address, InboundMessage, OutboundMessage


class FakeChannel:
    """Collects what is sent. Put failures into ``failures``: each makes one sending fail."""

    name = "fake"
    repeatable = False
    longest_bubble = None
    token = "fake-token"  # noqa: S105 - a fake has nothing to guard

    def __init__(self) -> None:
        self.sent: list[OutboundMessage] = []
        self.typing: list[tuple[Address, bool]] = []
        self.failures: list[DeliveryFailed] = []

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Accept what carries ``token``; raises SignatureRejected."""
        if not hmac.compare_digest(headers.get("X-Fake-Token", "").encode(), self.token.encode()):
            raise SignatureRejected(channel=self.name)

    def parse(self, body: bytes) -> Sequence[InboundMessage]:
        """Read {"kind": "message", "from", "id", "text", "at"}; raises PayloadNotUnderstood."""
        try:
            event = json.loads(body)
            if event["kind"] != "message":
                return []
            return [
                InboundMessage(
                    address=Address(self.name, "user", event["from"]),
                    provider_id=event["id"],
                    text=event["text"],
                    sent_at=datetime.fromisoformat(event["at"]),
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise PayloadNotUnderstood(channel=self.name) from error

    async def send(self, outbound: OutboundMessage) -> str:
        """Keep the message in ``sent``; raises the next of ``failures``."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(outbound)
        return f"fake-{len(self.sent)}"

    async def show_typing(self, address: Address, *, on: bool) -> None:
        """Keep it in ``typing``."""
        self.typing.append((address, on))
