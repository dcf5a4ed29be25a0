"""Send what was stored for people, per conversation in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from channels.errors import DeliveryFailed, DeliveryUnknown
from channels.ports import Channel
from conversations.model import MessageState, OutboundMessage
from conversations.ports import ConversationStore, Lease, Task

LEASE_S = 60.0
RENEW_BEFORE = timedelta(seconds=30)
PAUSES_S = (1.0, 2.0, 4.0)
"""Between the attempts of a message that may be tried again."""

BROKE_OFF, NO_CHANNEL = "broke_off", "no_channel"

log = logging.getLogger(__name__)


class Outbox:
    """Each message is sent once. What may have been sent is not sent again by itself."""

    def __init__(
        self,
        store: ConversationStore,
        channels: Mapping[str, Channel],
        *,
        owner: str,
        now: Callable[[], datetime],
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._store = store
        self._channels = channels
        self._owner = owner
        self._now = now
        self._pauses_s = pauses_s
        self._claims = 0

    async def claim(self) -> Lease | None:
        """Take the conversation whose message waits longest to be sent."""
        self._claims += 1
        now = self._now()
        owner = f"{self._owner}:{self._claims}"
        return await self._store.claim(Task.SEND, owner=owner, now=now, until=self._until(now))

    async def work(self, lease: Lease) -> None:
        """Send what is pending in the claimed conversation, then give it back."""
        held = lease
        try:
            for outbound in await self._store.pending(lease):
                if held.until - self._now() < RENEW_BEFORE:
                    renewed = await self._store.renew(held, until=self._until(self._now()))
                    if renewed is None:
                        return  # somebody else goes on
                    held = renewed
                await self._deliver(held, outbound)
                held = replace(held, taken_over=False)
            await self._store.release(lease)
        except BaseException:
            await asyncio.shield(self._store.abandon(lease, at=self._now()))
            raise

    def _until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=LEASE_S)

    async def _deliver(self, lease: Lease, outbound: OutboundMessage) -> None:
        channel = self._channels.get(outbound.address.channel)
        state, provider_id, reason = MessageState.SENT, None, None
        if channel is None:
            state, reason = MessageState.FAILED, NO_CHANNEL
        elif lease.taken_over and not channel.repeatable:
            state, reason = MessageState.UNKNOWN, BROKE_OFF
        else:
            try:
                provider_id = await self._send(channel, outbound)
            except DeliveryUnknown as error:
                state, reason = MessageState.UNKNOWN, error.code
            except DeliveryFailed as error:
                state, reason = MessageState.FAILED, error.code
        if reason is not None:
            log.warning("message %s is %s: %s", outbound.message.id, state.value, reason)
        await self._store.delivered(
            lease,
            outbound,
            state,
            provider_id=provider_id,
            reason=reason,
            at=self._now(),
        )

    async def _send(self, channel: Channel, outbound: OutboundMessage) -> str | None:
        for pause_s in self._pauses_s:
            try:
                return await channel.send(outbound)
            except DeliveryFailed as error:
                if not error.retryable:
                    raise
            await asyncio.sleep(pause_s)
        return await channel.send(outbound)
