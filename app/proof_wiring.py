"""Wire the proof that somebody on the web is the person behind a WhatsApp number."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from app.secret import signing_secret
from app.settings import Settings
from cases.contact import read_contact
from channels.errors import DeliveryFailed
from channels.ports import Channel
from channels.webchat.proofs import WebchatProofs
from conversations.model import Address, Message, MessageState, OutboundMessage, Sender
from conversations.ports import ConversationStore
from conversations.proofs import DIGITS, ProofLimits, ProofStore, Proving
from phrases.catalogue import Catalogue

log = logging.getLogger(__name__)


class ChannelCodes:
    """Sends a code past the outbox, so that no table ever holds it."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        conversations: ConversationStore,
        phrases: Catalogue,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._channels = channels
        self._conversations = conversations
        self._phrases = phrases
        self._now = now
        self._new_id = new_id

    async def __call__(self, target: Address, code: str) -> bool:
        """Send it in the language of the conversation there; False when nobody is known there."""
        channel = self._channels.get(target.channel)
        conversation = await self._conversations.find(target)
        if channel is None or conversation is None:
            return False
        language, now = conversation.language, self._now()
        message = Message(
            id=self._new_id(),
            conversation_id=conversation.id,
            seq=0,
            sender=Sender.SYSTEM,
            text=self._phrases.say("proof_code", language, code=code),
            language=language,
            state=MessageState.PENDING,
            sent_at=now,
            stored_at=now,
        )
        try:
            await channel.send(OutboundMessage(target, message))
        except DeliveryFailed as error:
            log.warning("a code could not be sent: %s", error.code)
            return False
        return True


def build_proofs(
    settings: Settings,
    store: ProofStore,
    conversations: ConversationStore,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    channels: Mapping[str, Channel],
    phrases: Catalogue,
) -> WebchatProofs:
    """Return the web chat's door to it; ``channels`` may still be filled afterwards."""
    proving = Proving(
        store,
        ChannelCodes(channels, conversations, phrases, now=now, new_id=new_id),
        secret=signing_secret(settings.webchat_secret, settings.data_dir),
        limits=ProofLimits(),
        read_phone=read_contact,
        now=now,
        new_id=new_id,
        new_code=lambda: f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}",
    )
    return WebchatProofs(proving, conversations, phrases)
