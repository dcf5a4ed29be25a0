"""Citizens with an open chat each, and a played Rasa that hands some of them to people."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import socketio

MARK = "W-"
OPENING_AT_ONCE = 20
ANSWERED_WITHIN_S = 30.0


@dataclass(slots=True)
class Wishes:
    """Who asked for a person, when (monotonic seconds), and for which department."""

    departments: Sequence[str | None]
    asked_at: dict[str, float] = field(default_factory=dict)
    about: dict[str, str | None] = field(default_factory=dict)
    _said_at: dict[str, float] = field(default_factory=dict)

    def say(self, number: int) -> str:
        """Return what the citizen writes."""
        mark = f"{MARK}{number}"
        self._said_at[mark] = time.monotonic()
        return f"أبغي أكلم موظف لو سمحت {mark}"

    def answer(self, sender: str, text: str, _metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Answer as Rasa would; Rasa's sender is the conversation."""
        found = text.rpartition(" ")[2]
        if found not in self._said_at:
            return [{"text": "الدوام من الأحد إلى الخميس، ٧:٣٠ إلى ٣:٣٠"}]
        department = self.departments[int(found.removeprefix(MARK)) % len(self.departments)]
        self.asked_at[sender] = self._said_at[found]
        self.about[sender] = department
        wish = {"escalate": {"reason": "asked", "department": department}}
        return [{"text": "نحوّلك إلى زميل"}, {"custom": wish}]


class Citizen:
    """One open chat over Socket.IO."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._socket = socketio.AsyncClient(reconnection=False, http_session=http)
        self._session: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waits: float | None = None
        self.took_ms: list[float] = []
        self._socket.on("session_confirm", self._confirmed)
        self._socket.on("bot_uttered", self._uttered)

    async def _confirmed(self, session: str) -> None:
        if not self._session.done():
            self._session.set_result(session)

    async def _uttered(self, _message: Mapping[str, Any]) -> None:
        if self._waits is not None:
            self.took_ms.append((time.monotonic() - self._waits) * 1000)
            self._waits = None

    @property
    def waits(self) -> bool:
        """Tell whether an answer is due."""
        return self._waits is not None

    async def arrive(self, url: str) -> None:
        """Connect and get a session."""
        await self._socket.connect(url, transports=["websocket"], wait_timeout=30)
        asked = {"session_id": None, "language": "ar", "after": 0}
        await self._socket.emit("session_request", asked)
        await asyncio.wait_for(self._session, ANSWERED_WITHIN_S)

    async def say(self, text: str) -> None:
        """Write something; the answer is timed when it comes."""
        self._waits = time.monotonic()
        told = {"message": text, "session_id": self._session.result()}
        await self._socket.emit("user_uttered", told)

    async def leave(self) -> None:
        """Disconnect."""
        await self._socket.disconnect()


class Crowd:
    """Many citizens who all stay, of whom one writes at a time, at a fixed pace."""

    def __init__(self, wishes: Wishes, *, seed: int = 2026) -> None:
        self._wishes = wishes
        self._draw = random.Random(seed)
        self.citizens: list[Citizen] = []
        self.sent = 0
        self.wished = 0

    async def arrive(self, url: str, count: int, stack: AsyncExitStack) -> None:
        """Open all chats, a few at once."""
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        free = asyncio.Semaphore(OPENING_AT_ONCE)
        self.citizens = [Citizen(http) for _ in range(count)]

        async def one(citizen: Citizen) -> None:
            async with free:
                await citizen.arrive(url)
            stack.push_async_callback(citizen.leave)

        async with asyncio.TaskGroup() as arriving:
            for citizen in self.citizens:
                arriving.create_task(one(citizen))

    async def talk(self, *, per_second: float, seconds: float, wishes_per_second: float) -> None:
        """Write for so long; a wish for a person is the last that a citizen writes."""
        order = self._draw.sample(self.citizens, len(self.citizens))
        chatting, wishing = order[: len(order) // 2], iter(order[len(order) // 2 :])
        began = time.monotonic()
        for n in range(int(per_second * seconds)):
            if (wait := began + n / per_second - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if self.wished < wishes_per_second * n / per_second:
                await next(wishing).say(self._wishes.say(self.wished))
                self.wished += 1
            else:
                await chatting[n % len(chatting)].say("متى يفتح مركز الخدمة DF-26؟")
            self.sent += 1

    @property
    def unanswered(self) -> int:
        """Return how many wait for an answer."""
        return sum(citizen.waits for citizen in self.citizens)

    @property
    def took_ms(self) -> list[float]:
        """Return how long each first answer took."""
        return sorted(took for citizen in self.citizens for took in citizen.took_ms)
