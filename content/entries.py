"""What editors change: a question with its answer in both languages, and an intent's examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from content.errors import Problem
from content.labels import VARIETIES
from content.model import Button
from kernel.folding import words
from kernel.language import Language
from kernel.validity import MARKED

STATUSES = ("confirmed", "sourced", "partly sample", "sample content", MARKED)
"""What stands behind an answer, from the department's word down to nothing that still holds."""
SAMPLE = frozenset({"partly sample", "sample content"})

_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"\[[^\]]*\]\s?[({]")
"""Rasa reads "[words](entity)" in an example as markup."""


@dataclass(frozen=True, slots=True)
class Question:
    """One way in which people ask, and the variety they ask in."""

    text: str
    variety: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """An example of any intent; ``department`` is None where none is taught."""

    text: str
    variety: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One language of an entry. ``stale``: the other side has changed since, and this has not."""

    title: str = ""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    questions: tuple[Question, ...] = ()
    stale: bool = False

    @property
    def said(self) -> tuple[str, str, tuple[Button, ...]]:
        """Return what people get to read: what a translation must follow."""
        return self.title, self.text, self.buttons

    @property
    def there(self) -> bool:
        """Tell whether this language has an answer."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A question that has an answer, in both languages; ``topic`` is its id for good."""

    topic: str
    ar: Side
    en: Side
    owner: str
    segment: str
    status: str = "sample content"
    sources: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def side(self, language: Language) -> Side:
        """Return the side of a language."""
        return self.ar if language is Language.AR else self.en

    def with_side(self, language: Language, side: Side) -> FaqEntry:
        """Return the entry with another side."""
        return replace(self, ar=side) if language is Language.AR else replace(self, en=side)

    @property
    def sample(self) -> bool:
        """Tell whether (a part of) the answer is there for demonstration only."""
        return self.status in SAMPLE

    def out_of_date(self, today: date) -> bool:
        """Tell whether the answer was marked as outdated or its time is over."""
        over = self.valid_until is not None and self.valid_until < today
        return over or self.status == MARKED

    def to_come(self, today: date) -> bool:
        """Tell whether the answer's time has not begun."""
        return self.valid_from is not None and self.valid_from > today


@dataclass(frozen=True, slots=True)
class IntentExamples:
    """What is taught for an intent, per language."""

    intent: str
    examples: dict[Language, tuple[Labelled, ...]] = field(default_factory=dict)


def marked_stale(before: FaqEntry | None, after: FaqEntry) -> FaqEntry:
    """Return ``after`` with the side marked that did not follow the other's change.

    A side that changes is fresh, and one that catches up leaves the other so. A mark goes too
    when an editor takes it away while neither side changes: what it says is right as it is.
    """
    if before is None:
        return after
    changed = [lang for lang in Language if before.side(lang).said != after.side(lang).said]
    leads = [language for language in changed if not before.side(language).stale]
    for language in Language:
        side = after.side(language)
        if language in changed:
            after = after.with_side(language, replace(side, stale=False))
        elif leads and side.there:
            after = after.with_side(language, replace(side, stale=True))
    return after


def problems_of(entry: FaqEntry) -> Iterator[Problem]:
    """Yield why the entry cannot be written down; an empty side is no reason, half a side is."""
    if not _NAME.fullmatch(entry.topic):
        yield Problem("topic", "name_form", entry.topic)
    if not _NAME.fullmatch(entry.segment):
        yield Problem("segment", "name_form", entry.segment)
    if not entry.owner.isalnum():
        yield Problem("owner", "missing")
    if entry.status not in STATUSES:
        yield Problem("status", "unknown", entry.status)
    if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
        yield Problem("valid_until", "ends_before_it_begins")
    if not (entry.ar.there or entry.en.there):
        yield Problem("ar.text", "missing")
    for index, source in enumerate(entry.sources):
        yield from _written(f"sources.{index}", source)
    for language in Language:
        side = entry.side(language)
        for problem in _side(side):
            yield replace(problem, where=f"{language.value}.{problem.where}")
        questions = [Labelled(one.text, one.variety, entry.owner) for one in side.questions]
        yield from example_problems(questions, language, f"{language.value}.questions")


def _side(side: Side) -> Iterator[Problem]:
    if not (side.title or side.text or side.buttons):
        return
    yield from _written("title", side.title, lines=1)
    yield from _written("text", side.text)
    for name, text in (("title", side.title), ("text", side.text)):
        if "{" in text or "}" in text:
            yield Problem(name, "braces")
    for index, button in enumerate(side.buttons):
        yield from _written(f"buttons.{index}", button.title, lines=1)
        if not button.payload.startswith("/"):
            yield Problem(f"buttons.{index}", "payload_form", button.payload)


def example_problems(
    examples: list[Labelled] | tuple[Labelled, ...], language: Language, where: str
) -> Iterator[Problem]:
    """Yield why examples cannot be written down: form, variety, the same line twice."""
    for index, example in enumerate(examples):
        place = f"{where}.{index}"
        yield from _written(place, example.text, lines=1)
        if example.variety not in VARIETIES[language]:
            yield Problem(place, "variety", example.variety)
        if _ENTITY.search(example.text):
            yield Problem(place, "markup", example.text)
        if example.text.startswith("/"):
            yield Problem(place, "slash", example.text)
    spelt = [" ".join(words(example.text)) for example in examples]
    for line, count in Counter(filter(None, spelt)).items():
        if count > 1:
            second = [index for index, one in enumerate(spelt) if one == line][1]
            yield Problem(f"{where}.{second}", "twice", examples[second].text)


def _written(where: str, text: str, *, lines: int = 0) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(where, "missing")
    elif text != text.strip():
        yield Problem(where, "spaces_outside")
    elif _CONTROL.search(text) or "\r" in text:
        yield Problem(where, "control_characters")
    elif lines and "\n" in text:
        yield Problem(where, "one_line")
