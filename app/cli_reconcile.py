"""``baddala reconcile``: what came against what became of it, in a terminal."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app.bootstrap import now
from app.ledgers import open_reconciliation
from app.settings import Settings
from conversations.reconciliation import STILL_COMING, Reconciliation


def reconcile(settings: Settings, *, hours: int) -> int:
    """Print the counts of the last hours; return 1 when not all is in order."""

    async def counted() -> Reconciliation:
        async with open_reconciliation(settings) as store:
            until = now() - STILL_COMING
            return await store.count(until - timedelta(hours=hours), until)

    found = asyncio.run(counted())
    print(f"from {found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC")
    print(f"services told of {found.told} messages, {found.stored} are in conversations")
    print(f"missing {found.missing}, not readable {found.aside}, unfinished {found.unfinished}")
    for state, count in sorted(found.states.items()):
        print(f"  {state}: {count}")
    print("In order." if found.in_order else "Not in order: somebody must look.")
    return 0 if found.in_order else 1
