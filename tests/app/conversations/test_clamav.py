"""A real clamd with one signature of ours, and what it cannot be made to say."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conversations.attachments import AttachmentState
from conversations.clamav import ClamavScanner, verdict_of
from conversations.scanner import NoScanner, ScannerUnreachable

MARK = b"BADDALA-TEST-MALWARE-\xd8\xa8\xd8\xaf\xd8\xa7\xd9\x84\xd8\xa9"
NAME = "Test.Baddala.Signature"
MOST_KB = 300
START_TIMEOUT_S = 60
CONFIG = """
Foreground yes
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
StreamMaxLength {most}K
MaxThreads 4
Bytecode no
ConcurrentDatabaseReload no
LogFile {folder}/clamd.log
"""


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 65_536):
        yield data[start : start + 65_536]


def clamd_program() -> str:
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise RuntimeError("clamd is not installed: apt-get install clamav-daemon")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def clamd() -> Iterator[tuple[str, str]]:
    """Run clamd on a database of one signature; give its two addresses."""
    folder, port = Path(tempfile.mkdtemp(prefix="baddala-clamd-")), free_port()
    (folder / "signatures").mkdir()
    (folder / "signatures" / "ours.ndb").write_text(f"{NAME}:0:*:{MARK.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, most=MOST_KB))
    started = ["setpriv", "--pdeathsig", "INT", clamd_program(), "--config-file", str(config)]
    with (folder / "output").open("wb") as output:
        server = subprocess.Popen(started, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (folder / "clamd.sock").exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "output").read_text("utf-8"))
            time.sleep(0.05)
        yield f"unix:{folder}/clamd.sock", f"tcp://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


@pytest.fixture(params=[0, 1], ids=["unix", "tcp"])
def scanner(request: pytest.FixtureRequest, clamd: tuple[str, str]) -> ClamavScanner:
    return ClamavScanner(clamd[request.param], timeout_s=30)


async def test_a_clean_file_is_clean(scanner: ClamavScanner) -> None:
    verdict = await scanner.scan(pieces("إيصال INV-9\n".encode() * 9_000))
    assert (verdict.state, verdict.finding) == (AttachmentState.CLEAN, None)


async def test_malware_is_named_wherever_it_stands(scanner: ClamavScanner) -> None:
    verdict = await scanner.scan(pieces(b"%PDF-1.7\n" + b"x" * 150_000 + MARK + b"y" * 99))
    assert verdict.state is AttachmentState.INFECTED
    assert verdict.finding is not None
    assert verdict.finding.startswith(NAME)


async def test_a_file_over_its_limit_is_not_called_clean(scanner: ClamavScanner) -> None:
    verdict = await scanner.scan(pieces(b"x" * (MOST_KB + 900) * 1024))
    assert verdict.state is AttachmentState.UNSCANNABLE


async def test_an_empty_stream_is_clean(scanner: ClamavScanner) -> None:
    assert (await scanner.scan(pieces(b""))).state is AttachmentState.CLEAN


async def test_many_files_at_once_keep_their_verdicts_apart(scanner: ClamavScanner) -> None:
    asked = [scanner.scan(pieces(MARK if n % 2 else b"clean" * n)) for n in range(12)]
    states = [one.state for one in await asyncio.gather(*asked)]
    assert states == [AttachmentState.CLEAN, AttachmentState.INFECTED] * 6


async def test_a_scanner_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    for address in (f"unix:{tmp_path}/none.sock", f"tcp://127.0.0.1:{free_port()}"):
        with pytest.raises(ScannerUnreachable):
            await ClamavScanner(address).scan(pieces(b"x"))


@pytest.mark.parametrize("reply", [b"", b"stream: ", b"HTTP/1.1 400 Bad Request", b"x" * 9_999])
async def test_a_reply_we_do_not_know_is_no_verdict(reply: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ScannerUnreachable):
        await ClamavScanner(f"tcp://127.0.0.1:{port}", timeout_s=5).scan(pieces(b"x"))
    server.close()
    await server.wait_closed()


async def test_a_scanner_that_hangs_is_given_up() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ScannerUnreachable):
        await ClamavScanner(f"tcp://127.0.0.1:{port}", timeout_s=0.2).scan(pieces(b"x"))
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("stream: OK", AttachmentState.CLEAN),
        ("stream: Win.Test.EICAR_HDB-1 FOUND", AttachmentState.INFECTED),
        ("stream: Heuristics.Encrypted.PDF FOUND", AttachmentState.UNSCANNABLE),
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", AttachmentState.UNSCANNABLE),
        ("INSTREAM size limit exceeded. ERROR", AttachmentState.UNSCANNABLE),
    ],
)
def test_documented_replies_are_read(reply: str, state: AttachmentState) -> None:
    assert verdict_of(reply).state is state


async def test_no_scanner_does_not_call_anything_clean() -> None:
    assert (await NoScanner().scan(pieces(MARK))).state is AttachmentState.UNCHECKED
