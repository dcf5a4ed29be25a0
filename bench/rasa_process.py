"""A Rasa server of one's own, for measuring and for tests."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.training import rasa_environment, rasa_python

ROOT = Path(__file__).resolve().parent.parent
PYTHON = rasa_python(ROOT)


class RasaDidNotStart(Exception):
    """Rasa ended or stayed silent; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class RasaServer:
    """A running server: its address, its process id and how long it took to load, in seconds."""

    url: str
    pid: int
    cold_start_s: float


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def loaded(url: str) -> bool:
    """Tell whether the server has a model and can answer."""
    try:
        with urllib.request.urlopen(f"{url}/status", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def rasa_server(
    *,
    model: Path,
    endpoints: Path,
    log: Path,
    module: str = "rasa",
    folder: Path = ROOT,
    port: int | None = None,
    patience_s: float = 600,
) -> Iterator[RasaServer]:
    """Start ``rasa run`` on loopback and stop it at the end; ``module`` may be ``bot.serve``.

    Raises:
        RasaDidNotStart: it ended, or had no model within ``patience_s``.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *(str(PYTHON), "-m", module, "run", "--enable-api", "--interface", "127.0.0.1"),
        *("--port", str(port), "--model", str(model), "--endpoints", str(endpoints)),
        *("--credentials", str(ROOT / "credentials.yml")),
    ]
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=rasa_environment(ROOT), stdout=out, stderr=subprocess.STDOUT
        )
        try:
            while not loaded(url):
                if process.poll() is not None or time.monotonic() - began > patience_s:
                    raise RasaDidNotStart(log.read_text("utf-8", "replace")[-2000:])
                time.sleep(0.1)
            yield RasaServer(url, process.pid, time.monotonic() - began)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
