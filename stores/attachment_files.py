"""Files in a folder: written apart, then renamed into place, so that none is ever half there.

<folder>/arriving/<id>       being written; nobody's yet
<folder>/kept/<id[:2]>/<id>  finished; has a row, or is swept
<folder>/quarantine/<id>     infected; never given out
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,35}", re.ASCII)


class AttachmentFiles:
    """Where files lie. Every id is checked, so that no path leaves the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arriving(self, attachment_id: str) -> Path:
        """Return where to write a file; the folder is there."""
        return self._made("arriving") / _checked(attachment_id)

    def kept(self, attachment_id: str) -> Path:
        """Return where a finished file lies."""
        return self._folder / "kept" / _checked(attachment_id)[:2] / attachment_id

    def quarantine(self, attachment_id: str) -> Path:
        """Return where an infected file lies."""
        return self._folder / "quarantine" / _checked(attachment_id)

    def keep(self, attachment_id: str, source: Path) -> None:
        """Move a finished file into its place, for good."""
        self._moved(source, self.kept(attachment_id))

    def shut_away(self, attachment_id: str) -> None:
        """Move a kept file into quarantine, where nobody may read it; twice does no harm."""
        source, target = self.kept(attachment_id), self.quarantine(attachment_id)
        if source.exists():
            source.chmod(0o600)
            self._moved(source, target)

    def delete(self, attachment_id: str) -> None:
        """Remove a file, wherever it lies; does nothing when there is none."""
        self.kept(attachment_id).unlink(missing_ok=True)
        self.quarantine(attachment_id).unlink(missing_ok=True)

    def older_than(self, timestamp: float) -> Iterator[str]:
        """Yield the ids of finished files that were last changed before ``timestamp``."""
        for place in ("kept/*/*", "quarantine/*"):
            for path in self._folder.glob(place):
                if _ID.fullmatch(path.name) and _changed(path) < timestamp:
                    yield path.name

    def sweep_arriving(self, timestamp: float) -> int:
        """Remove what was begun before ``timestamp`` and never finished; return how many."""
        left = [p for p in self._folder.glob("arriving/*") if _changed(p) < timestamp]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _made(self, *parts: str) -> Path:
        folder = self._folder.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _moved(self, source: Path, target: Path) -> None:
        self._made(*target.parent.relative_to(self._folder).parts)
        source.replace(target)
        _fsync(target.parent)
        _fsync(source.parent)


def _checked(attachment_id: str) -> str:
    if not _ID.fullmatch(attachment_id):
        raise ValueError("not an attachment id")
    return attachment_id


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # went meanwhile
        return float("inf")


def _fsync(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
