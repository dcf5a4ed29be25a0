"""``baddala block``, ``unblock`` and ``blocks``: who may not write, in a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from app.bootstrap import now
from app.settings import Settings
from conversations.blocks import (
    Block,
    BlockNotFound,
    BlockNotUnderstood,
    BlockStore,
    read_target,
)
from phrases.days import ZONE
from stores.database import engine_for
from stores.sql_block_store import SqlBlockStore

BY = "system:cli"


@asynccontextmanager
async def open_blocks(settings: Settings) -> AsyncIterator[BlockStore]:
    """Give the list of blocks alone, on a migrated database."""
    engine = engine_for(settings.database)
    try:
        yield SqlBlockStore(engine)
    finally:
        await engine.dispose()


def block(settings: Settings, target: str, *, reason: str, hours: float) -> int:
    """Block an identity or a network for some hours."""
    try:
        kind, value = read_target(target)
    except BlockNotUnderstood:
        print(f"Not a network, nor CHANNEL:KIND:VALUE: {target}", file=sys.stderr)
        return 1

    async def added() -> Block:
        async with open_blocks(settings) as store:
            at = now()
            until = at + timedelta(hours=hours)
            return await store.add(kind, value, reason=reason, by=BY, at=at, until=until)

    print(_line(asyncio.run(added())))
    return 0


def unblock(settings: Settings, block_id: int) -> int:
    """End a block."""

    async def lifted() -> Block:
        async with open_blocks(settings) as store:
            return await store.lift(block_id, by=BY, at=now())

    try:
        print(f"Lifted: {asyncio.run(lifted()).value}")
    except BlockNotFound:
        print(f"No block in force has the id {block_id}.", file=sys.stderr)
        return 1
    return 0


def list_blocks(settings: Settings) -> int:
    """Print the blocks in force."""

    async def listed() -> Sequence[Block]:
        async with open_blocks(settings) as store:
            return await store.in_force(now())

    blocks = asyncio.run(listed())
    for one in blocks:
        print(_line(one))
    if not blocks:
        print("Nobody is blocked.")
    return 0


def _line(one: Block) -> str:
    until = one.until.astimezone(ZONE)
    return (
        f"{one.id}  {one.kind}  {one.value}  until {until:%Y-%m-%d %H:%M}  {one.by}: {one.reason}"
    )
