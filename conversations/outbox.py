"""Send what was stored for people, per conversation in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from channels.errors import ChannelStopped, DeliveryFailed, DeliveryUnknown, WindowClosed
from channels.ports import Channel
from conversations.claims import Claims
from conversations.model import MessageState, OutboundMessage
from conversations.ports import LEASE_S, Lease, Task
from conversations.sending import MOST_BREAKS, Backoff, SendingStore
from conversations.window import ServiceWindow

CHECK_STOPPED_S = 300.0
"""After how long a stopped channel is tried out, where the service names no time."""

BROKE_OFF, NO_CHANNEL = "broke_off", "no_channel"
A_CHECK = "check"

log = logging.getLogger(__name__)


class Outbox:
    """Each message is sent once. What may have been sent is not sent again by itself.

    What failed for now is tried again later, from the database, so that no stop forgets it;
    until then it holds back what comes after it in its conversation, and nobody else.
    """

    def __init__(
        self,
        store: SendingStore,
        channels: Mapping[str, Channel],
        *,
        owner: str,
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
        window: ServiceWindow | None = None,
        lease_s: float = LEASE_S,
    ) -> None:
        self._store = store
        self._channels = channels
        self._now = now
        self._backoff = backoff or Backoff()
        self._window = window
        self.claims = Claims(store, Task.SEND, owner=owner, now=now, lease_s=lease_s)
        self._closing = False

    def close(self) -> None:
        """Begin no further sending: what is on its way is finished, the rest stays pending."""
        self._closing = True

    async def work(self, lease: Lease, pending: Sequence[OutboundMessage] | None = None) -> bool:
        """Send what is pending in the leased conversation, then give it back.

        Args:
            lease: ours, for a conversation.
            pending: what is to be sent, where that is known; otherwise it is looked for.

        Returns:
            Whether all of it was dealt with.
        """
        held = lease
        try:
            if lease.taken_over:
                await self._store.count_break(lease, most=MOST_BREAKS, at=self._now())
            if pending is None:
                pending = await self._store.pending(lease)
            for left, outbound in zip(range(len(pending) - 1, -1, -1), pending, strict=True):
                if self._closing or self._must_wait(outbound):
                    break
                if not await self._deliver(held, outbound, last=left == 0):
                    break
                held = replace(held, taken_over=False, begun=None, probe=False)
            else:
                if pending:
                    return True  # the lease went back with the last one
            await self._store.release(lease)
        except BaseException:
            await asyncio.shield(self._store.abandon(lease, at=self._now()))
            raise
        return False

    def _must_wait(self, outbound: OutboundMessage) -> bool:
        return outbound.next_try_at is not None and outbound.next_try_at > self._now()

    async def _deliver(self, lease: Lease, outbound: OutboundMessage, *, last: bool) -> bool:
        """Send one message and keep how it went; False when the conversation has to wait.

        With the ``last`` one the lease is given back.
        """
        note = partial(self._note, give_back=last)
        channel = self._channels.get(outbound.address.channel)
        if channel is None:
            await note(lease, outbound, MessageState.FAILED, reason=NO_CHANNEL)
            return True
        if not channel.repeatable:
            if lease.begun == outbound.message.id:
                await note(lease, outbound, MessageState.UNKNOWN, reason=BROKE_OFF)
                return True
            if not await self._store.begin(lease, outbound.message.id):
                return False  # somebody else goes on
        try:
            provider_id = await self._send(channel, outbound)
        except DeliveryUnknown as error:
            state, code = MessageState.UNKNOWN, error.provider_code
            await note(lease, outbound, state, reason=error.code, code=code)
            return True
        except ChannelStopped as error:
            await self._stop(channel.name, error)
            return False
        except DeliveryFailed as error:
            return await self._failed(lease, outbound, error, last=last)
        await note(lease, outbound, MessageState.SENT, provider_id=provider_id)
        if lease.probe:
            await self._store.resume_channel(channel.name, by=A_CHECK, at=self._now())
        return True

    async def _send(self, channel: Channel, outbound: OutboundMessage) -> str | None:
        """Send a message if the service's window is open for it."""
        if self._window is None:
            return await channel.send(outbound)
        if not await self._window.takes(outbound, self._now()):
            raise WindowClosed(channel=channel.name)
        try:
            return await channel.send(outbound)
        except WindowClosed:
            await self._window.refused(channel.name, outbound.message.id, self._now())
            raise

    async def _failed(
        self, lease: Lease, outbound: OutboundMessage, error: DeliveryFailed, *, last: bool
    ) -> bool:
        pause = None
        if error.retryable:
            attempts = outbound.attempts + 1
            pause = self._backoff.pause(attempts, error.provider_code, error.retry_after_s)
        if pause is None:
            state, code = MessageState.FAILED, error.provider_code
            await self._note(lease, outbound, state, reason=error.code, code=code, give_back=last)
            return True
        at = self._now()
        reason = error.provider_code or error.code
        await self._store.postpone(lease, outbound, until=at + pause, reason=reason, at=at)
        return False

    async def _stop(self, channel: str, error: ChannelStopped) -> None:
        log.error("channel %s takes nothing: %s", channel, error.provider_code or error.code)
        at = self._now()
        wait_s = error.retry_after_s or CHECK_STOPPED_S
        await self._store.stop_channel(
            channel,
            code=error.provider_code or error.code,
            check_at=at + timedelta(seconds=wait_s) if error.retryable else None,
            at=at,
        )

    async def _note(
        self,
        lease: Lease,
        outbound: OutboundMessage,
        state: MessageState,
        *,
        give_back: bool,
        provider_id: str | None = None,
        reason: str | None = None,
        code: str | None = None,
    ) -> None:
        if reason is not None:
            log.warning("message %s is %s: %s", outbound.message.id, state.value, reason)
        await self._store.delivered(
            lease,
            outbound,
            state,
            provider_id=provider_id,
            reason=reason,
            at=self._now(),
            code=code,
            give_back=give_back,
        )
