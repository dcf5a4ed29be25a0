"""WhatsApp as a channel: one stored message is one sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from channels.errors import DeliveryFailed, DeliveryUnknown
from channels.whatsapp.accounts import NAME
from channels.whatsapp.failures import PAIR_RATE
from channels.whatsapp.graph import GraphClient
from channels.whatsapp.options import LONGEST_TEXT
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.rendering import Payload, Say, SentFile, payloads_for, sent_as
from conversations.attachments import (
    Attachment,
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentState,
)
from conversations.model import Address, OutboundMessage

LastHeard = Callable[[Address], Awaitable[str | None]]
PathOf = Callable[[str], Awaitable[Path]]

NO_FILES = "own_no_files"

log = logging.getLogger(__name__)


class WhatsappChannel:
    """Sends through the Graph API, no faster than it lets us.

    Args:
        last_heard: finds the provider's id of a person's last message, which a typing
            sign needs.
        path_of: ``AttachmentStore.path_given_out``.
    """

    name = NAME
    repeatable = False
    longest_bubble = LONGEST_TEXT

    def __init__(
        self,
        graph: GraphClient,
        *,
        say: Say,
        pair_rate: PairRate,
        throughput: Throughput,
        last_heard: LastHeard,
        path_of: PathOf | None = None,
    ) -> None:
        self._graph = graph
        self._say = say
        self._pair_rate = pair_rate
        self._throughput = throughput
        self._last_heard = last_heard
        self._path_of = path_of
        self._signs: set[asyncio.Task[None]] = set()

    async def send(self, outbound: OutboundMessage) -> str:
        """Send and return the service's id; raises as ``channels.ports.Channel`` says."""
        person = outbound.address.value
        message = outbound.message
        files = [await self._uploaded(one) for one in message.attachments]
        payloads = payloads_for(outbound.address, message, self._say, files)
        self._pair_rate.take(person)
        await self._throughput.take()
        try:
            taken = await self._send_all(payloads)
        except DeliveryFailed as error:
            if error.provider_code == str(PAIR_RATE):
                error.retry_after_s = self._pair_rate.refused(person)
            raise
        self._pair_rate.taken(person)
        return taken

    async def _send_all(self, payloads: Sequence[Payload]) -> str:
        """Send the parts of one message; what broke off half way is unknown."""
        taken = await self._graph.send(payloads[0])
        for payload in payloads[1:]:
            try:
                taken = await self._graph.send(payload)
            except DeliveryFailed as error:
                raise DeliveryUnknown(provider_code=error.provider_code, channel=NAME) from error
        return taken

    async def _uploaded(self, attachment: Attachment) -> SentFile:
        """Give a file to Meta; raises DeliveryFailed when it may not leave the house (yet)."""
        if self._path_of is None:
            raise DeliveryFailed(retryable=False, provider_code=NO_FILES, channel=NAME)
        try:
            path = await self._path_of(attachment.id)
        except AttachmentNotGivenOut as error:
            stored = attachment.state
            waits = stored is AttachmentState.PENDING
            raise DeliveryFailed(
                retryable=waits, retry_after_s=5.0, provider_code=error.code, channel=NAME
            ) from error
        except AttachmentNotFound as error:
            raise DeliveryFailed(retryable=False, provider_code=error.code, channel=NAME) from error
        media_id = await self._graph.upload(
            path, media_type=attachment.media_type, file_name=attachment.file_name
        )
        return SentFile(sent_as(attachment), media_id, attachment.file_name)

    async def show_typing(self, address: Address, *, on: bool) -> None:
        """Mark the last message as read and show that we write; nobody waits for it."""
        if not on:
            return
        sign = asyncio.create_task(self._show(address))
        self._signs.add(sign)
        sign.add_done_callback(self._signs.discard)

    async def _show(self, address: Address) -> None:
        try:
            message_id = await self._last_heard(address)
            if message_id is not None:
                await self._graph.mark_read(message_id, typing=True)
        except DeliveryFailed as error:
            log.info("no typing sign: %s", error)
        except Exception:
            log.exception("no typing sign")

    async def close(self) -> None:
        """Give up the signs that are still on their way."""
        for sign in self._signs:
            sign.cancel()
        await asyncio.gather(*self._signs, return_exceptions=True)
