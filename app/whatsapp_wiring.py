"""The WhatsApp channel with its settings: built only where it is set up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientSession, web

from app.attachment_wiring import Attachments
from app.settings import Settings
from channels.whatsapp.accounts import NAME
from channels.whatsapp.channel import WhatsappChannel
from channels.whatsapp.graph import GraphClient
from channels.whatsapp.media import MediaFetching
from channels.whatsapp.pace import PairRate, Throughput
from channels.whatsapp.receiver import WhatsappReceiver
from channels.whatsapp.statuses import Statuses
from channels.whatsapp.templates import Templates
from conversations.delivery import DeliveryLedger
from conversations.inbox import Inbox
from conversations.media import MediaQueue
from conversations.webhook_groups import GroupedWebhooks, GroupingStore
from conversations.webhook_inbox import WebhookInbox
from conversations.window import HeardStore, ServiceWindow
from kernel.language import Language
from phrases.catalogue import Catalogue

WINDOW = timedelta(hours=24)
"""From a person's last message on; after that only templates. Source: W/messages/send-messages."""


def service_window(store: HeardStore) -> ServiceWindow:
    """Return what knows how long a plain message may be sent."""
    return ServiceWindow(store, {NAME: WINDOW})


@dataclass(frozen=True, slots=True)
class Whatsapp:
    """The channel out, the receiver in, who fetches files, what may be said at any time."""

    channel: WhatsappChannel
    receiver: WhatsappReceiver
    fetching: MediaFetching
    templates: Templates
    grouped: GroupedWebhooks

    def rush(self) -> bool:
        """Tell whether webhooks wait to be acknowledged."""
        return self.grouped.busy

    def attach(self, app: web.Application) -> None:
        """Serve the webhook, and stop what is on its way when the server stops."""
        self.receiver.attach(app)

        async def close(_app: web.Application) -> None:
            await self.channel.close()

        app.on_cleanup.append(close)


def whatsapp_for(
    settings: Settings,
    http: ClientSession,
    *,
    inbox: Inbox,
    store: GroupingStore,
    media: MediaQueue,
    files: Attachments,
    ledger: DeliveryLedger,
    window: ServiceWindow,
    phrases: Catalogue,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Whatsapp | None:
    """Return the parts; None when the channel is not set up."""
    if not settings.whatsapp_phone_number_id:
        return None

    def now_s() -> float:
        return asyncio.get_running_loop().time()

    def say(key: str, language: Language) -> str:
        return phrases.say(key, language)

    throughput = Throughput(settings.whatsapp_per_second, now_s=now_s)
    graph = GraphClient(
        http,
        url=settings.whatsapp_graph_url,
        version=settings.whatsapp_graph_version,
        phone_number_id=settings.whatsapp_phone_number_id,
        token=settings.whatsapp_token,
        timeout_s=settings.whatsapp_timeout_s,
    )
    channel = WhatsappChannel(
        graph,
        say=say,
        pair_rate=PairRate(now_s=now_s),
        throughput=throughput,
        last_heard=store.last_heard,
        path_of=files.store.path_given_out,
    )
    grouped = GroupedWebhooks(store)
    receiver = WhatsappReceiver(
        WebhookInbox(inbox, grouped),
        phone_number_id=settings.whatsapp_phone_number_id,
        app_secrets=settings.whatsapp_app_secrets,
        verify_token=settings.whatsapp_verify_token,
        heard=throughput.heard,
        statuses=Statuses(ledger, window, now=now),
        now=now,
        new_id=new_id,
    )
    fetching = MediaFetching(graph, media, files.intake, files.store, now=now)
    return Whatsapp(channel, receiver, fetching, Templates.load(), grouped)
