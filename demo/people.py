"""The invented people of the demonstration: who writes, who works here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.model import Account, Role
from cases.model import Segment
from demo.ports import Chance
from demo.words import VARIETIES
from kernel.language import Language

CHANNELS: Mapping[str, int] = {
    "webchat": 44,
    "whatsapp": 33,
    "phone": 16,
    "counter": 5,
    "email": 2,
}
"""How people come to us, and how often."""

WRITTEN = frozenset({"webchat", "whatsapp"})
SPEECH: Mapping[str, int] = {"msa": 30, "gulf": 34, "arabizi": 8, "en": 28}

UNITS = ("CUST", "REV", "DPS", "ACC", "MIL", "ICT", "PROC", "POL", "BUD", "TAX", "STRAT", "CORP")
FIRST = (
    ("مريم", "Maryam"),
    ("سالم", "Salem"),
    ("عائشة", "Aisha"),
    ("راشد", "Rashid"),
    ("حصة", "Hessa"),
    ("خالد", "Khalid"),
    ("موزة", "Moza"),
    ("ماجد", "Majid"),
    ("شيخة", "Shaikha"),
    ("يوسف", "Yousif"),
    ("ليلى", "Layla"),
    ("عمر", "Omar"),
    ("نورة", "Noura"),
    ("بدر", "Badr"),
    ("هند", "Hind"),
    ("طارق", "Tariq"),
    ("سارة", "Sara"),
    ("علي", "Ali"),
)
FAMILY = (("المثال", "Al Mithal"), ("النموذج", "Al Namuthaj"), ("التجربة", "Al Tajriba"))
"""Example, specimen, trial: nobody is called so."""

HOST = "demo.example"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who writes. ``contact`` is a number or an address that nobody has."""

    id: str
    conversation_id: str
    channel: str
    variety: str
    segment: Segment | None
    contact: str

    @property
    def language(self) -> Language:
        """Return what they are answered in."""
        return VARIETIES[self.variety]

    @property
    def writes(self) -> bool:
        """Whether they come by a channel with a conversation."""
        return self.channel in WRITTEN


def new_visitor(
    number: int,
    variety: str,
    segments: Sequence[Segment],
    chance: Chance,
    *,
    writes: bool = False,
) -> Visitor:
    """Return the ``number``-th person, counted from 1; ``writes``: by chat, not by phone."""
    ways = [name for name in CHANNELS if name in WRITTEN or not writes]
    channel = chance.choices(ways, [CHANNELS[name] for name in ways])[0]
    by_mail = channel == "email" or (channel == "webchat" and chance.random() < 0.4)
    return Visitor(
        id=new_id(chance),
        conversation_id=new_id(chance) if channel in WRITTEN else "",
        channel=channel,
        variety=variety,
        segment=chance.choice(segments) if chance.random() < 0.8 else None,
        contact=f"visitor{number}@{HOST}" if by_mail else f"+97150000{number:04d}",
    )


def new_id(chance: Chance) -> str:
    """Return a UUID made of ``chance``."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def staff() -> Sequence[Account]:
    """Return everybody who works here, without ids: agents of each unit, and every other role."""
    agents = [
        (unit, frozenset({Role.AGENT}))
        for unit in UNITS
        for _ in range(3 if unit in ("CUST", "REV", "DPS") else 2 if unit in UNITS[3:7] else 1)
    ]
    leads = [(unit, frozenset({Role.SUPERVISOR})) for unit in ("CUST", "REV", "DPS", "ACC")]
    others: list[tuple[str, frozenset[Role]]] = [
        ("", frozenset({Role.MANAGER})),
        ("REV", frozenset({Role.MANAGER})),
        ("", frozenset({Role.SUPERVISOR, Role.MANAGER})),
        ("", frozenset({Role.EDITOR})),
        ("", frozenset({Role.ADMIN})),
    ]
    found: list[Account] = []
    for number, (unit, roles) in enumerate([*agents, *leads, *others]):
        first, family = FIRST[number % len(FIRST)], FAMILY[number // len(FIRST)]
        name = f"{first[1]}.{family[1]}".lower().replace(" ", "")
        found.append(
            Account(
                id="",
                email=f"{name}@{HOST}",
                name_ar=f"{first[0]} {family[0]}",
                name_en=f"{first[1]} {family[1]}",
                roles=roles,
                departments=frozenset({unit}) if unit else frozenset(),
                language=Language.EN if number % 3 == 2 else Language.AR,
            )
        )
    return found
