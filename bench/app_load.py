"""Time whole conversations through the app: socket, inbox, Rasa, action, case, answer."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import socketio

from bench.load import resident_mb
from bench.rasa_process import ROOT, free_port, loaded

CONVERSATIONS = 16
ROUNDS = 3
OPENING = (
    "انخصم من بطاقتي مرتين يوم دفعت رسوم الرخصة ٥٢٠ درهم وابي فلوسي",
    '/inform{"segment": "public"}',
    "٠٥٠ ١٢٣ ٤٥٦٧",
    "/affirm",
)
QUESTION = "كم يوم تاخذ الشكوى؟"


class Caller:
    """One web-chat client that waits until its message is answered."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket = socketio.AsyncClient(reconnection=False)
        self._session: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._socket.on("session_confirm", self._confirmed)
        self._socket.on("bot_uttered", self._uttered)

    async def _confirmed(self, session: str) -> None:
        if not self._session.done():
            self._session.set_result(session)

    async def _uttered(self, message: dict[str, Any]) -> None:
        await self._heard.put(message)

    async def arrive(self) -> None:
        """Connect and get a session."""
        await self._socket.connect(self._address, transports=["websocket"], wait_timeout=20)
        await self._socket.emit(
            "session_request", {"session_id": None, "language": "ar", "after": 0}
        )
        await asyncio.wait_for(self._session, 10)

    async def say(self, text: str) -> tuple[float, list[dict[str, Any]]]:
        """Send; return milliseconds until the first answer, and what came within 150 ms more."""
        began = time.perf_counter()
        said = {"message": text, "session_id": self._session.result()}
        await self._socket.emit("user_uttered", said)
        answers = [await asyncio.wait_for(self._heard.get(), 30)]
        took = (time.perf_counter() - began) * 1000
        while True:
            try:
                answers.append(await asyncio.wait_for(self._heard.get(), 0.15))
            except TimeoutError:
                return took, answers

    async def leave(self) -> None:
        """Disconnect."""
        await self._socket.disconnect()


def measure_app(model: Path) -> dict[str, Any]:
    """Start the whole house on ports of its own, open cases in it, and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "models").symlink_to(ROOT / "var" / "models")
        port, actions, rasa = free_port(), free_port(), free_port()
        environment = {
            **os.environ,
            "BADDALA_DATA_DIR": str(data),
            "BADDALA_PORT": str(port),
            "BADDALA_ACTIONS_PORT": str(actions),
            "BADDALA_RASA_URL": f"http://127.0.0.1:{rasa}",
        }
        began = time.monotonic()
        with (ROOT / "var" / "bench" / "app.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            while not loaded_app(address) or not loaded(f"http://127.0.0.1:{rasa}"):
                if process.poll() is not None or time.monotonic() - began > 300:
                    raise RuntimeError("the app did not start; see var/bench/app.log")
                time.sleep(0.2)
            start = round(time.monotonic() - began, 1)
            figures = asyncio.run(_conversations(address))
            with sqlite3.connect(data / "baddala.sqlite") as database:
                [[opened]] = database.execute("SELECT COUNT(*) FROM cases").fetchall()
            figures["cases_opened"] = opened - 1  # one by the conversation that warmed up
            return {"start_s": start, **figures, "resident_mb": resident_mb(process.pid)}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(40)


def loaded_app(address: str) -> bool:
    """Tell whether the app says it is ready."""

    try:
        with urllib.request.urlopen(f"{address}/ready", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _conversations(address: str) -> dict[str, Any]:
    questions: list[float] = []
    turns: list[float] = []

    async def talk() -> None:
        caller = Caller(address)
        await caller.arrive()
        took, _ = await caller.say(QUESTION)
        questions.append(took)
        for line in OPENING:
            took, _ = await caller.say(line)
            turns.append(took)
        await caller.leave()

    await talk()
    questions.clear()
    turns.clear()
    began = time.perf_counter()
    for _ in range(ROUNDS):
        await asyncio.gather(*(talk() for _ in range(CONVERSATIONS)))
    whole = time.perf_counter() - began
    questions.sort()
    turns.sort()
    return {
        "conversations": CONVERSATIONS * ROUNDS,
        "at_once": CONVERSATIONS,
        "question_p50_ms": round(questions[len(questions) // 2], 1),
        "question_p99_ms": round(questions[-1], 1),
        "form_turn_p50_ms": round(turns[len(turns) // 2], 1),
        "form_turn_p99_ms": round(turns[int(len(turns) * 0.99)], 1),
        "seconds": round(whole, 1),
    }
