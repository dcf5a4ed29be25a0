"""What became of a flood, counted in the app's database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from stores.conversation_rows import MESSAGES
from stores.database import engine_for, reading


@dataclass(frozen=True, slots=True)
class Counts:
    """``open``: waiting for an answer or to be sent. ``doubled``: answered more than once."""

    received: int
    answered: int
    open: int
    failed: int
    sent: int
    doubled: int


async def counts(database: str) -> Counts:
    """Count messages by their state."""
    by_state = sa.select(MESSAGES.c.sender, MESSAGES.c.state, sa.func.count()).group_by(
        MESSAGES.c.sender, MESSAGES.c.state
    )
    ways = sa.select(MESSAGES.c.provider_id, MESSAGES.c.channel)
    ways = ways.where(MESSAGES.c.sender == "citizen").group_by(
        MESSAGES.c.channel, MESSAGES.c.provider_id
    )
    ways = ways.having(sa.func.count() > 1)
    engine = engine_for(database)
    try:
        async with reading(engine) as connection:
            rows = (await connection.execute(by_state)).all()
            doubled = len((await connection.execute(ways)).all())
    finally:
        await engine.dispose()
    states: Counter[str] = Counter()
    received = 0
    for sender, state, count in rows:
        states[state] += count
        received += count if sender == "citizen" else 0
    return Counts(
        received=received,
        answered=states["answered"],
        open=states["waiting"] + states["pending"],
        failed=states["failed"] + states["unknown"] + states["quarantined"],
        sent=states["sent"],
        doubled=doubled,
    )
