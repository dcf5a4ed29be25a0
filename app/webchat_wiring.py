"""Wire the web chat: sessions, messages over Socket.IO, files over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import socketio

from app.attachment_wiring import Attachments
from app.secret import signing_secret
from app.settings import Settings
from channels.webchat.attachment_links import AttachmentLinks
from channels.webchat.channel import Told
from channels.webchat.door import Door
from channels.webchat.proofs import WebchatProofs
from channels.webchat.server import Files, WebchatServer
from channels.webchat.sessions import Sessions
from channels.webchat.uploads import Uploads
from conversations.blocks import BlockList
from conversations.lines import Lines
from conversations.ports import ConversationStore, Reception
from conversations.rates import AddressRates, Deed, Rate

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def build_webchat(
    settings: Settings,
    sio: socketio.AsyncServer,
    told: Told,
    files: Attachments,
    *,
    reception: Reception,
    conversations: ConversationStore,
    lines: Lines,
    blocks: BlockList,
    proofs: WebchatProofs,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Uploads:
    """Let ``sio`` answer the chat's events; return what takes files in and gives them out."""
    secret = signing_secret(settings.webchat_secret, settings.data_dir)
    sessions, links = Sessions(secret, new_id=new_id), AttachmentLinks(secret, now=now)
    door = Door(
        AddressRates(
            {
                Deed.SESSION: Rate(settings.address_sessions_hourly, HOUR),
                Deed.MESSAGE: Rate(settings.address_messages_minute, MINUTE),
                Deed.UPLOAD: Rate(settings.address_uploads_hourly, HOUR),
            },
            now=now,
        ),
        blocks,
        trusted=settings.trusted_proxies,
    )
    WebchatServer(
        sio,
        sessions=sessions,
        reception=reception,
        store=conversations,
        say=lines.sentence,
        now=now,
        new_id=new_id,
        told=told,
        files=Files(files.store, links, files.intake.limits.largest),
        door=door,
        proofs=proofs,
    )
    return Uploads(
        sessions=sessions,
        conversations=conversations,
        store=files.store,
        intake=files.intake,
        links=links,
        door=door,
        origins=settings.webchat_origins,
        say=lines.sentence,
        now=now,
        default_language=settings.default_language,
    )
