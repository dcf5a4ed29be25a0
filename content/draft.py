"""The editors' working copy of the content, and what is live beside it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from content.entries import FaqEntry, IntentExamples
from content.folder import ContentFolder

PARTS = ("data", "domain.yml", "config.yml")


@dataclass(frozen=True, slots=True)
class Change:
    """What is another in the draft; ``before`` is live, ``after`` the draft, None: not there."""

    what: str
    before: FaqEntry | IntentExamples | None
    after: FaqEntry | IntentExamples | None


class Draft:
    """One working copy for all editors: they meet in it entry by entry.

    Args:
        root: where the working copy lies; made from what is live when it is not there.
        live: the folder that the live model was made from.
    """

    def __init__(self, root: Path, live: Path) -> None:
        self.root = root
        self.folder = ContentFolder(root)
        self.live = ContentFolder(live)

    def prepare(self) -> None:
        """Make the working copy if there is none; one that is half made is made again."""
        if (self.root / "domain.yml").exists():
            return
        half = self.root.with_name(self.root.name + ".new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        for name in PARTS:
            part = self.live.root / name
            if part.is_dir():
                shutil.copytree(part, half / name)
            elif part.exists():
                shutil.copyfile(part, half / name)
        shutil.rmtree(self.root, ignore_errors=True)
        half.rename(self.root)

    def changes(self) -> Sequence[Change]:
        """Return what is another in the draft, in its order; what is gone last.

        Raises:
            ContentBroken: a file cannot be read.
        """
        return changes_between(self.live, self.folder)


def changes_between(older: ContentFolder, newer: ContentFolder) -> Sequence[Change]:
    """Return what is another in ``newer``, in its order; what is gone last.

    Raises:
        ContentBroken: a file cannot be read.
    """
    before: dict[str, FaqEntry | IntentExamples] = {}
    after: dict[str, FaqEntry | IntentExamples] = {}
    for found, folder in ((before, older), (after, newer)):
        found |= {f"faq/{one.topic}": one for one in folder.entries()}
        found |= {one.intent: one for one in folder.intents()}
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]
