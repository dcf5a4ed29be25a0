"""Read a locked floor and keep a change of it, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.floor import Change, Changed, Floor, Reason, Spell, UnsentLine
from conversations.handover_ports import Decide
from conversations.model import Controller, Conversation, Message, MessageState, Sender
from stores.audit_tables import record
from stores.conversation_rows import CONVERSATIONS, MESSAGES, message_from, numbered
from stores.conversation_tables import WAITING
from stores.conversation_writes import (
    Happened,
    append_events,
    conversation_of,
    insert_messages,
    move_message,
    take_seqs,
)
from stores.floor_rows import (
    NOTES,
    SPELLS,
    UNSENT,
    note_values,
    spell_from,
    spell_values,
    unsent_from,
    unsent_values,
)
from stores.floor_tables import OPEN
from stores.opt_outs import opted_out
from stores.search_writes import read_unread
from stores.sql_rating_store import insert_question, last_asked

SUBJECT = "conversation"
OUTSIDE = "system:outside_the_desk"
TOLD = ("owner_id", "department", "reason", "step", "outcome", "priority")
AUDITED = (*TOLD, "acknowledged_by", "snoozed_at", "snoozed_until", "closed_at", "raised_at")
PEOPLE = (Sender.CITIZEN.value, Sender.AGENT.value)


async def moved(
    connection: AsyncConnection,
    conversation_id: str,
    decide: Decide | None,
    *,
    at: datetime,
    seen_seq: int | None = None,
    happened: Sequence[Happened] = (),
) -> Changed | None:
    """Let ``decide`` change a conversation that this transaction has locked.

    Appends ``happened`` and its own events: the last step of the transaction.
    """
    events = list(happened)
    changed = None
    if decide is None:
        await append_events(connection, conversation_id, at, events)
        return None
    floor = await _floor(connection, conversation_id, seen_seq)
    change = decide(floor)
    if change is not None:
        changed, more = await _keep(connection, floor, change, at)
        events += more
    await append_events(connection, conversation_id, at, events)
    return changed


async def step_in(
    connection: AsyncConnection, conversation: Conversation, spell_id: str, at: datetime
) -> Happened:
    """Open a spell for a conversation that one of ours answered from outside the desk.

    The caller gives the word to the queue in the same transaction, and tells the event.
    """
    spell = Spell(
        id=spell_id,
        conversation_id=conversation.id,
        reason=Reason.STEPPED_IN,
        language=conversation.language,
        opened_at=at,
        first_answer_at=at,
        acknowledged_at=at,  # nobody need be alerted: somebody answers already
    )
    change = Change(what="stepped_in", actor=OUTSIDE, spell=spell, controller=Controller.QUEUE)
    after = _facts(spell)
    await connection.execute(sa.insert(SPELLS).values(spell_values(spell)))
    await _audit(connection, conversation.id, change, {}, after, at)
    return "handover", _told(change, {}, after)


async def mark_fresh(connection: AsyncConnection, conversation_id: str) -> None:
    """Note that the assistant was reset since people spoke."""
    await connection.execute(
        sa.update(CONVERSATIONS)
        .where(CONVERSATIONS.c.id == conversation_id)
        .values(assistant_stale=False)
    )


async def _floor(connection: AsyncConnection, conversation_id: str, seen_seq: int | None) -> Floor:
    conversation = await conversation_of(connection, conversation_id)
    last_seq = await connection.scalar(
        sa.select(CONVERSATIONS.c.last_seq).where(CONVERSATIONS.c.id == conversation_id)
    )
    spells = await connection.execute(
        sa.select(SPELLS).where(SPELLS.c.conversation_id == conversation_id, OPEN)
    )
    spell = spells.mappings().one_or_none()
    unsent = await connection.execute(
        sa.select(UNSENT)
        .where(UNSENT.c.conversation_id == conversation_id)
        .order_by(UNSENT.c.at, UNSENT.c.id)
    )
    return Floor(
        conversation=conversation,
        opted_out=await opted_out(connection, conversation.person_id) if spell else False,
        last_seq=int(last_seq or 0),
        spell=None if spell is None else spell_from(spell),
        unsent=tuple(unsent_from(row) for row in unsent.mappings()),
        asked_to_rate_at=await last_asked(connection, conversation_id) if spell else None,
        since=await _said_since(connection, conversation_id, seen_seq),
    )


async def _said_since(
    connection: AsyncConnection, conversation_id: str, seq: int | None
) -> tuple[Message, ...]:
    if seq is None:
        return ()
    rows = await connection.execute(
        sa.select(MESSAGES)
        .where(
            MESSAGES.c.conversation_id == conversation_id,
            MESSAGES.c.seq > seq,
            MESSAGES.c.sender.in_(PEOPLE),
        )
        .order_by(MESSAGES.c.seq)
        .limit(50)
    )
    return tuple(message_from(row) for row in rows.mappings())


async def _keep(
    connection: AsyncConnection, floor: Floor, change: Change, at: datetime
) -> tuple[Changed, list[Happened]]:
    spell = change.spell
    if spell is not None:
        spell = replace(spell, version=spell.version + 1)
    happened = await _keep_controller(connection, floor, change)
    if spell is not None and change.resume is not None:
        happened += await _wait_again(connection, spell, change.resume, at)
    messages, said = await _say(connection, floor, change, at)
    if spell is not None:
        await _keep_spell(connection, floor, spell)
    if change.hold is not None:
        await connection.execute(sa.insert(UNSENT).values(unsent_values(change.hold)))
        happened.append(("unsent", {"id": change.hold.id, "state": "held"}))
    if change.drop is not None:
        await _forget(connection, (change.drop,))
        happened.append(("unsent", {"id": change.drop.id, "state": "undone"}))
    if change.note is not None:
        await connection.execute(sa.insert(NOTES).values(note_values(change.note)))
        await read_unread(connection)
        told = {"id": change.note.id, "author": change.note.author_id}
        happened.append(("note", {**told, "mentions": list(change.note.mentions)}))
    if change.question is not None:
        await insert_question(connection, change.question)
    before = _facts(floor.spell) if floor.spell else {}
    after = _facts(spell) if spell else {}
    happened.append(("handover", _told(change, before, after)))
    await _audit(connection, floor.conversation.id, change, before, after, at)
    return Changed(spell, messages), [*happened, *said]


async def _audit(
    connection: AsyncConnection,
    conversation_id: str,
    change: Change,
    before: dict[str, Any],
    after: dict[str, Any],
    at: datetime,
) -> None:
    changed = [name for name in after if before.get(name) != after[name]]
    await record(
        connection,
        at=at,
        actor=change.actor,
        action=f"handover_{change.what}",
        subject_kind=SUBJECT,
        subject_id=conversation_id,
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed} | dict(change.facts),
    )


def _told(change: Change, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the event: what it is now, and who held it before, so that they hear of it too."""
    return {
        "what": change.what,
        "spell": change.spell.id if change.spell else None,
        "actor": change.actor,
        "controller": change.controller.value,
        **{name: after.get(name) for name in TOLD},
        "was_owner_id": before.get("owner_id"),
        "was_department": before.get("department"),
        **change.facts,
    }


