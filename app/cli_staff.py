"""``baddala staff``: for whoever has the server, when nobody can sign in any more."""

from __future__ import annotations

import asyncio
import sys

from app.ledgers import open_accounts
from app.running import migrate
from app.settings import Settings


def give_password(settings: Settings, email: str) -> int:
    """Print a new one-time password, and take the second step away; return the exit code."""
    migrate(settings)
    password = asyncio.run(_give(settings, email))
    if password is None:
        print(f"No account has the address {email}.", file=sys.stderr)
        return 1
    print(f"One-time password of {email}, shown this once: {password}")
    return 0


async def _give(settings: Settings, email: str) -> str | None:
    async with open_accounts(settings) as administration:
        found = await administration.store.find(email)
        if found is None:
            return None
        return await administration.restore(found[0])
