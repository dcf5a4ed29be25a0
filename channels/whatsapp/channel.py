"""WhatsApp as a channel: one stored message is one sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from channels.errors import DeliveryFailed
from channels.whatsapp.accounts import NAME
from channels.whatsapp.failures import PAIR_RATE
from channels.whatsapp.graph import GraphClient
from channels.whatsapp.options import LONGEST_TEXT
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.rendering import Say, payload_for
from conversations.model import Address, OutboundMessage

LastHeard = Callable[[Address], Awaitable[str | None]]

log = logging.getLogger(__name__)


class WhatsappChannel:
    """Sends through the Graph API, no faster than it lets us.

    Args:
        last_heard: finds the provider's id of a person's last message, which a typing
            sign needs.
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
    ) -> None:
        self._graph = graph
        self._say = say
        self._pair_rate = pair_rate
        self._throughput = throughput
        self._last_heard = last_heard
        self._signs: set[asyncio.Task[None]] = set()

    async def send(self, outbound: OutboundMessage) -> str:
        """Send and return the service's id; raises as ``channels.ports.Channel`` says."""
        person = outbound.address.value
        payload = payload_for(outbound.address, outbound.message, self._say)
        self._pair_rate.take(person)
        await self._throughput.take()
        try:
            taken = await self._graph.send(payload)
        except DeliveryFailed as error:
            if error.provider_code == str(PAIR_RATE):
                error.retry_after_s = self._pair_rate.refused(person)
            raise
        self._pair_rate.taken(person)
        return taken

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
