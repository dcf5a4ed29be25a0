"""The files of a content folder with their nodes, read again only when they have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from weakref import WeakValueDictionary

from content.errors import unreadable
from content.example_lines import Block, blocks
from content.yaml_places import Node, child, compose
from kernel.language import Language

ANSWERS = "data/answers"


@dataclass(frozen=True)
class ParsedFile:
    """One file as it was read: ``name`` is its path within the folder."""

    name: str
    text: str
    root: Node

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Return the intents' examples of an NLU file."""
        return tuple(blocks(self.root, self.name))

    @cached_property
    def responses(self) -> tuple[tuple[Node, Node], ...]:
        """Return name and variants of each response of an answers file."""
        found = child(self.root, "responses")
        return tuple(found.value) if found is not None and found.value else ()


_IN_USE: WeakValueDictionary[tuple[str, bytes], ParsedFile] = WeakValueDictionary()


def parsed(name: str, text: str) -> ParsedFile:
    """Return the file, the same one to all who hold a file of this name and text.

    Live content, draft and releases differ in few files. Nobody changes what was parsed.

    Raises:
        ContentBroken: it is no YAML.
    """
    key = name, blake2b(text.encode(), digest_size=16).digest()
    found = _IN_USE.get(key)
    if found is None:
        found = _IN_USE[key] = ParsedFile(name, text, compose(text, name))
    return found


class ParsedFiles:
    """Reads ``data/`` under ``root``; a file is parsed again when its time or size has changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, tuple[tuple[int, int], ParsedFile]] = {}

    def get(self, name: str) -> ParsedFile | None:
        """Return one file, None if there is none.

        Raises:
            ContentBroken: it is no YAML, or not UTF-8.
        """
        path = self.root / name
        try:
            stat = path.stat()
            stamp = stat.st_mtime_ns, stat.st_size
            known = self._known.get(name)
            if known is not None and known[0] == stamp:
                return known[1]
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise unreadable(name, error) from error
        found = parsed(name, text)
        self._known[name] = stamp, found
        return found

    def answers(self) -> Iterator[ParsedFile]:
        """Yield the files of answers in their order."""
        yield from self._folder(ANSWERS)

    def nlu(self, language: Language) -> Iterator[ParsedFile]:
        """Yield the files of examples of one language in their order."""
        yield from self._folder(nlu_folder(language))

    def _folder(self, name: str) -> Iterator[ParsedFile]:
        for path in sorted((self.root / name).glob("*.yml")):
            found = self.get(f"{name}/{path.name}")
            if found is not None:
                yield found


def nlu_folder(language: Language) -> str:
    """Return where the examples of a language lie."""
    return f"data/nlu_{language.value}"