def _facts(spell: Spell) -> dict[str, Any]:
    values = spell_values(spell)
    return {
        name: values[name].isoformat() if isinstance(values[name], datetime) else values[name]
        for name in AUDITED
    }


async def _keep_controller(
    connection: AsyncConnection, floor: Floor, change: Change
) -> list[Happened]:
    """Change who speaks; a new owner counts as a change too."""
    was = floor.conversation
    before = floor.spell.owner_id if floor.spell else None
    owner = change.spell.owner_id if change.spell else before
    if change.controller is was.controller and owner == before:
        return []
    version = was.control_version + 1
    values: dict[str, Any] = {"controller": change.controller.value, "control_version": version}
    if change.controller is Controller.BOT and was.controller is not Controller.BOT:
        values["assistant_stale"] = change.resume is None
    await connection.execute(
        sa.update(CONVERSATIONS).where(CONVERSATIONS.c.id == was.id).values(values)
    )
    told = {"controller": change.controller.value, "control_version": version}
    return [("control", told)]


async def _keep_spell(connection: AsyncConnection, floor: Floor, spell: Spell) -> None:
    values = spell_values(spell)
    if floor.spell is None or floor.spell.id != spell.id:
        await connection.execute(sa.insert(SPELLS).values(values))
    else:
        await connection.execute(sa.update(SPELLS).where(SPELLS.c.id == spell.id).values(values))


async def _say(
    connection: AsyncConnection, floor: Floor, change: Change, at: datetime
) -> tuple[tuple[Message, ...], list[Happened]]:
    held = floor.unsent if change.flush else ()
    lines = (*(one.as_message() for one in held), *change.lines)
    if not lines:
        return (), []
    conversation = floor.conversation
    first = await take_seqs(connection, conversation.id, len(lines))
    happened = await insert_messages(connection, conversation, first, lines)
    attended = floor.spell is not None or change.spell is not None
    if attended and any(line.sender is Sender.AGENT for line in lines):
        happened = await _leave_answered(connection, conversation.id, first, at) + happened
    await _forget(connection, held)
    messages = tuple(
        numbered(line, conversation_id=conversation.id, seq=seq)
        for seq, line in enumerate(lines, start=first)
    )
    return messages, happened


async def _leave_answered(
    connection: AsyncConnection, conversation_id: str, before: int, at: datetime
) -> list[Happened]:
    """Take what a person just answered out of the assistant's work: it was seen, so it is done."""
    rows = await connection.execute(
        sa.select(MESSAGES).where(
            MESSAGES.c.conversation_id == conversation_id, WAITING, MESSAGES.c.seq < before
        )
    )
    happened: list[Happened] = []
    for row in rows.mappings().all():
        left = await move_message(
            connection, message_from(row), MessageState.FOR_AGENT, was=MessageState.WAITING, at=at
        )
        happened += [left] if left else []
    return happened


async def _wait_again(
    connection: AsyncConnection, spell: Spell, reason: str, at: datetime
) -> list[Happened]:
    """Make what people were to answer in a spell the assistant's work once more."""
    rows = await connection.execute(
        sa.select(MESSAGES)
        .where(
            MESSAGES.c.conversation_id == spell.conversation_id,
            MESSAGES.c.sender == Sender.CITIZEN.value,
            MESSAGES.c.state == MessageState.FOR_AGENT.value,
            MESSAGES.c.stored_at >= spell.opened_at,
        )
        .order_by(MESSAGES.c.seq)
    )
    was, happened = MessageState.FOR_AGENT, list[Happened]()
    for row in rows.mappings().all():
        waits = await move_message(
            connection, message_from(row), MessageState.WAITING, was=was, at=at, reason=reason
        )
        happened += [waits] if waits else []
    return happened


async def _forget(connection: AsyncConnection, lines: tuple[UnsentLine, ...]) -> None:
    if lines:
        await connection.execute(
            sa.delete(UNSENT).where(UNSENT.c.id.in_([one.id for one in lines]))
        )
