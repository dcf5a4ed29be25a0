"""Where app processes come from: one process imports the app once, and forks for each start.

An import costs three seconds of processor time; the kill tests start the app sixty times.
What is forked has done nothing yet: no loop, no thread, no connection.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Child:
    """An app process, with what tests use of ``asyncio.subprocess.Process``."""

    def __init__(self, pid: int, ended: Future[int]) -> None:
        self.pid = pid
        self._ended = ended

    async def wait(self) -> int:
        return await asyncio.shield(asyncio.wrap_future(self._ended))

    def send_signal(self, sign: signal.Signals) -> None:
        if not self._ended.done():
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks; ends, with its children, when this one does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.killing.mortal"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._born: Future[int] = Future()
        self._ended: dict[int, Future[int]] = {}
        self._turn = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()
        atexit.register(self.close)

    async def start(
        self, environment: Mapping[str, str], *, folder: Path, log: Path, point: str | None
    ) -> Child:
        """Fork a process that runs the app, and dies at a point if one is named."""
        told = {
            "environment": dict(environment),
            "folder": str(folder),
            "log": str(log),
            "point": point,
        }
        return await asyncio.to_thread(self._fork, json.dumps(told))

    def _fork(self, told: str) -> Child:
        assert self._process.stdin is not None
        with self._turn:
            self._born = Future()
            self._process.stdin.write(told.encode() + b"\n")
            self._process.stdin.flush()
            pid = self._born.result(60)
        return Child(pid, self._ended[pid])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "born" in told:
                self._ended[told["born"]] = Future()
                self._born.set_result(told["born"])
            else:
                self._ended[told["ended"]].set_result(told["code"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@cache
def nursery() -> Nursery:
    """Return the one of this test process."""
    return Nursery()
