"""The real Rasa as a process that can be killed and started again on its port."""

from __future__ import annotations

import asyncio
import signal
import time
from asyncio.subprocess import Process
from pathlib import Path

import yaml

from app.bootstrap import PROJECT
from app.training import ensure_model, rasa_environment, rasa_python
from bench.rasa_process import loaded
from tests.app.webchat_house import free_port

READY_WITHIN_S = 300.0
"""Three test processes may share two processors; alone it takes ten seconds."""


class RealRasa:
    """Its custom actions are in the app's process ``calls``; ``calls_at`` is their port."""

    def __init__(self, folder: Path, *, calls: int) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: Process | None = None
        self.calls = calls
        self.calls_at = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        model = ensure_model(PROJECT, PROJECT / "var" / "models", self._folder, lambda _line: None)
        endpoints = self._folder / "endpoints.yml"
        told = yaml.safe_load((PROJECT / "endpoints.yml").read_text("utf-8"))
        told["action_endpoint"]["url"] = f"http://127.0.0.1:{self.calls_at}/webhook"
        told["tracker_store"]["db"] = str(self._folder / "rasa.sqlite")
        endpoints.write_text(yaml.safe_dump(told), "utf-8")
        with (self._folder / "rasa.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(str(rasa_python(PROJECT)), "-m", "bot.serve", "run", "--enable-api"),
                *("--interface", "127.0.0.1", "--port", str(self._port), "--model", str(model)),
                *("--endpoints", str(endpoints)),
                *("--credentials", str(PROJECT / "credentials.yml")),
                cwd=PROJECT,
                env=rasa_environment(PROJECT),
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + READY_WITHIN_S
        while not await asyncio.to_thread(loaded, self.url):
            if self._process.returncode is not None or time.monotonic() > until:
                raise AssertionError((self._folder / "rasa.log").read_text("utf-8")[-2000:])
            await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """Kill it with SIGKILL, whatever it is doing."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, sign: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(sign)
            await self._process.wait()
