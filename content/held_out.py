"""Nothing that a model is measured on may stand in what it is trained on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from content.finding import Finding
from content.model import Example
from kernel.folding import words

OWN_WORDS = 5
"""Shorter lines are common property: any two people write "what can you do?" alike."""


def find_held_out(examples: Iterable[Example], folder: Path) -> Iterator[Finding]:
    """Yield the examples that stand in an evaluation set, without its text.

    Args:
        examples: what is trained on.
        folder: holds the sets, one JSON object with a ``text`` per line of ``*.jsonl``.
            May be missing: not every machine has them.
    """
    held_out = {
        tuple(words(json.loads(line)["text"])): path.name
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    }
    for example in examples:
        found_in = held_out.get(tuple(words(example.text)))
        if found_in is not None and len(example.text.split()) >= OWN_WORDS:
            told, facts = f"stands in {found_in} too", {"file": found_in}
            yield Finding("held out", example.place, told, "held_out", facts)
