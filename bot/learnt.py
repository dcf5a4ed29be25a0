"""From which lines a model was learnt, kept in its archive for a later training to go on from."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import joblib
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.labels import HEADS
from bot.trained import FILE
from kernel.source_files import source_files

NOTE = "learnt.json"
CODE = ("config.yml", "bot", "kernel")
HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Learnt:
    """What a model was learnt from.

    ``lines`` are digests, ``code`` is that of pipeline and code. ``changed`` says how many lines
    came or went since the mixture of its heads was fitted.
    """

    lines: frozenset[str]
    code: str
    changed: int = 0


def lines_of(examples: Sequence[Message]) -> frozenset[str]:
    """Return a digest of all that is learnt from each example."""
    return frozenset(_digest(one) for one in examples)


def _digest(example: Message) -> str:
    told = [example.get(TEXT) or "", *(label_of(example) or "" for label_of in HEADS.values())]
    return hashlib.blake2b("\x1f".join(told).encode(), digest_size=8).hexdigest()


def code_now(project: Path = HERE) -> str:
    """Return a digest of the pipeline and of the code that learns."""
    digest = hashlib.sha256()
    for part in CODE:
        for path in source_files(project / part):
            digest.update(str(path.relative_to(project)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def keep(storage: ModelStorage, resource: Resource, learnt: Learnt) -> None:
    """Write it down beside a trained part."""
    told = {**vars(learnt), "lines": sorted(learnt.lines)}
    with storage.write_to(resource) as folder:
        (folder / NOTE).write_text(json.dumps(told), "utf-8")


@dataclass(frozen=True)
class Archive:
    """A model's own note, and the trained parts in it by the name of their class, as files."""

    learnt: Learnt
    parts: dict[str, bytes]
    _loaded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def part(self, name: str) -> Any:
        """Return a trained part; it is read once."""
        if name not in self._loaded:
            self._loaded[name] = joblib.load(io.BytesIO(self.parts[name]))
        return self._loaded[name]


def read_archive(path: Path) -> Archive | None:
    """Return what a model says of itself; None where it says nothing or is no model."""
    learnt, parts = None, {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = Path(member.name)
                if name.name not in (NOTE, FILE):
                    continue
                content = archive.extractfile(member)
                told = content.read() if content else b""
                if name.name == NOTE:
                    note = json.loads(told)
                    learnt = Learnt(**{**note, "lines": frozenset(note["lines"])})
                else:  # train_bot.text_features.TextFeatures2
                    parts[name.parent.name.rpartition(".")[2].rstrip("0123456789")] = told
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError):
        return None
    return None if learnt is None else Archive(learnt, parts)
