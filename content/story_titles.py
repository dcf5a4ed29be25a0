"""What conversation tests are called, in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kernel.language import Language


class StoryTitles:
    """A story's name in its file is its English title; ``titles.ar.toml`` beside has the Arabic."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arabic: dict[str, str] | None = None

    def told(self, name: str, language: Language) -> str:
        """Return the title in a language, or the name where nobody has written one."""
        if language is not Language.AR:
            return name
        if self._arabic is None:
            path = self._folder / "titles.ar.toml"
            self._arabic = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return self._arabic.get(name, name)
