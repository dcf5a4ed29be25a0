"""Entries as a list: by who asks, each with the state that an editor must know first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from content.entries import FaqEntry
from kernel.folding import words
from kernel.language import Language


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list; ``state`` is a phrase key behind ``studio_state_``."""

    entry: FaqEntry
    title: str
    state: str
    lamp: str


def state_of(entry: FaqEntry, live: FaqEntry | None, today: date) -> tuple[str, str]:
    """Return what an editor must know first of an entry, and its lamp."""
    if not entry.ar.there:
        return "needs_ar", "new"
    if not entry.en.there:
        return "needs_en", "new"
    if entry.ar.stale:
        return "stale_ar", "new"
    if entry.en.stale:
        return "stale_en", "new"
    if entry.out_of_date(today):
        return "outdated", "late"
    if entry.to_come(today):
        return "to_come", "new"
    if live is None or live != entry:
        return "draft", "open"
    return ("sample", "done") if entry.sample else ("published", "done")


def listed(
    entries: Sequence[FaqEntry],
    live: Mapping[str, FaqEntry],
    language: Language,
    today: date,
    wanted: str,
) -> dict[str, Any]:
    """Return the entries that hold all wanted words, grouped by segment, and how many changed."""
    groups: dict[str, list[Row]] = {}
    asked = set(words(wanted))
    changed = len(live.keys() - {one.topic for one in entries})
    for entry in entries:
        changed += live.get(entry.topic) != entry
        if asked and not asked <= _words_of(entry):
            continue
        other = Language.EN if language is Language.AR else Language.AR
        title = entry.side(language).title or entry.side(other).title or entry.topic
        state, lamp = state_of(entry, live.get(entry.topic), today)
        groups.setdefault(entry.segment, []).append(Row(entry, title, state, lamp))
    return {"groups": groups, "changes": changed}


def _words_of(entry: FaqEntry) -> set[str]:
    found = set(words(entry.topic.replace("_", " "))) | {entry.topic}
    for side in (entry.ar, entry.en):
        for text in (side.title, side.text, *(one.text for one in side.questions)):
            found |= set(words(text))
    return found
