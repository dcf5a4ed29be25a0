"""Where on the network somebody writes from: the peer, or what a proxy of ours says of it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64
"""What one customer of a network gets; single addresses there cost nothing."""


def network_of(peer: str | None, forwarded_for: str | None, trusted: Sequence[str]) -> str:
    """Return an address to count by, or "unknown".

    Args:
        peer: who is connected to us.
        forwarded_for: the header ``X-Forwarded-For``. It counts only when the peer is a
            proxy of ours, and is read from its end: what stands before the first
            address that is no proxy of ours, its sender may have made up.
        trusted: networks of our proxies, such as ``10.0.0.0/8``.
    """
    hops = [one.strip() for one in (forwarded_for or "").split(",") if one.strip()]
    seen = _plain(peer)
    while seen is not None and hops and is_in(seen, trusted):
        seen = _plain(hops.pop()) or seen
    return "unknown" if seen is None else counted(seen)


def counted(address: str) -> str:
    """Return what an address is counted as: itself, or its /64 for IPv6."""
    known = ip_address(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, IPV6_PREFIX), strict=False))
    return str(known)


def is_in(address: str, networks: Sequence[str]) -> bool:
    """Tell whether an address, or a network as ``counted`` names it, lies in one of these."""
    try:
        inner = ip_network(address)
    except ValueError:
        return False
    for one in networks:
        outer = ip_network(one, strict=False)
        if inner.version == outer.version and inner.subnet_of(outer):  # type: ignore[arg-type]
            return True
    return False


def _plain(given: str | None) -> str | None:
    """Return an address without port, brackets and zone; None for anything else."""
    if not given:
        return None
    bare = given.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        known = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return str(mapped or known)
