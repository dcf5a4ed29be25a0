"""Rasa is started again when it dies, and never outlives the app."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.bootstrap import PROJECT
from app.rasa_process import RasaProcess
from bench.rasa_process import free_port

FAKE_RASA = """
import os, socket, sys, time
def main():
    port = int(sys.argv[sys.argv.index("--port") + 1])
    with socket.create_server(("127.0.0.1", port)):
        print("listening", os.getpid(), flush=True)
        time.sleep(120)
"""
RUN_IT = """
import asyncio, sys
from pathlib import Path
from app.rasa_process import RasaProcess
project, port, model = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
asyncio.run(RasaProcess(
    project=project, model=lambda: model, port=port, endpoints=project / "endpoints.yml",
    log_file=project / "rasa.log",
).run())
"""
WITHIN_S = 20.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our way of starting Rasa and, in its place, a program that listens.

    rasa-دبي
    ├── bot/  serve.py, .venv/bin/python
    └── rasa/ __main__.py
    """
    project = tmp_path / "rasa-دبي"
    python = project / "bot" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    for name in ("__init__.py", "serve.py"):
        shutil.copy(PROJECT / "bot" / name, project / "bot" / name)
    swap = "def load_beside_turns():\n    pass\n"
    (project / "bot" / "model_swap.py").write_text(swap, "utf-8")
    (project / "rasa").mkdir()
    (project / "rasa" / "__init__.py").touch()
    (project / "rasa" / "__main__.py").write_text(FAKE_RASA, "utf-8")
    return project


def listening(project: Path) -> list[int]:
    """The process ids of every Rasa that came up, in order."""
    log = project / "rasa.log"
    told = log.read_text("utf-8") if log.exists() else ""
    return [int(pid) for pid in re.findall(r"^listening (\d+)\n", told, re.MULTILINE)]


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(true: object, within_s: float = WITHIN_S) -> None:
    """Wait until a function returns something true."""
    assert callable(true)
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def app(project: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that keeps a Rasa, as ``baddala run`` does."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_IT, str(project), str(free_port()), "model.tar.gz"],
        cwd=PROJECT,
    )
    yield process
    process.kill()
    process.wait()
    for pid in listening(project):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_rasa_ends_when_the_app_is_killed(app: subprocess.Popen[bytes], project: Path) -> None:
    until(lambda: listening(project))
    [rasa] = listening(project)
    assert alive(rasa)
    app.kill()
    app.wait()
    until(lambda: not alive(rasa), within_s=5)


@pytest.fixture
async def keeping(project: Path) -> AsyncIterator[RasaProcess]:
    async def no_wait(_seconds: float) -> None:
        await asyncio.sleep(0)

    kept = RasaProcess(
        project=project,
        model=lambda: Path("model.tar.gz"),
        port=free_port(),
        endpoints=project / "endpoints.yml",
        log_file=project / "rasa.log",
        sleep=no_wait,
    )
    running = asyncio.create_task(kept.run())
    yield kept
    await kept.stop()
    await running


async def test_a_killed_rasa_is_started_again(keeping: RasaProcess, project: Path) -> None:
    await asyncio.to_thread(until, lambda: listening(project))
    first = keeping.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await asyncio.to_thread(until, lambda: len(listening(project)) == 2)
    assert keeping.restarts == 1
    assert keeping.pid == listening(project)[1] != first


async def test_rasa_ends_when_the_app_stops(keeping: RasaProcess, project: Path) -> None:
    await asyncio.to_thread(until, lambda: listening(project))
    [rasa] = listening(project)
    await keeping.stop()
    assert not alive(rasa)
    assert keeping.pid is None
