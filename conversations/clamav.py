"""ClamAV as a scanner: clamd's INSTREAM over TCP or a unix socket.

Protocol: clamd(8), COMMANDS. ``zINSTREAM\\0``, then pieces of ``<length><data>`` with four
bytes of length in network order, then a length of zero; the reply ends with ``\\0``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterable
from urllib.parse import urlsplit

from conversations.attachments import AttachmentState
from conversations.scanner import ScannerUnreachable, Verdict

LONGEST_REPLY = 4096
CANNOT_TELL = ("Heuristics.Encrypted.", "Heuristics.Limits.Exceeded")
"""Findings that say: I could not look inside. Only told where clamd.conf asks for them."""


class ClamavScanner:
    """Asks the clamd at ``address``: ``unix:/run/clamav/clamd.ctl`` or ``tcp://host:3310``.

    Args:
        timeout_s: for one file, from the first byte to the verdict.
    """

    scans = True

    def __init__(self, address: str, *, timeout_s: float = 120.0) -> None:
        self._address = urlsplit(address)
        self._timeout_s = timeout_s

    async def scan(self, pieces: AsyncIterable[bytes]) -> Verdict:
        """Return what clamd says of a file; raises ScannerUnreachable."""
        try:
            async with asyncio.timeout(self._timeout_s):
                with await self._connected() as line:
                    return verdict_of(await _asked(line, pieces))
        except (OSError, TimeoutError, ValueError) as error:
            raise ScannerUnreachable(problem=type(error).__name__) from error

    async def _connected(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        if self._address.scheme == "unix":
            line = socket.socket(socket.AF_UNIX)
            line.setblocking(False)
            try:
                await loop.sock_connect(line, self._address.path)
            except BaseException:
                line.close()
                raise
            return line
        made = await asyncio.to_thread(
            socket.create_connection, (self._address.hostname, self._address.port), self._timeout_s
        )
        made.setblocking(False)
        return made


async def _asked(line: socket.socket, pieces: AsyncIterable[bytes]) -> str:
    """Send a file and return the reply.

    Over its limit, clamd replies and hangs up half way: the reply is there to be read when
    writing fails, which asyncio's streams would throw away.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):
        await loop.sock_sendall(line, b"zINSTREAM\0")
        async for piece in pieces:
            await loop.sock_sendall(line, len(piece).to_bytes(4, "big") + piece)
        await loop.sock_sendall(line, bytes(4))
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        more = await loop.sock_recv(line, LONGEST_REPLY)
        if not more:
            break
        reply += more
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


def verdict_of(reply: str) -> Verdict:
    """Read clamd's reply, such as ``stream: Eicar-Signature FOUND``.

    Raises:
        ValueError: it is none that we know; nothing is said about the file then.
    """
    told = reply.removeprefix("stream: ").strip()
    if told == "OK":
        return Verdict(AttachmentState.CLEAN)
    if told.endswith(" FOUND"):
        finding = told.removesuffix(" FOUND")
        blind = finding.startswith(CANNOT_TELL)
        return Verdict(AttachmentState.UNSCANNABLE if blind else AttachmentState.INFECTED, finding)
    if "size limit exceeded" in told:
        return Verdict(AttachmentState.UNSCANNABLE, "size limit exceeded")
    raise ValueError("clamd said something else")
