"""A small real server that plays Meta: the Graph API, and the webhooks it calls us with.

It speaks the documented shapes and has faults to order, as ``conversations.fake_rasa`` does.
Source: W/messages/send-messages, W/webhooks/reference/messages, W/support/error-codes.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from channels.whatsapp.signature import HEADER, signature

Told = dict[str, Any]

NUMBER_ID, BUSINESS = "106540352242922", "971400000000"
TOKEN, SECRET = "graph-token", "app-secret-of-the-fake"
STATUSES = ("sent", "delivered", "read")


class GraphFault(StrEnum):
    """What goes wrong with one sending."""

    SLOW = "slow"  # answers after ``slow_s``, takes the message
    CUT_BEFORE = "cut_before"  # the line breaks, not taken
    CUT_AFTER = "cut_after"  # taken, the line breaks before the answer
    ERROR = "error"  # 500 without a readable body
    BUSY = "busy"  # 503, Retry-After: 1


class FakeGraph:
    """Put faults or codes into ``faults``, first come first served; ``taken`` keeps what was sent.

    Args:
        webhook: where our receiver listens; empty: no webhook is ever called.
        statuses: what is told of each message taken, one webhook each.
    """

    def __init__(
        self,
        *,
        webhook: str = "",
        secret: str = SECRET,
        statuses: Sequence[str] = (),
        slow_s: float = 0.5,
        started_at: int = 1_772_452_800,
    ) -> None:
        self.webhook = webhook
        self.secret = secret
        self.statuses = tuple(statuses)
        self.slow_s = slow_s
        self.faults: deque[GraphFault | int] = deque()
        self.later: deque[int] = deque()
        self.asked: list[Told] = []
        self.taken: list[Told] = []
        self.reads: list[Told] = []
        self.uploads: list[bytes] = []
        self.media: dict[str, tuple[str, bytes]] = {}
        self.answers: list[int] = []
        self.port = 0
        self._at = started_at
        self._numbers = count(1)
        self._calls: set[asyncio.Task[None]] = set()
        self._running: web.AppRunner | None = None
        self._http: ClientSession | None = None

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> FakeGraph:
        """Listen on a free port, after a stop on the same one again."""
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_post("/{version}/{number}/messages", self._messages)
        app.router.add_post("/{version}/{number}/media", self._upload)
        app.router.add_get("/{version}/{media}", self._media)
        app.router.add_get("/files/{media}", self._file)
        self._http = ClientSession()
        self._running = web.AppRunner(app, shutdown_timeout=0.1)
        await self._running.setup()
        site = web.TCPSite(self._running, "127.0.0.1", self.port)
        await site.start()
        self.port = self._running.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and forget nothing."""
        await asyncio.gather(*self._calls, return_exceptions=True)
        if self._running is not None:
            await self._running.cleanup()
            self._running = None
        if self._http is not None:
            await self._http.close()

    # the Graph API

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        self.asked.append(told)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refusal(190, 401)
        if told.get("status") == "read":
            self.reads.append(told)
            return web.json_response({"success": True})
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, int):
            return refusal(fault)
        if fault is GraphFault.ERROR:
            return web.Response(status=500, text="<html>oops</html>")
        if fault is GraphFault.BUSY:
            return web.Response(status=503, headers={"Retry-After": "1"})
        if fault is GraphFault.CUT_BEFORE:
            return _cut(request)
        if problem := _problem(told):
            return refusal(100, details=problem)
        wamid = self._take(told)
        if fault is GraphFault.SLOW:
            await asyncio.sleep(self.slow_s)
        if fault is GraphFault.CUT_AFTER:
            return _cut(request)
        return web.json_response(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": told.get("to") or told.get("recipient")}],
                "messages": [{"id": wamid}],
            }
        )

    def _take(self, told: Told) -> str:
        wamid = f"wamid.FAKE{next(self._numbers):08}=="
        self.taken.append({**told, "id": wamid})
        failure = self.later.popleft() if self.later else None
        if self.webhook and (self.statuses or failure):
            self._spawn(self._tell_statuses(told, wamid, failure))
        return wamid

    async def _tell_statuses(self, told: Told, wamid: str, failure: int | None) -> None:
        for status in ("failed",) if failure else self.statuses:
            one = status_of(wamid, status, self.tick(), told, code=failure)
            await self.post(envelope_of({"statuses": [one]}))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        given = form["file"]
        if not isinstance(given, web.FileField):
            return refusal(100, details="file is missing")
        media_id = f"m{next(self._numbers)}"
        content = given.file.read()
        self.uploads.append(content)
        self.media[media_id] = (given.content_type, content)
        return web.json_response({"id": media_id})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        media_id = request.match_info["media"]
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, int):
            return refusal(fault)
        if fault is GraphFault.ERROR or media_id not in self.media:
            return web.Response(status=500 if fault else 404)
        mime_type, content = self.media[media_id]
        url = f"{self.url}/files/{media_id}"
        return web.json_response(
            {"url": url, "mime_type": mime_type, "file_size": len(content), "id": media_id}
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        mime_type, content = self.media[request.match_info["media"]]
        return web.Response(body=content, content_type=mime_type)

    # the webhooks

    def tick(self) -> int:
        """Return a later second than the last time."""
        self._at += 1
        return self._at

    async def write(self, text: str, *, from_: str = "971501234567", **more: Any) -> int:
        """Let a person write a text; return what our receiver answered."""
        message = {
            "from": from_,
            "id": wamid_of(f"{from_}-{next(self._numbers)}"),
            "timestamp": str(self.tick()),
            "type": "text",
            "text": {"body": text},
            **more,
        }
        return await self.post(envelope_of({"messages": [message]}, wa_id=from_))

    async def press(self, payload: str, title: str, *, from_: str = "971501234567") -> int:
        """Let a person press a reply button."""
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        return await self.write("", from_=from_, type="interactive", interactive=reply)

    async def post(self, told: Told) -> int:
        """Call our receiver with a signed body; return its status, 0 if nobody answered."""
        body = json.dumps(told, separators=(",", ":")).encode()
        headers = {
            HEADER: f"sha256={signature(body, self.secret)}",
            "Content-Type": "application/json",
        }
        if self._http is None:
            raise RuntimeError("not started")
        async with self._http.post(self.webhook, data=body, headers=headers) as answer:
            self.answers.append(answer.status)
            return answer.status

    def _spawn(self, call: Any) -> None:
        task = asyncio.ensure_future(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)


def envelope_of(value: Told, *, wa_id: str | None = None, field: str = "messages") -> Told:
    """Return a webhook body with one change."""
    told: Told = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": BUSINESS, "phone_number_id": NUMBER_ID},
    }
    if wa_id is not None:
        told["contacts"] = [{"profile": {"name": "مريم"}, "wa_id": wa_id}]
    change = {"field": field, "value": {**told, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def status_of(wamid: str, status: str, at: int, told: Told, *, code: int | None = None) -> Told:
    """Return one status as webhooks carry it."""
    one: Told = {"id": wamid, "status": status, "timestamp": str(at)}
    if told.get("to"):
        one["recipient_id"] = str(told["to"]).lstrip("+")
    if told.get("biz_opaque_callback_data"):
        one["biz_opaque_callback_data"] = told["biz_opaque_callback_data"]
    if code is not None:
        one["errors"] = [error_of(code)]
    return one


def error_of(code: int, details: str = "details") -> Told:
    """Return an error as answers and statuses carry it."""
    return {
        "message": f"(#{code}) title",
        "title": "title",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details},
        "fbtrace_id": "AxyZ",
    }


def refusal(code: int, status: int = 400, details: str = "details") -> web.Response:
    """Return the answer for a message that is not taken."""
    return web.json_response({"error": error_of(code, details)}, status=status)


def wamid_of(seed: str) -> str:
    """Return an id that looks like the service's."""
    return f"wamid.{base64.b64encode(seed.encode()).decode()}"


def _problem(told: Told) -> str | None:
    """Return what is wrong with a sending, by the documented limits."""
    if not (told.get("to") or told.get("recipient")):
        return "The parameter to is required."
    match told:
        case {"type": "text", "text": {"body": str(body)}}:
            return None if 0 < len(body) <= 4096 else "text.body"
        case {"type": "interactive", "interactive": {"type": "button"} as asked}:
            titles = [one["reply"]["title"] for one in asked["action"]["buttons"]]
            ids = [one["reply"]["id"] for one in asked["action"]["buttons"]]
            fits = 1 <= len(titles) <= 3 and len(set(titles)) == len(titles)
            fits &= all(0 < len(one) <= 20 for one in titles)
            fits &= all(0 < len(one) <= 256 for one in ids) and len(set(ids)) == len(ids)
            return None if fits and 0 < len(asked["body"]["text"]) <= 1024 else "buttons"
        case {"type": "interactive", "interactive": {"type": "list"} as asked}:
            rows = [row for one in asked["action"]["sections"] for row in one["rows"]]
            fits = 1 <= len(rows) <= 10 and 0 < len(asked["action"]["button"]) <= 20
            fits &= all(0 < len(row["title"]) <= 24 and 0 < len(row["id"]) <= 200 for row in rows)
            return None if fits and 0 < len(asked["body"]["text"]) <= 4096 else "rows"
        case {"type": "template", "template": {"name": str(), "language": {"code": str()}}}:
            return None
        case {"type": "image" | "audio" | "video" | "document" as kind}:
            return None if (told.get(kind) or {}).get("id") else kind
    return "type"


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
