"""Who may not write for a while: an identity, or a network; with a reason, a name and an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import ClassVar, Protocol

from conversations.errors import ConversationError
from conversations.model import Address
from conversations.network import is_in

FRESH_FOR = timedelta(seconds=5)


class BlockKind(StrEnum):
    """What is blocked. The value is what stores keep."""

    IDENTITY = "identity"
    NETWORK = "network"


class BlockNotFound(ConversationError):
    """No block in force has this id."""

    code: ClassVar[str] = "block_not_found"


class BlockNotUnderstood(ConversationError):
    """What is to be blocked is neither an identity nor a network."""

    code: ClassVar[str] = "block_not_understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. ``value`` is ``channel:kind:value`` or a network such as ``203.0.113.0/24``."""

    id: int
    kind: BlockKind
    value: str
    reason: str
    by: str
    at: datetime
    until: datetime


class BlockStore(Protocol):
    """Keeps blocks; each change has its audit row."""

    async def add(
        self,
        kind: BlockKind,
        value: str,
        *,
        reason: str,
        by: str,
        at: datetime,
        until: datetime,
    ) -> Block:
        """Block somebody; a block of the same that is in force gets the new reason and end."""

    async def lift(self, block_id: int, *, by: str, at: datetime) -> Block:
        """End a block now; raises BlockNotFound."""

    async def in_force(self, now: datetime) -> Sequence[Block]:
        """Return the blocks in force, the newest first."""


def identity_of(address: Address) -> str:
    """Return an address as blocks name it."""
    return f"{address.channel}:{address.kind}:{address.value}"


def read_target(text: str) -> tuple[BlockKind, str]:
    """Read what a person typed: a network or single address, or ``channel:kind:value``.

    Raises:
        BlockNotUnderstood: it is neither, or so large a network that it would be everybody.
    """
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        parts = text.strip().split(":", 2)
        if len(parts) == 3 and all(parts):
            return BlockKind.IDENTITY, text.strip()
        raise BlockNotUnderstood(typed=text) from None
    if network.prefixlen < (8 if network.version == 4 else 16):
        raise BlockNotUnderstood(typed=text)
    return BlockKind.NETWORK, str(network)


class BlockList:
    """Answers from memory; what another process or the command line did counts in seconds."""

    def __init__(self, store: BlockStore, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._identities: dict[str, Block] = {}
        self._networks: list[Block] = []
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def of(self, address: Address | None, network: str | None) -> Block | None:
        """Return the block that holds for somebody who writes now."""
        now = self._now()
        await self._refresh(now)
        found = self._identities.get(identity_of(address)) if address else None
        if found is None and network is not None:
            found = next((one for one in self._networks if is_in(network, [one.value])), None)
        return found if found is not None and found.until > now else None

    async def _refresh(self, now: datetime) -> None:
        async with self._reading:
            if self._read_at is not None and now - self._read_at < FRESH_FOR:
                return
            blocks = await self._store.in_force(now)
            self._read_at = now
        self._identities = {one.value: one for one in blocks if one.kind is BlockKind.IDENTITY}
        self._networks = [one for one in blocks if one.kind is BlockKind.NETWORK]
