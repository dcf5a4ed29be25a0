"""What a messaging service lets us say, and when; the channels know, the desk asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from conversations.model import Conversation


@dataclass(frozen=True, slots=True)
class ApprovedLine:
    """A template with its fields filled in: what people will read, and what makes it one."""

    name: str
    text: str
    metadata: Mapping[str, Any]


class ServiceRules(Protocol):
    """``app.service_rules.ChannelRules`` is the one in use."""

    async def open_until(self, conversation: Conversation) -> datetime | None:
        """Return until when a plain message may be sent; None: always."""

    def templates(self, conversation: Conversation, *, number: str) -> Sequence[ApprovedLine]:
        """Return what may be sent at any time, in the language of the conversation.

        Args:
            number: of the newest case; empty leaves out what needs one.
        """
