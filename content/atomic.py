"""Several files written as one: after a crash either all hold the new text, or all the old."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PLAN = ".saving.json"
"""Names the files that wait, complete, beside those they replace."""
WAITING = ".saved"


@contextlib.contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Let one process at a time write in the folder; finish what another died over."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _finish(folder)
        yield
    finally:
        os.close(handle)


def write_all(folder: Path, texts: Mapping[str, str | None]) -> None:
    """Write each file, by its name within the folder; None takes it away. ``sole_writer`` is on."""
    for name, text in texts.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path.with_name(path.name + WAITING), text)
    _write(folder / (PLAN + WAITING), json.dumps({n: t is None for n, t in texts.items()}))
    os.replace(folder / (PLAN + WAITING), folder / PLAN)  # from here on the new text is the text
    _sync(folder)
    _finish(folder)


def _finish(folder: Path) -> None:
    plan = folder / PLAN
    if not plan.exists():
        return
    for name, gone in json.loads(plan.read_text("utf-8")).items():
        path = folder / name
        waiting = path.with_name(path.name + WAITING)
        if gone:
            path.unlink(missing_ok=True)
        elif waiting.exists():
            os.replace(waiting, path)
            _sync(path.parent)
    plan.unlink()


def _write(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
