"""Whole sentences in both languages, filled with facts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from kernel.bidi import isolate
from kernel.language import Language

Forms = Mapping[str, str]

PARTS = (
    "",
    "chat.",
    "desk.",
    "search.",
    "inbox.",
    "case.",
    "follow.",
    "notices.",
    "administration.",
    "setup.",
    "oversight.",
    "studio.",
    "releases.",
    "reports.",
    "survey.",
)
"""What file names begin with: what people read, and what staff read."""


def plural_category(count: int, language: Language) -> str:
    """Return the CLDR plural category of a whole ``count``.

    Source: Unicode CLDR, Language Plural Rules, cardinal rules for ``ar`` and ``en``.
    """
    if language is Language.EN:
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    if 3 <= count % 100 <= 10:
        return "few"
    if 11 <= count % 100 <= 99:
        return "many"
    return "other"


class Catalogue:
    """Every phrase in every language."""

    def __init__(self, phrases: Mapping[Language, Mapping[str, str | Forms]]) -> None:
        self._phrases = phrases

    @classmethod
    def load(cls) -> Catalogue:
        """Read the files that lie beside this module, the desk's own among them.

        Raises:
            ValueError: two files of a language have the same key.
        """
        return cls({language: _read(language) for language in Language})

    def keys(self, language: Language) -> frozenset[str]:
        """Return every key this language has."""
        return frozenset(self._phrases[language])

    def entry(self, key: str, language: Language) -> str | Forms:
        """Return the raw phrase or its plural forms; raises KeyError."""
        return self._phrases[language][key]

    def say(self, key: str, language: Language, **facts: str | int) -> str:
        """Return the phrase with its facts filled in.

        Text facts are wrapped in bidi isolates, so a Latin reference inside an
        Arabic sentence does not reorder its neighbours. A phrase with plural
        forms needs the fact ``count``.

        Raises:
            KeyError: unknown key, or a fact the phrase needs is missing. Both are
                bugs: the tests fill every phrase.
        """
        entry = self._phrases[language][key]
        if not isinstance(entry, str):
            entry = entry[plural_category(int(facts["count"]), language)]
        isolated = {
            name: fact if isinstance(fact, int) else isolate(fact) for name, fact in facts.items()
        }
        return entry.format_map(isolated)


def _read(language: Language) -> dict[str, str | Forms]:
    found: dict[str, str | Forms] = {}
    for part in PARTS:
        text = files("phrases").joinpath(f"{part}{language.value}.toml").read_text("utf-8")
        added = tomllib.loads(text)
        if twice := found.keys() & added.keys():
            raise ValueError(f"phrases in two files: {sorted(twice)}")
        found |= added
    return found
