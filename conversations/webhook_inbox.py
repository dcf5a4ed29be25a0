"""Where a service's webhook arrives: every message prepared, all of it kept at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from conversations.arrivals import (
    Arrival,
    JudgedArrival,
    Prepared,
    RawWebhook,
    Rename,
    StatusNote,
    Unreadable,
    WebhookKeeper,
    WebhookKept,
)
from conversations.inbox import Inbox
from conversations.model import Button, Conversation, MessageKind, MessageState, Sender
from conversations.ports import Judged


class WebhookInbox:
    """Takes in webhooks as ``Inbox`` takes in single messages."""

    def __init__(self, inbox: Inbox, store: WebhookKeeper) -> None:
        self._inbox = inbox
        self._store = store

    async def receive_webhook(
        self,
        raw: RawWebhook,
        arrivals: Sequence[Arrival],
        *,
        renames: Sequence[Rename] = (),
        unreadable: Sequence[Unreadable] = (),
    ) -> WebhookKept:
        """Store everything in one transaction, and have answered what may be."""
        judged = [
            JudgedArrival(
                arrival=one, prepared=_judging(one, await self._inbox.prepare(one.inbound))
            )
            for one in arrivals
        ]
        kept = await self._store.keep(raw, judged, renames=renames, unreadable=unreadable)
        if kept.stored:
            self._inbox.wake()
        return kept

    async def receive_statuses(self, raw: RawWebhook, notes: Sequence[StatusNote]) -> WebhookKept:
        """Keep a body that brings statuses only."""
        return await self._store.keep_statuses(raw, notes)

    async def quarantine(self, raw: RawWebhook, reason: str) -> WebhookKept:
        """Keep a body that cannot be read."""
        return await self._store.quarantine(raw, reason)


def _judging(arrival: Arrival, prepared: Prepared) -> Prepared:
    """Return how an arrival is judged: what no person wrote to us is told apart."""
    if not arrival.own_side and arrival.inbound.kind is not MessageKind.SYSTEM:
        return prepared
    sender, state = (
        (Sender.AGENT, MessageState.SENT)
        if arrival.own_side
        else (Sender.SYSTEM, MessageState.ANSWERED)
    )

    def judge(
        conversation: Conversation,
        offered: Button | None,
        accepted: Sequence[datetime],
        told: datetime | None,
    ) -> Judged:
        judged = prepared.judge(conversation, offered, (), told)
        message = replace(judged.message, sender=sender, state=state, reason=None)
        return Judged(message, (), None)

    return replace(prepared, judge=judge)
