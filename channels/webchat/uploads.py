"""Files over HTTP: in by a signed session, out by a signed link; never whole in memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from channels.webchat.attachment_links import PATH, AttachmentLinks
from channels.webchat.channel import address_of
from channels.webchat.door import BLOCKED, TOO_FAST, Door
from channels.webchat.protocol import file_told, language_in
from channels.webchat.sessions import Sessions
from conversations.attachment_intake import AttachmentIntake
from conversations.attachments import (
    Attachment,
    AttachmentError,
    AttachmentNotFound,
    AttachmentNotGivenOut,
    AttachmentState,
    AttachmentStore,
    AttachmentTooLarge,
)
from conversations.file_names import plain
from conversations.ports import ConversationStore
from conversations.rates import Deed
from kernel.language import Language

PIECE = 64 * 1024
AROUND = 16 * 1024
"""Bytes of a request that are not the file."""

UPLOAD_S = 600.0
LOOK_S = 0.1
MEGABYTE = 1024 * 1024
SESSION_UNKNOWN, UPLOAD_BROKEN = "session_unknown", "attachment_broken"
BEARER = "Bearer "

STATUS = {
    "attachment_empty": 422,
    "attachment_too_large": 413,
    "attachment_type_refused": 415,
    "attachment_too_many": 429,
    "attachment_infected": 422,
    "attachment_unscannable": 422,
    SESSION_UNKNOWN: 401,
    BLOCKED: 403,
    TOO_FAST: 429,
    UPLOAD_BROKEN: 400,
}

log = logging.getLogger(__name__)


class Say(Protocol):
    """Says the sentence for a reason; ``conversations.lines.Lines.sentence`` is the one in use."""

    def __call__(self, reason: str, language: Language, **facts: str | int) -> str:
        """Return it."""


class SessionUnknown(Exception):
    """Whoever uploads shows no session of ours."""


class UploadRefused(Exception):
    """The network it comes from is blocked, or sends too often; says which."""


class Uploads:
    """Takes files in and gives them out.

    Args:
        origins: pages of other hosts that embed the chat.
        verdict_s: how long an upload waits for the scanner, so that most people learn at
            once; later, it is told in the conversation.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        conversations: ConversationStore,
        store: AttachmentStore,
        intake: AttachmentIntake,
        links: AttachmentLinks,
        door: Door,
        origins: Sequence[str],
        say: Say,
        now: Callable[[], datetime],
        default_language: Language = Language.AR,
        verdict_s: float = 8.0,
    ) -> None:
        self._sessions = sessions
        self._conversations = conversations
        self._store = store
        self._intake = intake
        self._links = links
        self._door = door
        self._origins = frozenset(origins)
        self._say = say
        self._now = now
        self._default_language = default_language
        self._verdict_s = verdict_s

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post(f"/{PATH}", self.take)
        app.router.add_options(f"/{PATH}", self.preflight)
        app.router.add_get(f"/{PATH}/{{id:[0-9a-f-]{{36}}}}/{{name}}", self.give)

    async def preflight(self, request: web.Request) -> web.Response:
        """Let pages that embed the chat upload."""
        allowed = {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "authorization",
            "Access-Control-Max-Age": "600",
        }
        return web.Response(status=204, headers=allowed | self._cors(request))

    async def take(self, request: web.Request) -> web.Response:
        """Answer ``{ok, id, kind, media_type, size, name, state}`` or ``{ok, code, text}``."""
        language = language_in(request.query) or self._default_language
        facts: dict[str, str | int] = {"size": self._intake.limits.largest // MEGABYTE, "file": "?"}
        code = UPLOAD_BROKEN
        try:
            async with asyncio.timeout(UPLOAD_S):
                attachment = await self._taken(request, language, facts)
            refused = refusal_of(attachment.state)
            if refused is None:
                return self._json(request, 200, {"ok": True, **file_told(attachment)})
            code = refused
        except AttachmentError as error:
            code = error.code
        except UploadRefused as refusal:
            code = str(refusal)
        except SessionUnknown:
            code = SESSION_UNKNOWN
        except (ValueError, AssertionError, KeyError, TimeoutError, OSError) as error:
            log.info("an upload broke off: %s", type(error).__name__)
        text = self._say(code, language, **facts)
        return self._json(request, STATUS.get(code, 400), {"ok": False, "code": code, "text": text})

    async def _taken(
        self, request: web.Request, language: Language, facts: dict[str, str | int]
    ) -> Attachment:
        """Return the file once the scanner has said what it says in time.

        Raises:
            SessionUnknown: the session is not ours.
            AttachmentError: it is refused.
        """
        bearer = request.headers.get("Authorization", "")
        session = self._sessions.verified(bearer.removeprefix(BEARER))
        if session is None:
            raise SessionUnknown
        refused = await self._door.refuses(Deed.UPLOAD, self._door.network(request))
        if refused is not None:
            raise UploadRefused(refused)
        if (request.content_length or 0) > self._intake.limits.largest + AROUND:
            facts["file"] = plain(request.query.get("name"))
            raise AttachmentTooLarge
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "file":
            raise ValueError("no file")
        facts["file"] = plain(part.filename)
        conversation = await self._conversations.ensure(address_of(session), language, self._now())
        stored = await self._intake.take(conversation.id, _pieces(part), file_name=part.filename)
        return await self._judged(stored.attachment)

    async def _judged(self, attachment: Attachment) -> Attachment:
        waited = 0.0
        while attachment.state is AttachmentState.PENDING and waited < self._verdict_s:
            await asyncio.sleep(LOOK_S)
            waited += LOOK_S
            attachment = (await self._store.get(attachment.id)).attachment
        return attachment

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give a file to whoever has a good link; as a download, never as a page."""
        attachment_id, query = request.match_info["id"], request.query
        if not self._links.holds(attachment_id, query.get("until", ""), query.get("signature", "")):
            raise web.HTTPGone(text="This link has expired.")
        try:
            stored = await self._store.get(attachment_id)
            path = await self._store.path_given_out(attachment_id)
        except (AttachmentNotFound, AttachmentNotGivenOut) as error:
            raise web.HTTPNotFound from error
        return web.FileResponse(path, headers=headers_of(stored.attachment))

    def _json(self, request: web.Request, status: int, told: dict[str, Any]) -> web.Response:
        headers = {"Cache-Control": "no-store"} | self._cors(request)
        return web.json_response(told, status=status, headers=headers)

    def _cors(self, request: web.Request) -> dict[str, str]:
        origin = request.headers.get("Origin", "")
        allowed = {"Access-Control-Allow-Origin": origin} if origin in self._origins else {}
        return {"Vary": "Origin"} | allowed


def headers_of(attachment: Attachment) -> dict[str, str]:
    """Return what keeps a browser from doing more with a file than showing or saving it."""
    name = quote(attachment.file_name, safe="")
    plain_text = attachment.media_type == "text/plain"
    return {
        "Content-Type": attachment.media_type + ("; charset=utf-8" if plain_text else ""),
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, max-age=900",
    }


def refusal_of(state: AttachmentState) -> str | None:
    """Return the code of the refusal of a file in a state; None for one that may be sent."""
    if state in (AttachmentState.INFECTED, AttachmentState.UNSCANNABLE):
        return f"attachment_{state.value}"
    return None


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE):
        yield piece
