"""What changed between two versions of the content, for people to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.draft import Change
from content.entries import FaqEntry, IntentExamples
from content.worddiff import Piece, word_diff
from kernel.language import Language

FACTS = ("owner", "segment", "status", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Told:
    """One change: ``kind`` is new, gone or changed; texts by language and field, as pieces."""

    what: str
    kind: str
    titles: Mapping[Language, str]
    texts: Sequence[tuple[Language, str, Sequence[Piece]]] = ()
    facts: Sequence[tuple[str, str, str]] = ()
    added: Mapping[Language, Sequence[str]] = field(default_factory=dict)
    removed: Mapping[Language, Sequence[str]] = field(default_factory=dict)


def told(change: Change) -> Told:
    """Return a change field by field."""
    before, after = change.before, change.after
    kind = "new" if before is None else "gone" if after is None else "changed"
    old, new = _wordings(before), _wordings(after)
    added = {one: [text for text in new[one] if text not in set(old[one])] for one in Language}
    removed = {one: [text for text in old[one] if text not in set(new[one])] for one in Language}
    shown = after if after is not None else before
    titles: dict[Language, str] = {}
    texts: list[tuple[Language, str, Sequence[Piece]]] = []
    facts: list[tuple[str, str, str]] = []
    if isinstance(shown, FaqEntry):
        titles = {one: shown.side(one).title for one in Language}
        was = before if isinstance(before, FaqEntry) else None
        now = after if isinstance(after, FaqEntry) else None
        for language in Language:
            texts += _texts(language, was, now)
        facts = [
            (name, str(getattr(was, name, None) or ""), str(getattr(now, name, None) or ""))
            for name in FACTS
            if getattr(was, name, None) != getattr(now, name, None)
        ]
        sources = ["\n".join(one.sources) if one else "" for one in (was, now)]
        if sources[0] != sources[1]:
            facts.append(("sources", sources[0], sources[1]))
    return Told(change.what, kind, titles, texts, facts, added, removed)


def _texts(
    language: Language, was: FaqEntry | None, now: FaqEntry | None
) -> list[tuple[Language, str, Sequence[Piece]]]:
    old, new = (one.side(language) if one else None for one in (was, now))
    found: list[tuple[Language, str, Sequence[Piece]]] = []
    for name in ("title", "text"):
        before, after = getattr(old, name, ""), getattr(new, name, "")
        if before != after:
            found.append((language, name, word_diff(before, after)))
    buttons = ["\n".join(b.title for b in side.buttons) if side else "" for side in (old, new)]
    if buttons[0] != buttons[1]:
        found.append((language, "buttons", word_diff(buttons[0], buttons[1])))
    return found


def _wordings(one: FaqEntry | IntentExamples | None) -> dict[Language, list[str]]:
    if isinstance(one, FaqEntry):
        return {lang: [q.text for q in one.side(lang).questions] for lang in Language}
    if isinstance(one, IntentExamples):
        return {lang: [q.text for q in one.examples.get(lang, ())] for lang in Language}
    return {language: [] for language in Language}
