"""The hand-written texts of the demonstration, and how facts get into them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from cases.model import CaseKind, Segment
from demo.ports import Chance
from kernel.language import Language

VARIETIES: Mapping[str, Language] = {
    "msa": Language.AR,
    "gulf": Language.AR,
    "arabizi": Language.AR,
    "en": Language.EN,
}
GREETINGS: Mapping[str, Sequence[str]] = {
    "msa": ("", "", "", "السلام عليكم، ", "تحية طيبة، "),
    "gulf": ("", "", "السلام عليكم ", "يعطيكم العافية، ", "مرحبا، "),
    "arabizi": ("", "", "hala, "),
    "en": ("", "", "", "Hello, ", "Dear team, ", "Good morning. "),
}
ENDINGS: Mapping[str, Sequence[str]] = {
    "msa": ("", "", "", " وشكرًا لكم.", " أرجو سرعة الرد."),
    "gulf": ("", "", "", " ما عليكم أمر", " مشكورين"),
    "arabizi": ("", "", " mashkooreen"),
    "en": ("", "", "", " Thank you.", " Please reply soon.", " Regards."),
}
MONTHS = {
    Language.AR: "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    Language.EN: "January February March April May June July August September October November"
    " December",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that people write about: to which unit it belongs, and its texts by variety."""

    kind: CaseKind
    name: str
    unit: str
    weight: float
    segments: tuple[Segment, ...]
    texts: Mapping[str, Sequence[str]]
    rush: int | None = None
    """In which week before the last day it comes up more often."""

    def varieties(self) -> Sequence[str]:
        """Return in which varieties there are texts."""
        return [name for name in VARIETIES if self.texts.get(name)]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is filled into a text."""

    at: datetime
    amount: int
    reference: str
    days: int

    def into(self, text: str, language: Language) -> str:
        """Return the text with its facts."""
        return text.format(
            amount=f"{self.amount:,}",
            ref=self.reference,
            days=self.days,
            day=f"{self.at.day}/{self.at.month}",
            month=MONTHS[language].split()[self.at.month - 1],
        )


class Words:
    """All texts; ``said`` are those of staff and people while a case is under way."""

    def __init__(self, topics: Sequence[Topic], said: Mapping[str, Mapping[str, Sequence[str]]]):
        self.topics = topics
        self._said = said

    @classmethod
    def load(cls) -> Words:
        """Read the files beside this module."""
        topics = [
            _topic(one)
            for name in ("complaints.toml", "requests.toml")
            for one in _read(name)["topic"]
        ]
        return cls(topics, _read("staff_words.toml"))

    def say(self, what: str, language: Language, chance: Chance, facts: Facts) -> str:
        """Return one of the texts for something that is said in the middle of a case."""
        return facts.into(chance.choice(self._said[what][language.value]), language)


def first_words(topic: Topic, variety: str, chance: Chance, facts: Facts) -> str:
    """Return what a person writes who comes with a topic."""
    text = chance.choice(topic.texts[variety])
    whole = chance.choice(GREETINGS[variety]) + text + chance.choice(ENDINGS[variety])
    return facts.into(whole, VARIETIES[variety])


def facts_at(at: datetime, chance: Chance) -> Facts:
    """Return facts for a text written at a moment: small sums mostly, round ones often."""
    amount = chance.choice((50, 100, 120, 150, 210, 320, 450, 500, 720, 1000, 1250, 2400, 5100))
    if chance.random() < 0.5:
        amount += chance.randrange(1, 97)
    reference = f"{chance.choice(('INV', 'TRX', 'REF', 'DP'))}-{chance.randrange(100000, 999999)}"
    return Facts(at, amount, reference, chance.randrange(3, 40))


def _topic(data: Mapping[str, Any]) -> Topic:
    return Topic(
        kind=CaseKind(data.get("kind", CaseKind.COMPLAINT)),
        name=data["name"],
        unit=data["unit"],
        weight=data["weight"],
        segments=tuple(map(Segment, data["segments"])),
        texts={name: tuple(data[name]) for name in VARIETIES if name in data},
        rush=data.get("rush"),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("demo").joinpath(name).read_text("utf-8"))
