"""What was found, as far as the one who asks may see it. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.model import Case, CaseKind
from conversations.agents import Agent
from conversations.model import Address
from search.marks import Piece


class What(StrEnum):
    """What is looked for."""

    CASES = "cases"
    MESSAGES = "messages"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which of it; None means any. ``kind`` and ``department`` are about cases."""

    kind: CaseKind | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHit:
    """A case; ``named``: its number was typed."""

    case: Case
    text: Sequence[Piece]
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHit:
    """A message of a person or an employee, or (``note``) a note among colleagues.

    ``seq`` is its place in the conversation; a note stands behind that place.
    """

    conversation_id: str
    seq: int
    note: bool
    by_person: bool
    address: Address
    person_id: str
    at: datetime
    text: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHit:
    """A person, by the addresses they are known by; nothing here is masked yet."""

    person_id: str
    addresses: Sequence[Address]
    contacts: Sequence[str]
    cases: int
    note: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found[Hit]:
    """A page of hits, best first. ``more``: there is a next page. ``all``: how many were
    ranked; when that is ``MOST_RANKED``, there may be older ones that were not."""

    hits: Sequence[Hit]
    more: bool
    ranked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """Who asks, as conversations and as cases know them: what they may not see is not found."""

    agent: Agent
    departments: frozenset[str]
