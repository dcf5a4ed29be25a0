"""The messages of one webhook on their way into the tables, inside its transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.arrivals import JudgedArrival, Rename
from conversations.model import Address, Button, Controller, Message, Sender
from conversations.ports import NewMessage
from stores.conversation_rows import MESSAGES, OFFERED, message_from, message_values
from stores.conversation_tables import ACCEPTED, SLOWED, UNPLACED
from stores.conversation_writes import append_all_events
from stores.floor_writes import step_in
from stores.message_facts import ABOUT, place_facts
from stores.search_writes import read_unread
from stores.sql_media_queue import want_media
from stores.threads import CHUNK, Thread, Threads

Placed = Sequence[tuple[Thread, JudgedArrival]]


class WebhookBatch:
    """A fixed number of statements, however many messages there are."""

    def __init__(
        self,
        connection: AsyncConnection,
        channel: str,
        *,
        at: datetime,
        new_id: Callable[[], str],
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._at = at
        self._threads = Threads(channel, at=at, new_id=new_id)
        self._new_id = new_id
        self._rows: list[dict[str, Any]] = []
        self._stepped_in: list[Thread] = []

    async def keep(
        self, arrivals: Sequence[JudgedArrival], renames: Sequence[Rename], *, look: bool
    ) -> int:
        """Store what is not known yet, the oldest first; return how many that were.

        Without ``look`` all are taken for new; IntegrityError when one is not.
        """
        fresh = await self._fresh(arrivals, look=look)
        fresh.sort(key=lambda one: one.arrival.inbound.sent_at)
        changes = [*renames, *(change for one in fresh for change in one.arrival.renames)]
        if not fresh and not changes:
            return 0
        since = min((one.prepared.look_back.since for one in fresh), default=self._at)
        await self._threads.load(self._connection, _addresses(fresh, changes), since=since)
        for change in renames:
            self._threads.rename(change)
        placed = [(self._thread_of(one), one) for one in fresh]
        await self._threads.flush(self._connection)
        unplaced = await self._look_back(placed)
        offered = await self._offered(placed)
        asked = await self._last_asked(placed)
        for thread, one in placed:
            await self._judge(thread, one, offered, asked)
        await self._threads.store(self._connection)
        if self._rows:
            await self._connection.execute(sa.insert(MESSAGES), self._rows)
            await want_media(self._connection, self._channel, self._rows, self._at)
        await read_unread(self._connection)
        await place_facts(self._connection, self._threads.all, self._rows, unplaced)
        for thread in self._stepped_in:
            spell = await step_in(self._connection, thread.conversation, self._new_id(), self._at)
            thread.happened.append(spell)
        told = [(one.conversation.id, one.happened) for one in self._threads.all if one.happened]
        await append_all_events(self._connection, self._at, told)
        return len(fresh)

    async def _fresh(self, arrivals: Sequence[JudgedArrival], *, look: bool) -> list[JudgedArrival]:
        """Return the arrivals that are not stored yet, each once."""
        by_id = {one.arrival.inbound.provider_id: one for one in reversed(arrivals)}
        ids = sorted(by_id) if look else []
        for start in range(0, len(ids), CHUNK):
            known = await self._connection.scalars(
                sa.select(MESSAGES.c.provider_id).where(
                    MESSAGES.c.channel == self._channel,
                    MESSAGES.c.provider_id.in_(ids[start : start + CHUNK]),
                )
            )
            for provider_id in known:
                del by_id[provider_id]
        return list(reversed(by_id.values()))

    def _thread_of(self, one: JudgedArrival) -> Thread:
        for change in one.arrival.renames:
            self._threads.rename(change)
        return self._threads.thread_of(
            one.arrival.inbound.address, one.arrival.aliases, one.prepared.language
        )

    async def _look_back(self, placed: Placed) -> list[Message]:
        """Read when accepted messages were stored, where a limit of speed may be near.

        Returns the facts whose message was missing until now.
        """
        coming = Counter(thread.conversation.id for thread, _ in placed)
        older = {thread.conversation.id: thread for thread, _ in placed if not thread.new}
        least = min((one.prepared.look_back.busy_from for _, one in placed), default=0)
        busy = sorted(one for one, thread in older.items() if thread.lately + coming[one] >= least)
        since = min((one.prepared.look_back.since for _, one in placed), default=self._at)
        for start in range(0, len(busy), CHUNK):
            rows = await self._connection.execute(
                sa.select(MESSAGES.c.conversation_id, MESSAGES.c.stored_at)
                .where(MESSAGES.c.conversation_id.in_(busy[start : start + CHUNK]), ACCEPTED)
                .where(MESSAGES.c.stored_at > since)
            )
            for conversation_id, stored_at in rows:
                older[conversation_id].accepted.append(stored_at)
        for conversation_id in busy:
            older[conversation_id].accepted.sort(reverse=True)
        lacking = [one for one, thread in older.items() if thread.unplaced]
        if not lacking:
            return []
        found = await self._connection.execute(
            sa.select(MESSAGES).where(MESSAGES.c.conversation_id.in_(lacking), UNPLACED)
        )
        return [message_from(row) for row in found.mappings()]

    async def _offered(self, placed: Placed) -> dict[tuple[str, str], Button]:
        """Return the pressed buttons that were offered, by conversation and payload."""
        pressed = [
            (thread.conversation.id, one.prepared.payload)
            for thread, one in placed
            if one.prepared.payload is not None and not thread.new
        ]
        found: dict[tuple[str, str], Button] = {}
        for start in range(0, len(pressed), CHUNK):
            some = pressed[start : start + CHUNK]
            rows = await self._connection.execute(
                sa.select(OFFERED).where(
                    OFFERED.c.conversation_id.in_({one for one, _ in some}),
                    OFFERED.c.payload.in_({payload for _, payload in some}),
                )
            )
            for row in rows.mappings():
                key = (row["conversation_id"], row["payload"])
                found[key] = Button(row["title"], row["payload"])
        return found

    async def _last_asked(self, placed: Placed) -> dict[str, Message]:
        """Return our last message of each conversation in which a typed text may be a choice."""
        wanted = sorted(
            {
                thread.conversation.id
                for thread, one in placed
                if one.arrival.choose is not None and thread.asked
            }
        )
        found: dict[str, Message] = {}
        ours = MESSAGES.c.sender != Sender.CITIZEN.value
        for start in range(0, len(wanted), CHUNK):
            newest = (
                sa.select(MESSAGES.c.conversation_id, sa.func.max(MESSAGES.c.seq).label("seq"))
                .where(MESSAGES.c.conversation_id.in_(wanted[start : start + CHUNK]), ours)
                .group_by(MESSAGES.c.conversation_id)
                .subquery()
            )
            rows = await self._connection.execute(
                sa.select(MESSAGES).join(
                    newest,
                    sa.and_(
                        newest.c.conversation_id == MESSAGES.c.conversation_id,
                        newest.c.seq == MESSAGES.c.seq,
                    ),
                )
            )
            for row in rows.mappings():
                found[row["conversation_id"]] = message_from(row)
        return found

    async def _judge(
        self,
        thread: Thread,
        one: JudgedArrival,
        offered: dict[tuple[str, str], Button],
        asked: dict[str, Message],
    ) -> None:
        prepared, arrival = one.prepared, one.arrival
        pressed: Button | None = None
        if prepared.payload is not None:
            pressed = offered.get((thread.conversation.id, prepared.payload))
        last = asked.get(thread.conversation.id)
        if pressed is None and arrival.choose is not None and last is not None and last.buttons:
            pressed = arrival.choose(last)
        told: datetime | None = None
        if len(thread.accepted) >= prepared.look_back.busy_from and not thread.new:
            told = await self._told_to_slow_down(thread, prepared.look_back.since)
        judged = prepared.judge(thread.conversation, pressed, thread.accepted, told)
        for message in (judged.message, *judged.lines):
            self._add(thread, message)
        if judged.message.sender is Sender.CITIZEN:
            if judged.message.reason is None:
                thread.accepted.insert(0, judged.message.at)
            if judged.message.kind not in ABOUT:
                heard = judged.message.sent_at
                thread.last_heard_at = max(thread.last_heard_at or heard, heard)
        if arrival.own_side and thread.conversation.controller is Controller.BOT:
            self._take_control(thread)
        if judged.language is not None:
            thread.conversation = replace(thread.conversation, language=judged.language)

    def _add(self, thread: Thread, message: NewMessage) -> None:
        thread.last_seq += 1
        values = message_values(
            message, conversation_id=thread.conversation.id, seq=thread.last_seq
        )
        values["channel"] = self._channel
        self._rows.append(values)
        thread.changed = True
        told = {name: values[name] for name in ("id", "seq", "sender", "state", "reason")}
        thread.happened.append(("message", told))

    def _take_control(self, thread: Thread) -> None:
        """Somebody of ours answers from a phone: the assistant is silent from now on.

        The desk sees the conversation among those that nobody holds.
        """
        version = thread.conversation.control_version + 1
        thread.conversation = replace(
            thread.conversation, controller=Controller.QUEUE, control_version=version
        )
        told = {"controller": Controller.QUEUE.value, "control_version": version}
        thread.happened.append(("control", told))
        self._stepped_in.append(thread)

    async def _told_to_slow_down(self, thread: Thread, since: datetime) -> datetime | None:
        told: datetime | None = await self._connection.scalar(
            sa.select(sa.func.max(MESSAGES.c.stored_at))
            .where(MESSAGES.c.conversation_id == thread.conversation.id, SLOWED)
            .where(MESSAGES.c.stored_at > since)
        )
        said = [
            row["stored_at"]
            for row in self._rows
            if row["conversation_id"] == thread.conversation.id
            and row["reason"] == "too_fast"
            and row["sender"] == Sender.SYSTEM.value
        ]
        return max([*said, *([told] if told else [])], default=None)


def _addresses(arrivals: Sequence[JudgedArrival], changes: Sequence[Rename]) -> list[Address]:
    told = {
        address
        for one in arrivals
        for address in (one.arrival.inbound.address, *one.arrival.aliases)
    }
    return [*told, *(end for change in changes for end in (change.previous, change.current))]
