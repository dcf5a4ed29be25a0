"""Replies that agents insert with one press, in the customer's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kernel.language import Language

CASE_FIELD = "{case}"


@dataclass(frozen=True, slots=True)
class CannedReply:
    """One reply with its fields filled in; titles in the languages of the staff."""

    key: str
    title_ar: str
    title_en: str
    text: str

    def title(self, language: Language) -> str:
        """Return the title in the language of the screen."""
        return self.title_ar if language is Language.AR else self.title_en


class CannedReplies:
    """Reads ``canned.toml`` beside this module once."""

    def __init__(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        self._entries = entries

    @classmethod
    def load(cls) -> CannedReplies:
        """Read the replies that ship."""
        found: dict[str, Any] = tomllib.loads(
            files("desk").joinpath("canned.toml").read_text("utf-8")
        )
        return cls(found)

    def filled(self, language: Language, *, case: str) -> Sequence[CannedReply]:
        """Return the replies for a customer who reads ``language``.

        Args:
            case: the number of their newest case; empty leaves out what needs one.
        """
        return [
            CannedReply(
                key,
                one["title_ar"],
                one["title_en"],
                one[language.value].replace(CASE_FIELD, case),
            )
            for key, one in self._entries.items()
            if case or CASE_FIELD not in one[language.value]
        ]
