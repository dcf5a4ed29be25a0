"""Agents' screens without a browser: an event stream each, and what a screen then asks for."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import ClientSession, CookieJar, TCPConnector
from yarl import URL

from desk.access import COOKIE

SHOWN = re.compile(r'href="/desk/inbox/([0-9a-f-]{36})\?')
TOKEN = re.compile(r'data-csrf="([0-9a-f]{64})"')
CURSOR = re.compile(r'data-cursor="([0-9]+)"')
LEAST_S, MOST_S = 0.3, 1.0
"""As in ``desk/static/inbox.js``: how long a screen waits before it draws its list anew."""

HELD_S = 8.0


@dataclass(slots=True)
class Seen:
    """When each screen first showed each conversation, and how long pages took, by page."""

    first: dict[tuple[str, str], float] = field(default_factory=dict)
    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0
    claimed: set[str] = field(default_factory=set)


async def session(url: str, token: str, stack: AsyncExitStack) -> ClientSession:
    """Return what speaks as somebody who is signed in; it is closed with the stack."""
    jar = CookieJar(unsafe=True)
    jar.update_cookies({COOKIE: token}, URL(f"{url}/desk"))
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30)
    connector = TCPConnector(limit=0)
    opened = ClientSession(url, cookie_jar=jar, connector=connector, timeout=timeout)
    return await stack.enter_async_context(opened)


class Screen:
    """One agent with the inbox open, who now and then takes a conversation and gives it back."""

    def __init__(self, http: ClientSession, name: str, seen: Seen, draw: random.Random) -> None:
        self.name = name
        self._http, self._seen, self._draw = http, seen, draw
        self._csrf = ""
        self._cursor = "0"
        self._opened = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._drawing = False
        self._again = False

    async def open(self) -> None:
        """Say that one is there, and show the inbox; the script asks for news then."""
        page = await self.get("/desk/inbox", "opening")
        self._csrf = _found(TOKEN, page)
        await self.post("/desk/available", {"available": "yes"})
        self._cursor = _found(CURSOR, await self.get("/desk/inbox", "opening"))

    async def get(self, path: str, kind: str) -> str:
        """Return a page, timed under ``kind``."""
        began = time.monotonic()
        async with self._http.get(path, allow_redirects=False) as answer:
            text = await answer.text()
            self._seen.failed += answer.status >= 400
        self._seen.took_ms[kind].append((time.monotonic() - began) * 1000)
        return text

    async def post(self, path: str, form: dict[str, str]) -> int:
        """Send a form."""
        headers = {"X-CSRF-Token": self._csrf}
        began = time.monotonic()
        async with self._http.post(
            path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            await answer.read()
        if path != "/desk/available":
            self._seen.took_ms["moves"].append((time.monotonic() - began) * 1000)
        return answer.status

    async def follow(self) -> None:
        """Follow the events and draw the list anew as the page's script does."""
        async with self._http.get("/desk/events", params={"after": self._cursor}) as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                    if told["lists"] or told["reload"]:
                        self._refresh()
                    if told["named"]:
                        self._spawn(self.get("/desk/news", "news"))
                    if self._opened in told["conversations"]:
                        self._spawn(self.get(f"/desk/inbox/{self._opened}/live", "live"))

    async def listen(self) -> None:
        """Follow the events and do nothing about them."""
        async with self._http.get("/desk/events", params={"after": self._cursor}) as stream:
            async for _line in stream.content:
                pass

    def _refresh(self) -> None:
        if self._drawing:
            self._again = True
            return
        self._drawing = True
        self._spawn(self._draw_list())

    async def _draw_list(self) -> None:
        try:
            await asyncio.sleep(self._draw.uniform(LEAST_S, MOST_S))
            self._again = False
            path = f"/desk/inbox/queue?queue=all&opened={self._opened}"
            text = await self.get(path, "list")
        finally:
            self._drawing = False
        now = time.monotonic()
        for id_ in set(SHOWN.findall(text)):
            if self._seen.first.setdefault((id_, self.name), now) == now:
                self._perhaps_take(id_)
        if self._again:
            self._refresh()

    def _perhaps_take(self, id_: str) -> None:
        if id_ not in self._seen.claimed and self._draw.random() < 0.2:
            self._seen.claimed.add(id_)
            self._spawn(self._take(id_))

    async def _take(self, id_: str) -> None:
        """Wait as one who reads, claim, look, and give back later, each with its page."""
        await asyncio.sleep(3 * LEAST_S + HELD_S * self._draw.random())
        if await self.post(f"/desk/inbox/{id_}/claim", {}) == 303:
            await self._show(f"/desk/inbox/{id_}", "conversation")
            self._opened = id_
            await self.post(f"/desk/inbox/{id_}/look", {})
            await asyncio.sleep(HELD_S)
            await self.post(f"/desk/inbox/{id_}/give-back", {})
            self._opened = ""
            await self._show("/desk/inbox", "page")

    async def _show(self, path: str, kind: str) -> None:
        """Open a page, which then asks what is new for the agent."""
        await self.get(path, kind)
        await self.get("/desk/news", "news")

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    return found.group(1) if found else ""
