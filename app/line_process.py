"""Processes of the Rasa side that are asked and answer in lines of JSON."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from app.training import rasa_environment

LONGEST_LINE = 64 * 1024 * 1024


async def line_process(
    project: Path, command: Sequence[str], log_file: Path
) -> asyncio.subprocess.Process:
    """Begin a process whose input and output are ours; what it complains of goes to the log.

    It is in a session of its own: a Ctrl-C in our terminal is not for it.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=project,
            env=rasa_environment(project),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=out,
            start_new_session=True,
            limit=LONGEST_LINE,
        )


async def end(
    process: asyncio.subprocess.Process, patience_s: float, *, at_once: bool = False
) -> None:
    """Close its input and wait; kill it after ``patience_s`` with all that it has begun.

    What it forked holds its output open, so that a wait after the end of it alone may never
    return. With ``at_once`` it is told not to finish what it does.
    """
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    if at_once:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        await asyncio.wait_for(process.wait(), patience_s)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a session of its own
        await process.wait()
