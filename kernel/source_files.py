"""The files that something is made from, in one order; what is installed beside them is no part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ENDINGS = frozenset({".yml", ".py", ".txt", ".tsv"})
PASSED_OVER = frozenset({".venv", "__pycache__"})
"""Folders that are not walked into: an environment has tens of thousands of files."""


def source_files(start: Path) -> Iterator[Path]:
    """Yield the sources under a folder, or the file itself; nothing where there is nothing."""
    if start.is_file():
        yield from [start] if start.suffix in ENDINGS else []
        return
    found: list[Path] = []
    for folder, inside, names in os.walk(start):
        inside[:] = [name for name in inside if name not in PASSED_OVER]
        found += [Path(folder, name) for name in names if Path(name).suffix in ENDINGS]
    yield from sorted(found)
