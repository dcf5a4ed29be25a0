"""Rows to be searched: people with conversations and cases, written as older code would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.number import format_number
from conversations.agents import Agent
from search.model import Seeker
from stores.conversation_tables import ConversationRow, IdentityRow, MessageRow, PersonRow
from stores.floor_tables import SpellRow
from stores.sql_case_store import SqlCaseStore
from tests.contracts.case_store import opening

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ids = count(1)


def new_id(kind: int) -> str:
    return f"{kind:08d}-0000-4000-8000-{next(_ids):012d}"


def seeker(*departments: str, name: str = "noura", supervises: bool = False) -> Seeker:
    own = frozenset(departments)
    agent = Agent(id=name, name_ar="نورة", name_en="Noura", departments=own, supervises=supervises)
    return Seeker(agent=agent, departments=own)


async def talks(
    engine: AsyncEngine,
    *texts: str,
    phone: str = "",
    department: str | None = "DPS",
    owner: str | None = None,
    with_people: bool = True,
    sender: str = "citizen",
) -> tuple[str, str]:
    """Keep a person who wrote ``texts``; return the ids of person and conversation."""
    person, conversation = new_id(1), new_id(2)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(PersonRow).values(id=person, created_at=NOON))
        identity = await connection.scalar(
            sa.insert(IdentityRow)
            .values(
                channel="whatsapp" if phone else "webchat",
                kind="phone" if phone else "session",
                value=phone or new_id(3),
                person_id=person,
                created_at=NOON,
            )
            .returning(IdentityRow.id)
        )
        await connection.execute(
            sa.insert(ConversationRow).values(
                id=conversation,
                identity_id=identity,
                person_id=person,
                language="ar",
                language_pinned=False,
                controller="bot",
                control_version=0,
                last_seq=len(texts),
                created_at=NOON,
            )
        )
        rows = [message(conversation, seq, text, sender) for seq, text in enumerate(texts, start=1)]
        if rows:
            await connection.execute(sa.insert(MessageRow), rows)
        if with_people:
            await connection.execute(
                sa.insert(SpellRow).values(**spell(conversation, department, owner))
            )
    return person, conversation


def message(conversation: str, seq: int, text: str, sender: str = "citizen") -> dict[str, Any]:
    return {
        "id": new_id(4),
        "conversation_id": conversation,
        "seq": seq,
        "sender": sender,
        "text": text,
        "buttons": [],
        "language": "ar",
        "state": "answered",
        "channel": "webchat",
        "sent_at": NOON + timedelta(minutes=seq),
        "stored_at": NOON + timedelta(minutes=seq),
        "details": {},
    }


def spell(
    conversation: str, department: str | None, owner: str | None, at: datetime = NOON
) -> dict[str, Any]:
    return {
        "id": new_id(5),
        "conversation_id": conversation,
        "reason": "asked",
        "department": department,
        "language": "ar",
        "priority": 3,
        "opened_at": at,
        "closed_at": at,
        "owner_id": owner,
        "step": "waiting",
        "closing": {},
        "version": 1,
    }


async def a_case(engine: AsyncEngine, sequence: int = 417, **changes: Any) -> str:
    """Open a case and return its number."""
    changes = {"caused_by": new_id(6), "opened_at": NOON, **changes}
    make = opening(**changes)
    case = await SqlCaseStore(engine).open(2026, lambda _: make(sequence))
    assert case.number == format_number(2026, sequence)
    return case.number
