"""The content with fewer questions and examples, so that it is learnt in seconds.

It keeps every rule of ``content.check``: what is released from it is checked as in earnest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from content.entries import Labelled, Question
from content.folder import ContentFolder
from content.labels import KINDS
from content.minimums import PER_INTENT, PER_KIND, PER_OUT_OF_SCOPE, PER_TOPIC
from kernel.language import Language
from tests.e2e.house import ROOT

SEGMENTS = ("all", "supplier")


def trimmed_content(folder: Path) -> ContentFolder:
    """Make the folder out of the project's content."""
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("domain.yml", "config.yml"):
        shutil.copyfile(ROOT / name, folder / name)
    for path in folder.glob("data/*/faq_*.yml"):
        if path.stem.removeprefix("faq_") not in SEGMENTS:
            path.unlink()
    content = ContentFolder(folder)
    for entry in content.entries():
        for language in Language:
            side = entry.side(language)
            few = some_of(side.questions, PER_TOPIC[language] + 3, lambda one: one.variety)
            entry = entry.with_side(language, replace(side, questions=few))
        content.save(entry, seen=content.version(entry.topic))
    for taught in content.intents():
        most = PER_KIND if taught.intent in KINDS else PER_INTENT
        most = PER_OUT_OF_SCOPE if taught.intent == "out_of_scope" else most
        for language, examples in taught.examples.items():
            few_examples = some_of(examples, most, lambda one: one.department)
            content.save_examples(
                taught.intent,
                language,
                few_examples,
                seen=content.examples_version(taught.intent, language),
            )
    return content


def some_of[One: (Labelled, Question)](
    many: Sequence[One], most: int, sort: Callable[[One], str | None]
) -> tuple[One, ...]:
    """Return some, of each sort about the share that it has, and at least one."""
    sorts: dict[str | None, list[One]] = {}
    for one in many:
        sorts.setdefault(sort(one), []).append(one)
    left = {
        name: max(1, -(-len(found) * most // max(1, len(many)))) for name, found in sorts.items()
    }
    if "gulf" in left:  # a third of what is asked in Arabic must be
        left["gulf"] += 2
    kept = []
    for one in many:
        left[sort(one)] -= 1
        if left[sort(one)] >= 0:
            kept.append(one)
    return tuple(kept)
