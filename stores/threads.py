"""Whose message is it, and in which thread? For a whole batch of messages at once.

A person has several addresses on a channel (a phone number, a user id that outlives it) and
one thread. People are joined only where the service itself says, in one message, that two
addresses are one account, and nothing stored speaks against it: never by guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.arrivals import Rename
from conversations.model import Address, Controller, Conversation, Sender
from kernel.language import Language
from stores.conversation_rows import (
    CONVERSATIONS,
    IDENTITIES,
    MESSAGES,
    PEOPLE,
    conversation_from,
)
from stores.conversation_tables import ACCEPTED, UNPLACED
from stores.conversation_writes import Happened
from stores.database import one_of
from stores.tables import UtcTime

CHUNK = 400
"""Values in one statement; the databases take some thousands."""

CONFLICT = "identity_conflict"


_LATELY = (
    sa.select(sa.func.count())
    .where(MESSAGES.c.conversation_id == CONVERSATIONS.c.id, ACCEPTED)
    .where(MESSAGES.c.stored_at > sa.bindparam("since", type_=UtcTime))
    .scalar_subquery()
)
_ASKED = (
    sa.select(MESSAGES.c.buttons)
    .where(MESSAGES.c.conversation_id == CONVERSATIONS.c.id)
    .where(MESSAGES.c.sender != Sender.CITIZEN.value)
    .order_by(MESSAGES.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_UNPLACED = (
    sa.select(sa.func.count())
    .where(MESSAGES.c.conversation_id == CONVERSATIONS.c.id, UNPLACED)
    .scalar_subquery()
)


@dataclass(slots=True)
class Known:
    """One identity row; ``id`` is None until it is stored."""

    address: Address
    person_id: str
    id: int | None = None


@dataclass(slots=True)
class Thread:
    """A conversation while a batch is added to it.

    ``lately``: how many messages were accepted since the look-back began. ``asked``: our
    last message has buttons. ``unplaced``: there are facts whose message has not come yet.
    """

    conversation: Conversation
    identity: Known
    last_seq: int
    last_heard_at: datetime | None = None
    new: bool = False
    lately: int = 0
    asked: bool = False
    unplaced: bool = False
    accepted: list[datetime] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    first_seq: int = 0
    changed: bool = False


class Threads:
    """The people, identities and conversations that a batch touches; ``flush`` stores the new."""

    def __init__(self, channel: str, *, at: datetime, new_id: Callable[[], str]) -> None:
        self._channel = channel
        self._at = at
        self._new_id = new_id
        self._known: dict[Address, Known] = {}
        self._of_person: dict[str, Thread] = {}
        self._new_people: list[str] = []
        self._new_identities: list[Known] = []
        self._moved: dict[int, Known] = {}
        self._rehomed: list[Thread] = []
        self._threads: dict[str, Thread] = {}

    @property
    def all(self) -> Iterable[Thread]:
        """Return every thread that was read or made."""
        return self._threads.values()

    async def load(
        self, connection: AsyncConnection, addresses: Sequence[Address], *, since: datetime
    ) -> None:
        """Read and lock whatever is stored about some addresses, in one order for everybody."""
        kinds = sorted({one.kind for one in addresses})
        values = sorted({one.value for one in addresses})
        for start in range(0, len(values), CHUNK):
            await self._load(connection, kinds, values[start : start + CHUNK], since)

    async def _load(
        self,
        connection: AsyncConnection,
        kinds: Sequence[str],
        values: Sequence[str],
        since: datetime,
    ) -> None:
        people = sa.select(IDENTITIES.c.person_id).where(
            IDENTITIES.c.channel == self._channel,
            IDENTITIES.c.kind.in_(kinds),  # the index has it before the value
            one_of(connection, IDENTITIES.c.value, values),
        )
        identities = await connection.execute(
            sa.select(IDENTITIES).where(
                IDENTITIES.c.channel == self._channel,
                _among(connection, IDENTITIES.c.person_id, people),
            )
        )
        by_id: dict[int, Known] = {}
        for row in identities.mappings():
            address = Address(row["channel"], row["kind"], row["value"])
            known = self._known.setdefault(address, Known(address, row["person_id"], row["id"]))
            by_id[row["id"]] = known
        if not by_id:
            return
        rows = await connection.execute(
            sa.select(
                CONVERSATIONS,
                IDENTITIES.c.channel,
                IDENTITIES.c.kind,
                IDENTITIES.c.value,
                _LATELY.label("lately"),
                _ASKED.label("asked"),
                _UNPLACED.label("unplaced"),
            )
            .join(IDENTITIES, IDENTITIES.c.id == CONVERSATIONS.c.identity_id)
            .where(one_of(connection, CONVERSATIONS.c.identity_id, list(by_id)))
            .order_by(CONVERSATIONS.c.id)
            .with_for_update(of=CONVERSATIONS),
            {"since": since},
        )
        found = [
            Thread(
                conversation_from(row),
                by_id[row["identity_id"]],
                row["last_seq"],
                row["last_heard_at"],
                lately=row["lately"],
                asked=bool(row["asked"]),
                unplaced=bool(row["unplaced"]),
            )
            for row in rows.mappings()
        ]
        for thread in sorted(
            found, key=lambda one: (one.conversation.created_at, one.conversation.id)
        ):
            self._threads[thread.conversation.id] = thread
            self._of_person[thread.conversation.person_id] = thread  # the newest one stays

    def rename(self, change: Rename) -> None:
        """Let an account be known by its new address; nothing happens for an unknown one."""
        known = self._known.get(change.previous)
        if known is None:
            return
        other = self._known.get(change.current)
        if other is None:
            del self._known[change.previous]
            known.address = change.current
            self._known[change.current] = known
            self._note_moved(known)
            for thread in self.all:
                if thread.identity is known:
                    thread.conversation = replace(thread.conversation, address=change.current)
        elif other.person_id != known.person_id:
            self._conflict(known, other)

    def thread_of(self, address: Address, aliases: Sequence[Address], language: Language) -> Thread:
        """Return the thread of an account, made if needed."""
        identity = self._identity(address, aliases)
        thread = self._of_person.get(identity.person_id)
        return thread if thread is not None else self._new_thread(identity, language)

    def _identity(self, address: Address, aliases: Sequence[Address]) -> Known:
        identity = self._known.get(address)
        if identity is None:
            person_id = next(
                (
                    self._known[one].person_id
                    for one in aliases
                    if one in self._known
                    and not self._other_account(self._known[one].person_id, address)
                ),
                None,
            )
            if person_id is None:
                person_id = self._new_id()
                self._new_people.append(person_id)
            identity = self._add(address, person_id)
        for alias in aliases:
            self._also(identity, alias)
        return identity

    def _also(self, identity: Known, alias: Address) -> None:
        """Note that an account has another address now, if nobody else has a right to it."""
        other = self._known.get(alias)
        if other is None:
            self._add(alias, identity.person_id)
        elif other.person_id == identity.person_id:
            return
        elif self._other_account(other.person_id, identity.address):
            self._move(other, identity)
        else:
            self._conflict(identity, other)

    def _other_account(self, person_id: str, address: Address) -> bool:
        """Tell whether a person is known by another address of the same kind."""
        return any(
            one.person_id == person_id and one.address.kind == address.kind
            for one in self._known.values()
            if one.address != address
        )

    def _move(self, alias: Known, to: Known) -> None:
        """Give an address to the account that has it now: a number that was given out anew.

        The thread of who had it before is reached by the address it is known by first.
        """
        before = self._of_person.get(alias.person_id)
        if before is not None and before.identity is alias:
            before.identity = next(
                one
                for one in self._known.values()
                if one.person_id == alias.person_id and one.address.kind == to.address.kind
            )
            before.conversation = replace(before.conversation, address=before.identity.address)
            self._rehomed.append(before)
        alias.person_id = to.person_id
        self._note_moved(alias)

    def _conflict(self, one: Known, other: Known) -> None:
        """Leave word that two people may be one: a person decides, not we."""
        for mine, theirs in ((one, other), (other, one)):
            thread = self._of_person.get(mine.person_id)
            if thread is not None:
                thread.happened.append((CONFLICT, {"person_id": theirs.person_id}))

    def _add(self, address: Address, person_id: str) -> Known:
        known = Known(address, person_id)
        self._known[address] = known
        self._new_identities.append(known)
        return known

    def _note_moved(self, known: Known) -> None:
        if known.id is not None:
            self._moved[known.id] = known

    def _new_thread(self, identity: Known, language: Language) -> Thread:
        conversation = Conversation(
            id=self._new_id(),
            address=identity.address,
            person_id=identity.person_id,
            language=language,
            language_pinned=False,
            controller=Controller.BOT,
            control_version=0,
            created_at=self._at,
        )
        thread = Thread(conversation, identity, 0, new=True)
        self._threads[conversation.id] = thread
        self._of_person[identity.person_id] = thread
        return thread

    async def flush(self, connection: AsyncConnection) -> None:
        """Store new people and identities, and what moved."""
        if self._new_people:
            people = [{"id": one, "created_at": self._at} for one in self._new_people]
            await connection.execute(sa.insert(PEOPLE), people)
        for id_, known in self._moved.items():
            await connection.execute(
                sa.update(IDENTITIES)
                .where(IDENTITIES.c.id == id_)
                .values(value=known.address.value, person_id=known.person_id)
            )
        if self._new_identities:
            # in one order for everybody: two batches must not wait for each other
            self._new_identities.sort(key=lambda one: (one.address.kind, one.address.value))
            added = await connection.execute(
                sa.insert(IDENTITIES).returning(IDENTITIES.c.id, sort_by_parameter_order=True),
                [
                    {
                        "channel": one.address.channel,
                        "kind": one.address.kind,
                        "value": one.address.value,
                        "person_id": one.person_id,
                        "created_at": self._at,
                    }
                    for one in self._new_identities
                ],
            )
            for known, id_ in zip(self._new_identities, added.scalars(), strict=True):
                known.id = id_
        for thread in self._rehomed:
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == thread.conversation.id)
                .values(identity_id=thread.identity.id)
            )

    async def store(self, connection: AsyncConnection) -> None:
        """Store new conversations, and what became of the others; before their messages."""
        made = [_values(one) for one in self.all if one.new]
        if made:
            await connection.execute(sa.insert(CONVERSATIONS), made)
        changed = [_changes(one) for one in self.all if one.changed and not one.new]
        if changed:
            names = [name for name in changed[0] if name != "of"]
            await connection.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == sa.bindparam("of"))
                .values({name: sa.bindparam(name) for name in names}),
                changed,
            )


def _among(
    connection: AsyncConnection, column: sa.ColumnElement[str], wanted: sa.Select[str]
) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of what a query finds.

    PostgreSQL is made to run the query first: on a table that it has not analysed yet it
    would compare everybody with everybody.
    """
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.func.array(wanted.scalar_subquery()))
    return column.in_(wanted)


def _values(thread: Thread) -> dict[str, object]:
    conversation = thread.conversation
    return {
        "id": conversation.id,
        "identity_id": thread.identity.id,
        "person_id": conversation.person_id,
        "language": conversation.language.value,
        "language_pinned": conversation.language_pinned,
        "controller": conversation.controller.value,
        "control_version": conversation.control_version,
        "last_seq": thread.last_seq,
        "last_heard_at": thread.last_heard_at,
        "created_at": conversation.created_at,
    }


def _changes(thread: Thread) -> dict[str, object]:
    conversation = thread.conversation
    return {
        "of": conversation.id,
        "last_seq": thread.last_seq,
        "last_heard_at": thread.last_heard_at,
        "language": conversation.language.value,
        "controller": conversation.controller.value,
        "control_version": conversation.control_version,
    }
