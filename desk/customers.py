"""What a colleague may know of a person: masked addresses, cases, threads, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.model import Account
from cases.model import Case, Segment
from cases.service import CaseService
from conversations.model import Conversation
from conversations.people import Identity, PersonNote, PersonReader
from conversations.queues import QueueReader
from desk.case_facts import masked, visible
from desk.viewer import agent_of
from kernel.language import Language

MOST_CASES = 50
BULLETS = "•••••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a person can be reached; ``key`` asks for the whole of it. Visitors have no value."""

    key: str
    channel: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person as one colleague may see them."""

    id: str
    ways: Sequence[Way]
    language: Language | None
    segment: Segment | None
    cases: Sequence[Case]
    conversations: Sequence[Conversation]
    notes: Sequence[PersonNote]
    known: bool


class Customers:
    """Puts together what the reader, the register and the queues know."""

    def __init__(self, people: PersonReader, cases: CaseService, queues: QueueReader) -> None:
        self._people = people
        self._cases = cases
        self._queues = queues

    async def of(self, person_id: str, account: Account) -> Customer | None:
        """Return a person; None when nothing of theirs is the account's to see."""
        viewer = agent_of(account)
        threads = await self._people.conversations(person_id)
        if not viewer.supervises:
            sights = await self._queues.sights([one.id for one in threads])
            threads = [one for one in threads if one.id in sights and sights[one.id].of(viewer)]
        theirs = await self._cases.cases_of(person_id, limit=MOST_CASES)
        cases = [one for one in theirs if visible(one, account)]
        if not threads and not cases:
            return None
        identities = await self._people.identities(person_id)
        segments = (one.segment for one in cases if one.segment is not None)
        languages = [one.language for one in threads] + [one.language for one in cases]
        return Customer(
            id=person_id,
            ways=_ways(identities, cases),
            language=languages[0] if languages else None,
            segment=next(segments, None),
            cases=cases,
            conversations=threads,
            notes=await self._people.notes(person_id),
            known=bool(identities),
        )

    async def whole(self, customer: Customer, key: str) -> str | None:
        """Return the whole of one way, where the customer has it."""
        if key not in {one.key for one in customer.ways}:
            return None
        kind, _, name = key.partition(".")
        if kind == "case":
            return next((one.contact for one in customer.cases if one.number == name), None)
        identities = await self._people.identities(customer.id)
        found = next((one for one in identities if str(one.id) == name), None)
        return None if found is None else found.address.value


def _ways(identities: Sequence[Identity], cases: Sequence[Case]) -> list[Way]:
    """Return addresses, then contacts named in cases, each once."""
    ways = [
        Way(
            key=f"identity.{one.id}",
            channel=one.address.channel,
            shown=hidden(one.address.kind, one.address.value),
        )
        for one in identities
    ]
    told = {one.address.value.removeprefix("+") for one in identities}
    for case in cases:
        if case.contact and case.contact.removeprefix("+") not in told:
            told.add(case.contact.removeprefix("+"))
            ways.append(
                Way(key=f"case.{case.number}", channel=case.channel, shown=masked(case.contact))
            )
    return ways


def hidden(kind: str, value: str) -> str:
    """Return an address with its middle hidden; what is no telephone number, but for its end."""
    return masked(value) if kind == "phone" or "@" in value else f"{BULLETS}{value[-4:]}"
