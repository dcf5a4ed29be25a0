"""The whole house, as ``make run`` starts it: Rasa, actions, app, database, on ports of its own."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 420  # a fresh clone trains the model first


@dataclass(frozen=True)
class House:
    """A running installation: ``address`` of the chat page, and where its data lies."""

    address: str
    data: Path
    pid: int

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Read from the SQLite database, as an outsider."""
        with sqlite3.connect(f"file:{self.data / 'baddala.sqlite'}?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_house(data: Path, *, own_models: bool = False, **settings: str) -> Iterator[House]:
    """Start ``baddala run``, wait until it is ready, stop it with Ctrl-C at the end.

    Models are shared with the checkout's ``var/models``: the same content is trained once.
    Of content of its own a house has its models for itself (``own_models``).
    """
    port, actions, rasa = free_port(), free_port(), free_port()
    models = ROOT / "var" / "models"
    models.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    if not own_models:
        (data / "models").symlink_to(models)
    environment = {
        **os.environ,
        "BADDALA_DATA_DIR": str(data),
        "BADDALA_PORT": str(port),
        "BADDALA_ACTIONS_PORT": str(actions),
        "BADDALA_RASA_URL": f"http://127.0.0.1:{rasa}",
        **settings,
    }
    output = data / "run.log"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address, output)
        yield House(address, data, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, output: Path) -> None:
    began = time.monotonic()
    while True:
        if process.poll() is not None or time.monotonic() - began > PATIENCE_S:
            raise AssertionError(f"the house did not open:\n{output.read_text('utf-8')[-4000:]}")
        try:
            with urllib.request.urlopen(f"{address}/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.5)
