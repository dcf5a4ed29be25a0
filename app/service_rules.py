"""What the channels let agents say, as the desk asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.whatsapp.templates import Templates
from conversations.model import Conversation
from conversations.window import ServiceWindow
from desk.service_rules import ApprovedLine
from kernel.language import Language

WHATSAPP = "whatsapp"
NUMBER = "number"


class ChannelRules:
    """Knows the windows of all channels, and the approved lines of WhatsApp."""

    def __init__(self, window: ServiceWindow, templates: Templates) -> None:
        self._window = window
        self._templates = templates

    async def open_until(self, conversation: Conversation) -> datetime | None:
        """Return until when a plain message may be sent; None: always."""
        return await self._window.open_until(conversation)

    def templates(self, conversation: Conversation, *, number: str) -> Sequence[ApprovedLine]:
        """Return what may be sent at any time, in the language of the conversation."""
        if conversation.address.channel != WHATSAPP:
            return ()
        facts = {NUMBER: number} if number else {}
        offered = self._templates.offered(conversation.language)
        usable = [one for one in offered if all(name in facts for name in one.parameters)]
        return [ApprovedLine(one.name, *one.filled(facts)) for one in usable]

    def approved(
        self, conversation: Conversation, name: str, language: Language, facts: Mapping[str, str]
    ) -> tuple[str, Mapping[str, Any]] | None:
        """Return one line in a language; None where the channel has none of this name."""
        template = self._templates.find(name, language)
        if template is None or conversation.address.channel != WHATSAPP:
            return None
        return template.filled(facts)
