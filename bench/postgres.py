"""A PostgreSQL of one's own, for measuring: on a unix socket, with commits that reach the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN_S = 60.0


class PostgresMissing(Exception):
    """The server's programs are not installed."""


def _program(name: str) -> str:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    for place in reversed(places):
        if (place / name).exists():
            return str(place / name)
    found = shutil.which(name)
    if found is None:
        raise PostgresMissing(f"{name}: apt-get install postgresql")
    return found


def server_pids(url: str) -> list[int]:
    """Return the processes of a server that ``postgres_server`` gave; none for another database."""
    folder = Path(url.partition("?host=")[2] or "/nowhere")
    noted = folder / "data" / "postmaster.pid"
    if not noted.exists():
        return []
    first = int(noted.read_text("utf-8").split()[0])
    children = Path(f"/proc/{first}/task/{first}/children")
    return [first, *map(int, children.read_text("utf-8").split())]


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server with an empty database and give its address; it ends at the end."""
    folder = Path(tempfile.mkdtemp(prefix="baddala-bench-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    cluster = folder / "data"
    made = [*user, _program("initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8"]
    subprocess.run(
        [*made, "--locale=C.UTF-8", "-D", str(cluster)], cwd=folder, check=True, capture_output=True
    )
    serving = [*user, _program("postgres"), "-D", str(cluster), "-k", str(folder)]
    server = subprocess.Popen(
        [*serving, "-c", "listen_addresses=", "-c", "max_connections=60"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        ready = [_program("pg_isready"), "--quiet", "-h", str(folder)]
        while subprocess.run(ready, check=False).returncode != 0:
            if server.poll() is not None or time.monotonic() > deadline:
                raise PostgresMissing("the server did not start")
            time.sleep(0.1)
        yield f"postgresql+asyncpg://postgres@/postgres?host={folder}"
    finally:
        server.terminate()
        server.wait(STARTS_WITHIN_S)
        shutil.rmtree(folder, ignore_errors=True)
