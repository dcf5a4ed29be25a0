"""Processes of the Rasa side that are asked and answer in lines of JSON."""

from __future__ import annotations

import asyncio
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
