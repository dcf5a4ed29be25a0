"""The Socket.IO side of the web chat."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import socketio

from channels.webchat.attachment_links import AttachmentLinks
from channels.webchat.channel import BOT_UTTERED, USER_ECHO, address_of, foreign_room, our_room
from channels.webchat.channel import Told as ToldHere
from channels.webchat.door import Door
from channels.webchat.proofs import WebchatProofs
from channels.webchat.protocol import SessionRequest, Told, Uttered, language_in, whole
from channels.webchat.rooms import Rooms
from channels.webchat.sessions import Sessions
from channels.webchat.uploads import Say, refusal_of
from conversations.attachments import Attachment, AttachmentNotFound, AttachmentStore
from conversations.model import InboundMessage, MessageKind, MessageState
from conversations.ports import ConversationStore, Reception
from conversations.rates import Deed
from kernel.language import Language

LARGEST_BODY = 2 * 1024 * 1024
"""In bytes; more than the longest message that is stored, and the line is closed."""

HISTORY_PAGE = 200
SESSION_UNKNOWN = "session_unknown"

ACKNOWLEDGED = ("id", "seq", "text", "at", "attachments", "metadata")

log = logging.getLogger(__name__)


def socket_server(origins: Sequence[str]) -> socketio.AsyncServer:
    """Return a server that answers the events of one client one after the other.

    Args:
        origins: pages of other hosts that may connect; our own always may.
    """
    return socketio.AsyncServer(
        async_mode="aiohttp",
        async_handlers=False,
        client_manager=Rooms(),
        max_http_buffer_size=LARGEST_BODY,
        cors_allowed_origins=(lambda origin, environ: _may_connect(origin, environ, origins))
        if origins
        else None,
    )


def _may_connect(origin: str | None, environ: dict[str, Any], origins: Sequence[str]) -> bool:
    host = environ.get("HTTP_X_FORWARDED_HOST") or environ.get("HTTP_HOST", "")
    scheme = environ.get("wsgi.url_scheme", "http")
    own = f"{scheme.split(',')[0].strip()}://{host.split(',')[0].strip()}"
    return origin is None or origin == own or origin in origins


@dataclass(frozen=True, slots=True)
class Files:
    """What the server needs of files; ``largest`` is in bytes."""

    store: AttachmentStore
    links: AttachmentLinks
    largest: int


class WebchatServer:
    """Gives sessions, takes messages in, replays what was missed."""

    def __init__(
        self,
        sio: socketio.AsyncServer,
        *,
        sessions: Sessions,
        reception: Reception,
        store: ConversationStore,
        say: Say,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        told: ToldHere | None = None,
        files: Files | None = None,
        door: Door | None = None,
        proofs: WebchatProofs | None = None,
    ) -> None:
        self._sio = sio
        self._told = told or ToldHere()
        self._files = files
        self._door = door
        self._sessions = sessions
        self._reception = reception
        self._store = store
        self._say = say
        self._now = now
        self._new_id = new_id
        sio.on("session_request", self._session_request)
        sio.on("user_uttered", self._user_uttered)
        sio.on("language_set", self._language_set)
        sio.on("attachment_link", self._attachment_link)
        if proofs is not None:
            sio.on("prove", partial(proofs.heard, self._session_of))

    async def _session_request(self, sid: str, given: object = None, *_rest: object) -> None:
        asked = SessionRequest.read(given)
        if self._sessions.verified(asked.session_id) is None:
            refused = self._counted(sid, Deed.SESSION)
            if refused is not None:
                text = self._say(refused, asked.language or Language.AR)
                await self._sio.emit(BOT_UTTERED, {"text": text}, to=sid)
                return
        session, after = await self._session_for(asked)
        await self._join(sid, session, ours=asked.after is not None, language=asked.language)
        await self._sio.emit("session_confirm", self._sessions.signed(session), to=sid)
        if asked.after is not None:
            await self._sio.emit("history", await self._history(session, after), to=sid)

    def _network(self, sid: str) -> str | None:
        if self._door is None:
            return None
        return self._door.network_of_socket(self._sio.get_environ(sid))

    def _counted(self, sid: str, deed: Deed) -> str | None:
        """Count a deed of the network address behind a socket; return why it is refused."""
        return self._door.counts(deed, self._network(sid)) if self._door else None

    async def _session_for(self, asked: SessionRequest) -> tuple[str, int]:
        """Return the session to go on with and from where: a new one if theirs is not ours.

        A well signed id without a conversation is kept while nothing was seen in it; a
        client that saw messages we do not have must begin anew.
        """
        session = self._sessions.verified(asked.session_id)
        after = asked.after or 0
        if session is None:
            return self._sessions.issue(), 0
        if after > 0 and await self._store.find(address_of(session)) is None:
            return self._sessions.issue(), 0
        return session, after

    async def _join(self, sid: str, session: str, *, ours: bool, language: Language | None) -> None:
        for room in self._sio.rooms(sid):
            if room != sid:
                await self._sio.leave_room(sid, room)
        await self._sio.enter_room(sid, our_room(session) if ours else foreign_room(session))
        await self._sio.save_session(sid, {"session": session, "ours": ours, "language": language})

    async def _history(self, session: str, after: int) -> Told:
        limits = {"largest_file": self._files.largest} if self._files else {}
        conversation = await self._store.find(address_of(session))
        if conversation is None:
            return {"messages": [], "more": False} | limits
        messages, more = await self._store.history(conversation.id, after=after, limit=HISTORY_PAGE)
        return {"messages": [whole(message) for message in messages], "more": more} | limits

    async def _user_uttered(self, sid: str, given: object = None, *_rest: object) -> Told | None:
        uttered = Uttered.read(given)
        joined: dict[str, Any] = await self._sio.get_session(sid)
        session = self._sessions.verified(uttered.session_id) or joined.get("session")
        language = uttered.language or joined.get("language")
        if session is None:
            text = self._say(SESSION_UNKNOWN, language or Language.AR)
            return {"ok": False, "code": SESSION_UNKNOWN, "text": text}
        refused = self._counted(sid, Deed.MESSAGE)
        if refused is not None:
            text = self._say(refused, language or Language.AR)
            return {"ok": False, "code": refused, "text": text}
        attachments: Sequence[Attachment] = ()
        if uttered.attachments:
            attachments, refusal = await self._sent_along(session, uttered, language)
            if refusal is not None:
                return refusal
        inbound = InboundMessage(
            address=address_of(session),
            provider_id=f"{session}:{uttered.client_id or self._new_id()}",
            text=uttered.text,
            sent_at=self._now(),
            language_hint=language,
            refusal_shown=bool(joined.get("ours")),
            network=self._network(sid),
            **facts_of(attachments),
        )
        self._told.add(inbound.provider_id)
        try:
            received = await self._reception.receive(inbound)
        except Exception:
            log.exception("a message could not be stored")
            return None  # an empty acknowledgement: the client keeps the message and tries again
        message = received.message
        if not received.repeated:
            await self._sio.emit(USER_ECHO, whole(message), room=our_room(session), skip_sid=sid)
        if message.state is MessageState.REFUSED:
            return {"ok": False, "code": str(message.reason), "text": received.refusal}
        told = whole(message)
        return {"ok": True, **{name: told[name] for name in ACKNOWLEDGED}}

    async def _sent_along(
        self, session: str, uttered: Uttered, language: Language | None
    ) -> tuple[Sequence[Attachment], Told | None]:
        """Return the files of a message, or why it is refused because of one."""
        conversation = await self._store.find(address_of(session))
        found: Sequence[Attachment] = ()
        if conversation is not None and self._files is not None:
            found = await self._files.store.of_conversation(conversation.id, uttered.attachments)
        bad = next((one for one in found if refusal_of(one.state)), None)
        code = refusal_of(bad.state) if bad else AttachmentNotFound.code
        if bad is None and len(found) == len(set(uttered.attachments)):
            return found, None
        name = bad.file_name if bad else "?"
        text = self._say(str(code), language or Language.AR, file=name)
        return (), {"ok": False, "code": str(code), "text": text}

    async def _attachment_link(self, sid: str, given: object = None, *_rest: object) -> Told:
        """Answer ``{ok, url}`` for a file of the session's own conversation."""
        told = given if isinstance(given, dict) else {}
        joined: dict[str, Any] = await self._sio.get_session(sid)
        session = self._sessions.verified(told.get("session_id")) or joined.get("session")
        wanted = told.get("id")
        if session is None or self._files is None or not isinstance(wanted, str):
            return {"ok": False}
        conversation = await self._store.find(address_of(session))
        if conversation is None:
            return {"ok": False}
        for one in await self._files.store.of_conversation(conversation.id, [wanted]):
            if one.state.given_out:
                return {"ok": True, "url": self._files.links.link(one.id, one.file_name)}
        return {"ok": False}

    async def _session_of(self, sid: str, given: object) -> tuple[str | None, Language]:
        """Return the session that an event belongs to, and its language."""
        told = given if isinstance(given, dict) else {}
        joined: dict[str, Any] = await self._sio.get_session(sid)
        session = self._sessions.verified(told.get("session_id")) or joined.get("session")
        return session, language_in(told) or joined.get("language") or Language.AR

    async def _language_set(self, sid: str, given: object = None, *_rest: object) -> None:
        told = given if isinstance(given, dict) else {}
        language = language_in(told)
        joined: dict[str, Any] = await self._sio.get_session(sid)
        session = self._sessions.verified(told.get("session_id")) or joined.get("session")
        if language is None or session is None:
            return
        conversation = await self._store.ensure(address_of(session), language, self._now())
        await self._store.pin_language(conversation.id, language)


def facts_of(attachments: Sequence[Attachment]) -> dict[str, Any]:
    """Return what an inbound message says of its files; nothing without any."""
    if not attachments:
        return {}
    first = attachments[0]
    return {
        "attachments": tuple(attachments),
        "kind": MessageKind(first.kind.value),
        "metadata": {"media": {"file_name": first.file_name, "media_type": first.media_type}},
    }
