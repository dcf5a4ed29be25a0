"""A process that is asked in lines ends with all that it has begun."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from app.line_process import end, line_process

FORKS = """
import os, sys, time
if os.fork() == 0:
    time.sleep(600)  # with our output open
print(os.getpid(), flush=True)
for line in sys.stdin:
    print("سمعت " + line.strip(), flush=True)
if "stays" in sys.argv:
    time.sleep(600)
"""
PATIENCE_S = 1.0


async def begun(folder: Path, *more: str) -> asyncio.subprocess.Process:
    process = await line_process(folder, (sys.executable, "-c", FORKS, *more), folder / "log")
    assert process.stdout is not None
    assert int(await process.stdout.readline()) == process.pid
    return process


def living(session: int) -> list[int]:
    """Return the processes of a session, those left out that nobody has buried yet."""
    found = []
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = told.read_text("utf-8").rpartition(") ")[2].split()[:4]
        except FileNotFoundError:  # gone since it was listed
            continue
        if int(of) == session and state != "Z":
            found.append(int(told.parent.name))
    return found


@pytest.mark.parametrize("more", [(), ("stays",)])
@pytest.mark.parametrize("at_once", [True, False])
async def test_ends_though_what_it_forked_holds_its_output(
    tmp_path: Path, more: tuple[str, ...], at_once: bool
) -> None:
    process = await begun(tmp_path, *more)
    assert len(living(process.pid)) == 2
    began = time.monotonic()
    await asyncio.wait_for(end(process, PATIENCE_S, at_once=at_once), 20)
    assert time.monotonic() - began < 15
    assert living(process.pid) == []


async def test_who_has_ended_is_not_waited_for(tmp_path: Path) -> None:
    process = await line_process(tmp_path, (sys.executable, "-c", "pass"), tmp_path / "log")
    await process.wait()
    await asyncio.wait_for(end(process, PATIENCE_S), 5)
