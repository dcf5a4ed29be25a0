"""Reactions, edits and deletions: facts that are kept on the message they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.model import Message, MessageKind
from stores.conversation_rows import MESSAGES
from stores.threads import Thread

ABOUT = frozenset({MessageKind.REACTION, MessageKind.EDIT, MessageKind.REVOKE, MessageKind.SYSTEM})
"""What is no message to us: it does not open the service's window."""

ORIGINAL_UNKNOWN = "original_unknown"

_PLACED = {MessageKind.REACTION.value, MessageKind.EDIT.value, MessageKind.REVOKE.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a row says about the message ``details["to"]``; ``new``: the row is of this batch."""

    id: str
    conversation_id: str
    kind: str
    text: str
    details: Mapping[str, Any]
    sender: str
    at: datetime
    new: bool


async def place_facts(
    connection: AsyncConnection,
    threads: Iterable[Thread],
    rows: Sequence[dict[str, Any]],
    unplaced: Sequence[Message],
) -> None:
    """Write facts to their messages, those of ``rows`` and what waited for a message.

    Facts may come before their message. They wait in a row of their own, with the reason
    ``original_unknown``.
    """
    new = [row for row in rows if row["kind"] in _PLACED]
    arrived = {row["provider_id"] for row in rows}
    late = [one for one in unplaced if one.metadata.get("to") in arrived]
    if not new and not late:
        return
    facts = [_from_row(row) for row in new] + [_from_message(one) for one in late]
    by_conversation = {one.conversation.id: one for one in threads}
    for fact in sorted(facts, key=lambda one: one.at):
        original = await _original(connection, fact)
        if original is None:
            if fact.new:
                await _set(connection, fact.id, reason=ORIGINAL_UNKNOWN)
            continue
        await _set(connection, original.id, details=with_fact(original.details, fact))
        if not fact.new:
            await _set(connection, fact.id, reason=None)
        told = {"id": original.id, "seq": original.seq, "kind": fact.kind}
        by_conversation[fact.conversation_id].happened.append(("message_facts", told))


def with_fact(details: dict[str, Any], fact: Fact) -> dict[str, Any]:
    """Return the details of a message with one fact more; an older one changes nothing."""
    told = fact.at.isoformat()
    changed = dict(details)
    if fact.kind == MessageKind.REACTION.value:
        reactions = dict(changed.get("reactions") or {})
        if told >= reactions.get(fact.sender, {}).get("at", ""):
            reactions[fact.sender] = {"emoji": fact.details.get("emoji", ""), "at": told}
        changed["reactions"] = reactions
    elif fact.kind == MessageKind.EDIT.value:
        if told >= (changed.get("edited") or {}).get("at", ""):
            changed["edited"] = {"text": fact.text, "at": told}
    else:
        changed["revoked_at"] = min(told, changed.get("revoked_at", told))
    return changed


async def _original(
    connection: AsyncConnection, fact: Fact
) -> sa.Row[str, int, dict[str, Any]] | None:
    rows = await connection.execute(
        sa.select(MESSAGES.c.id, MESSAGES.c.seq, MESSAGES.c.details).where(
            MESSAGES.c.conversation_id == fact.conversation_id,
            MESSAGES.c.provider_id == fact.details.get("to"),
        )
    )
    return rows.one_or_none()


async def _set(connection: AsyncConnection, message_id: str, **values: Any) -> None:
    await connection.execute(sa.update(MESSAGES).where(MESSAGES.c.id == message_id).values(values))


def _from_row(row: Mapping[str, Any]) -> Fact:
    return Fact(
        id=row["id"],
        conversation_id=row["conversation_id"],
        kind=row["kind"],
        text=row["text"],
        details=row["details"],
        sender=row["sender"],
        at=row["sent_at"],
        new=True,
    )


def _from_message(message: Message) -> Fact:
    return Fact(
        id=message.id,
        conversation_id=message.conversation_id,
        kind=message.kind.value,
        text=message.text,
        details=message.metadata,
        sender=message.sender.value,
        at=message.sent_at,
        new=False,
    )
