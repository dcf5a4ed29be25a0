"""A whole house on free ports with a fake Rasa, and clients that speak to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import socketio

from app.bootstrap import House, open_house
from app.server import serving
from app.settings import Settings
from conversations.fake_rasa import Answering, FakeRasa, echo

WAIT_S = 30.0
Told = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """The address of a running house, and its parts."""

    url: str
    house: House
    rasa: FakeRasa


def settings_for(database_url: str, folder: Path, rasa: FakeRasa, **changes: Any) -> Settings:
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        port=free_port(),
        actions_port=free_port(),
        rasa_url=rasa.url,
        shutdown_s=0.5,
    )
    return replace(settings, **changes)


@asynccontextmanager
async def running_house(
    database_url: str, folder: Path, *, answering: Answering = echo, **changes: Any
) -> AsyncIterator[Running]:
    rasa = await FakeRasa(answering).start()
    settings = settings_for(database_url, folder, rasa, **changes)
    try:
        async with open_house(settings) as house, serving(house):
            yield Running(f"http://127.0.0.1:{settings.port}", house, rasa)
    finally:
        await rasa.stop()


@dataclass
class Client:
    """One tab: ours when it tells ``after``, else a widget made for Rasa."""

    url: str
    ours: bool = True
    session: Any = None
    after: int = 0
    language: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[Told] = field(default_factory=list)
    echoes: list[Told] = field(default_factory=list)
    history: list[Told] = field(default_factory=list)
    typing: list[bool] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Client:
        self._news = asyncio.Event()
        self._sio = socketio.AsyncClient(reconnection=False)
        self._sio.on("session_confirm", self._confirm)
        self._sio.on("history", self._take_history)
        self._sio.on("bot_uttered", self._keeper(self.heard))
        self._sio.on("user_echo", self._keeper(self.echoes))
        self._sio.on("typing", self._take_typing)
        await self._sio.connect(
            self.url, headers=self.headers, transports=["websocket"], wait_timeout=20
        )
        await self.request_session()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sio.disconnect()

    def _keeper(self, into: list[Told]) -> Callable[[Told], Any]:
        async def keep(told: Told) -> None:
            into.append(told)
            self._news.set()

        return keep

    async def _confirm(self, session: str) -> None:
        self.confirmed.append(session)
        self.session = session
        self._news.set()

    async def _take_history(self, told: Told) -> None:
        self.history += told["messages"]
        self._news.set()
        if told["more"]:
            await self.emit(
                "session_request", {**self._request(), "after": told["messages"][-1]["seq"]}
            )

    async def _take_typing(self, told: Told) -> None:
        self.typing.append(told["on"])
        self._news.set()

    def _request(self) -> Told:
        asked: Told = {"session_id": self.session}
        if self.ours:
            asked |= {"after": self.after, "language": self.language}
        return asked

    async def request_session(self) -> None:
        before = len(self.confirmed)
        await self.emit("session_request", self._request())
        await self.until(lambda: len(self.confirmed) > before)

    async def emit(self, event: str, *given: Any) -> None:
        await self._sio.emit(event, given if len(given) != 1 else given[0])

    async def call(self, event: str, given: Told) -> Told:
        """Ask for something in this session and return the answer."""
        told = {"session_id": self.session, **given}
        answer: Told = await self._sio.call(event, told, timeout=WAIT_S)
        return answer

    async def say(self, message: Any, *, client_id: Any = None, **more: Any) -> Told:
        """Say something and return the acknowledgement."""
        told = {"message": message, "session_id": self.session, "id": client_id, **more}
        ack: Told = await self._sio.call("user_uttered", told, timeout=WAIT_S)
        return ack

    async def until(self, condition: Callable[[], bool], *, within_s: float = WAIT_S) -> None:
        """Wait until what was heard satisfies ``condition``."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._news.clear()
                if condition():
                    return
                await self._news.wait()
