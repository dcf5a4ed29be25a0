"""Proofs, and the joining that follows, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations.proofs import Joined, NewProof, Outcome, ProofLimits, ProofState
from stores.audit_tables import record
from stores.case_tables import CaseRow
from stores.conversation_rows import CONVERSATIONS, IDENTITIES
from stores.conversation_writes import append_events, take_seqs
from stores.database import reading
from stores.proof_tables import ProofRow

PROOFS = cast(sa.Table, ProofRow.__table__)
CASES = cast(sa.Table, CaseRow.__table__)
CLOSED = ("resolved", "closed")


class SqlProofStore:
    """The conversation's row is locked for each step, so that attempts are counted one by one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def begin(self, new: NewProof, *, limits: ProofLimits) -> bool:
        """Keep a proof, the only open one of its conversation; False when there were too many."""
        async with self._engine.begin() as connection:
            await take_seqs(connection, new.conversation_id, 0)
            count = sa.select(sa.func.count()).select_from(PROOFS)
            asked = await connection.scalar(
                count.where(
                    PROOFS.c.conversation_id == new.conversation_id,
                    PROOFS.c.at > new.at - timedelta(hours=1),
                )
            )
            sent = await connection.scalar(
                count.where(
                    PROOFS.c.channel == new.target.channel,
                    PROOFS.c.kind == new.target.kind,
                    PROOFS.c.value == new.target.value,
                    PROOFS.c.at > new.at - timedelta(days=1),
                )
            )
            if (asked or 0) >= limits.asked_hourly or (sent or 0) >= limits.sent_daily:
                return False
            await connection.execute(
                sa.update(PROOFS)
                .where(
                    PROOFS.c.conversation_id == new.conversation_id,
                    PROOFS.c.state == ProofState.OPEN.value,
                )
                .values(state=ProofState.FAILED.value, ended_at=new.at)
            )
            await connection.execute(
                sa.insert(PROOFS).values(
                    id=new.id,
                    conversation_id=new.conversation_id,
                    channel=new.target.channel,
                    kind=new.target.kind,
                    value=new.target.value,
                    code_hash=new.code_hash,
                    state=ProofState.OPEN.value,
                    at=new.at,
                    until=new.until,
                )
            )
            return True

    async def attempt(
        self, conversation_id: str, check: Callable[[str, str], bool], *, most: int, at: datetime
    ) -> tuple[Outcome, Joined | None]:
        """Count one attempt at the open proof of a conversation, then compare."""
        async with self._engine.begin() as connection:
            await take_seqs(connection, conversation_id, 0)
            counted = await connection.execute(
                sa.update(PROOFS)
                .where(
                    PROOFS.c.conversation_id == conversation_id,
                    PROOFS.c.state == ProofState.OPEN.value,
                )
                .values(attempts=PROOFS.c.attempts + 1)
                .returning(*PROOFS.c)
            )
            proof = counted.mappings().one_or_none()
            if proof is None:
                return Outcome.SPENT, None
            in_time = proof["until"] > at and proof["attempts"] <= most
            proved = check(proof["id"], proof["code_hash"]) and in_time
            if not proved and in_time and proof["attempts"] < most:
                return Outcome.WRONG, None
            state = ProofState.PROVED if proved else ProofState.FAILED
            await connection.execute(
                sa.update(PROOFS)
                .where(PROOFS.c.id == proof["id"])
                .values(state=state.value, ended_at=at)
            )
            if not proved:
                return Outcome.SPENT, None
            joined = await _join(connection, proof, at)
            return (Outcome.PROVED, joined) if joined else (Outcome.SPENT, None)

    async def numbers_of(self, person_id: str, *, limit: int = 5) -> Sequence[str]:
        """Return the numbers of a person's newest open cases."""
        wanted = (
            sa.select(CASES.c.number)
            .where(CASES.c.person_id == person_id, CASES.c.state.not_in(CLOSED))
            .order_by(CASES.c.opened_at.desc(), CASES.c.number.desc())
            .limit(limit)
        )
        async with reading(self._engine, snapshot=False) as connection:
            return list(await connection.scalars(wanted))


async def _join(connection: AsyncConnection, proof: sa.RowMapping, at: datetime) -> Joined | None:
    """Make the conversation's identity one of the person who got the code.

    Cases that were opened here before go with it; nothing else of either person is touched,
    and the audit row says how to undo it.
    """
    person_id: str | None = await connection.scalar(
        sa.select(IDENTITIES.c.person_id).where(
            IDENTITIES.c.channel == proof["channel"],
            IDENTITIES.c.kind == proof["kind"],
            IDENTITIES.c.value == proof["value"],
        )
    )
    if person_id is None:
        return None
    conversation_id = proof["conversation_id"]
    row = (
        await connection.execute(
            sa.select(CONVERSATIONS.c.identity_id, CONVERSATIONS.c.person_id).where(
                CONVERSATIONS.c.id == conversation_id
            )
        )
    ).one()
    joined = Joined(person_id=person_id, before=row.person_id)
    ours = CONVERSATIONS.c.identity_id == row.identity_id
    conversations = list(
        await connection.scalars(
            sa.update(CONVERSATIONS)
            .where(ours)
            .values(person_id=person_id)
            .returning(CONVERSATIONS.c.id)
        )
    )
    await connection.execute(
        sa.update(IDENTITIES).where(IDENTITIES.c.id == row.identity_id).values(person_id=person_id)
    )
    cases = list(
        await connection.scalars(
            sa.update(CASES)
            .where(CASES.c.conversation_id.in_(conversations))
            .values(person_id=person_id)
            .returning(CASES.c.number)
        )
    )
    await record(
        connection,
        at=at,
        actor=f"person:{joined.before}",
        action="join_person",
        subject_kind="person",
        subject_id=person_id,
        before={"person_id": joined.before},
        after={
            "person_id": person_id,
            "identity": row.identity_id,
            "conversations": sorted(conversations),
            "cases": sorted(cases),
            "proof": proof["id"],
        },
    )
    told = {"person_id": person_id, "before": joined.before}
    await append_events(connection, conversation_id, at, [("person_joined", told)])
    return joined
