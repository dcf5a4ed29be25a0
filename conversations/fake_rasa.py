"""A small real server in the shapes of Rasa 3.6.21's REST API, with faults to order."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from aiohttp import ClientError, web

Item = dict[str, Any]
Answering = Callable[[str, str, Mapping[str, Any]], Sequence[Item] | Awaitable[Sequence[Item]]]


class Fault(StrEnum):
    """What goes wrong with one message."""

    EMPTY = "empty"  # 200 [], the turn finished in silence
    NO_TURN = "no_turn"  # 200 [], and the tracker knows nothing
    ERROR = "error"  # 500, no turn
    SLOW = "slow"  # answers after ``slow_s``
    CUT_BEFORE = "cut_before"  # the line breaks, no turn
    LOST = "lost"  # its actions ran, then the line breaks, no turn: as if Rasa was killed
    CUT_AFTER = "cut_after"  # the turn finishes, the line breaks before the answer


def echo(_sender: str, text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    """Answer with the text itself."""
    return [{"text": f"سمعت: {text}"}]


class FakeRasa:
    """Put faults into ``faults``, first come first served; ``heard`` keeps every call."""

    def __init__(self, answering: Answering = echo, *, slow_s: float = 0.5) -> None:
        self.answering = answering
        self.slow_s = slow_s
        self.faults: deque[Fault] = deque()
        self.heard: list[Item] = []
        self.looked_up: list[str] = []
        self.resets: list[str] = []
        self.in_form: set[str] = set()
        self.understanding: Item = {"intent": {"name": "nlu_fallback", "confidence": 0.3}}
        self.at_once: dict[str, int] = defaultdict(int)
        self.most_at_once = 0
        self._trackers: dict[str, list[Item]] = defaultdict(list)
        self._running: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> FakeRasa:
        """Listen on a free port, after a stop on the same one again."""
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._webhook)
        app.router.add_get("/conversations/{id}/tracker", self._tracker)
        app.router.add_post("/conversations/{id}/tracker/events", self._events)
        app.router.add_get("/status", self._status)
        app.router.add_post("/model/parse", self._parse)
        self._running = web.AppRunner(app, shutdown_timeout=0.1)
        await self._running.setup()
        site = web.TCPSite(self._running, "127.0.0.1", self.port)
        await site.start()
        self.port = self._running.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and forget nothing."""
        if self._running is not None:
            await self._running.cleanup()
            self._running = None

    async def _parse(self, request: web.Request) -> web.Response:
        text = str((await request.json())["text"])
        return web.json_response({"text": text, **self.understanding})

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": "fake.tar.gz", "num_active_training_jobs": 0})

    async def _tracker(self, request: web.Request) -> web.Response:
        sender = request.match_info["id"]
        if request.query.get("include_events") == "NONE":
            form = {"name": "complaint_form"} if sender in self.in_form else {}
            told = {"sender_id": sender, "slots": {"language": "ar"}, "active_loop": form}
            return web.json_response(told)
        self.looked_up.append(sender)
        return web.json_response({"sender_id": sender, "events": self._trackers[sender]})

    async def _events(self, request: web.Request) -> web.Response:
        sender = request.match_info["id"]
        events = await request.json()
        if any(one.get("event") == "session_started" for one in events):
            self.resets.append(sender)
        self._trackers[sender] += events
        return web.json_response({"sender_id": sender})

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        call = await request.json()
        self.heard.append(call)
        sender = str(call["sender"])
        fault = self.faults.popleft() if self.faults else None
        self.at_once[sender] += 1
        self.most_at_once = max(self.most_at_once, self.at_once[sender])
        try:
            return await self._turn(request, sender, call, fault)
        finally:
            self.at_once[sender] -= 1

    async def _turn(
        self, request: web.Request, sender: str, call: Item, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        if fault is Fault.ERROR:
            return web.json_response({"status": "failure"}, status=500)
        if fault is Fault.NO_TURN:
            return web.json_response([])
        if fault is Fault.CUT_BEFORE:
            return _cut(request)
        metadata = call.get("metadata") or {}
        said = [] if fault is Fault.EMPTY else await self._said(sender, call["message"], metadata)
        if fault is Fault.LOST:
            return _cut(request)
        self.remember(sender, call["message"], metadata, said)
        if fault is Fault.CUT_AFTER:
            return _cut(request)
        return web.json_response([{"recipient_id": sender, **item} for item in said])

    async def _said(self, sender: str, text: str, metadata: Mapping[str, Any]) -> list[Item]:
        """Return the answers; none when an action cannot be reached, as Rasa goes on then."""
        try:
            said = self.answering(sender, text, metadata)
            return list(await said if isinstance(said, Awaitable) else said)
        except ClientError:
            return []

    def events_of(self, sender: str) -> Sequence[Item]:
        """Return the tracker of a conversation."""
        return self._trackers[sender]

    def remember(
        self, sender: str, text: str, metadata: Mapping[str, Any], said: Sequence[Item]
    ) -> None:
        """Keep a finished turn in the tracker."""
        events = self._trackers[sender]
        asked = {"event": "user", "text": text, "metadata": dict(metadata)}
        events.append({**asked, "parse_data": {"text": text, **self.understanding}})
        for item in said:
            data = {name: value for name, value in item.items() if name != "text"}
            events.append({"event": "bot", "text": item.get("text"), "data": data})
        events.append({"event": "action", "name": "action_listen"})


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return web.Response()
