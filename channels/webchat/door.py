"""Who comes to the web chat from where, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from aiohttp import web

from conversations.blocks import BlockList
from conversations.network import network_of
from conversations.rates import AddressRates, Deed

BLOCKED, TOO_FAST = "blocked", "too_fast"


class Door:
    """Counts by network address. This machine itself is not counted: a proxy here that is not
    named among the trusted ones would make one visitor of everybody."""

    def __init__(self, rates: AddressRates, blocks: BlockList, *, trusted: Sequence[str]) -> None:
        self._rates = rates
        self._blocks = blocks
        self._trusted = tuple(trusted)

    def network(self, request: web.Request) -> str:
        """Return where a request comes from."""
        return network_of(request.remote, request.headers.get("X-Forwarded-For"), self._trusted)

    def network_of_socket(self, environ: dict[str, Any] | None) -> str | None:
        """Return where a socket comes from."""
        request = (environ or {}).get("aiohttp.request")
        return self.network(request) if isinstance(request, web.Request) else None

    def counts(self, deed: Deed, network: str | None) -> str | None:
        """Count a deed; return why it is refused, if it is."""
        if network is None or _here(network) or self._rates.allow(deed, network):
            return None
        return TOO_FAST

    async def refuses(self, deed: Deed, network: str | None) -> str | None:
        """Return why a deed is refused, if it is: blocked, or too often."""
        if await self._blocks.of(None, network) is not None:
            return BLOCKED
        return self.counts(deed, network)


def _here(network: str) -> bool:
    try:
        return ip_address(network.partition("/")[0]).is_loopback or network == "::/64"
    except ValueError:
        return False
