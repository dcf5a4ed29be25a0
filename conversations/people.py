"""A person as colleagues see them: addresses, threads, and notes about them. Times are in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversations.agents import Agent
from conversations.model import Address, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One address a person is known by."""

    id: int
    address: Address
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNote:
    """What a colleague should know of a person; it is never sent anywhere."""

    id: str
    person_id: str
    author_id: str
    text: str
    at: datetime


class PersonReader(Protocol):
    """Reads what is known of a person, and keeps notes."""

    async def identities(self, person_id: str) -> Sequence[Identity]:
        """Return the addresses, the oldest first; none for a person nobody knows."""

    async def conversations(self, person_id: str, *, limit: int = 20) -> Sequence[Conversation]:
        """Return the threads, the newest first."""

    async def notes(self, person_id: str, *, limit: int = 20) -> Sequence[PersonNote]:
        """Return the notes, the newest first."""

    async def add_note(self, note: PersonNote, author: Agent) -> None:
        """Keep a note with its audit row.

        Raises:
            PersonNotFound: nobody has this id.
        """
