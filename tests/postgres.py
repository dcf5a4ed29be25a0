"""A private PostgreSQL for tests, and databases made by the migrations on both systems.

Import the fixtures in the ``conftest.py`` of a test folder. One server runs per test
session, on a unix socket in a directory of its own, as ``postgres`` when the tests run
as root. Without the server binaries the tests fail: they are never skipped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from stores.database import engine_for
from stores.migrate import upgrade

__all__ = ["database_url", "engine", "migrated_sqlite", "postgres", "postgres_url"]

START_TIMEOUT_S = 30
TEMPLATE = "baddala_migrated"
ROOM_IN_MEMORY = 2 << 30
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=150",
    "autovacuum=off",
    "listen_addresses=",
)
_names = count(1)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; ``url`` names one of its databases."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction, as CREATE DATABASE wants it."""
        asyncio.run(self._run(statements))

    async def _run(self, statements: tuple[str, ...]) -> None:
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                for statement in statements:
                    await connection.execute(sa.text(statement))
        finally:
            await engine.dispose()


def server_program(name: str) -> str:
    """Return the path of a PostgreSQL server program, or fail the test session."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    for place in reversed(places):
        if (place / name).exists():
            return str(place / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed: apt-get install postgresql")
    return found


def started_server(folder: Path) -> subprocess.Popen[bytes]:
    """Make a cluster in ``folder`` and start it; it dies with this process."""
    make_cluster(folder)
    return serve_cluster(folder)


def _identity() -> list[str]:
    """Return how a program runs that dies with us, and is not root."""
    told = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        told += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
    return told


def make_cluster(folder: Path) -> None:
    """Make a cluster in ``folder``."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    making = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [*_identity(), server_program("initdb"), *making, "--no-sync", "-D", str(folder / "data")],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def serve_cluster(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    """Start the server of a cluster, with more settings, and wait until it answers."""
    settings = [part for setting in (*FAST, *more) for part in ("-c", setting)]
    serving = [*_identity(), server_program("postgres")]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [*serving, "-D", str(folder / "data"), "-k", str(folder), *settings],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    ready = [server_program("pg_isready"), "--quiet", "-h", str(folder)]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError((folder / "server.log").read_text("utf-8"))
        time.sleep(0.05)
    return server


def quick_place() -> Path | None:
    """Return a place in memory for what a session throws away; None where there is no room.

    A database is some three hundred files: on a disk, making and dropping one for each test
    takes as much of the processor as the tests themselves.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free >= ROOM_IN_MEMORY:
        return memory
    return None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run one server for the session, with a template database that is migrated."""
    folder = Path(tempfile.mkdtemp(prefix="baddala-pg-", dir=quick_place()))
    running = started_server(folder)
    try:
        server = PostgresServer(folder)
        server.run(f"CREATE DATABASE {TEMPLATE}")
        upgrade(server.url(TEMPLATE))
        yield server
    finally:
        running.terminate()
        try:
            running.wait(timeout=START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a migrated SQLite file once; tests get copies."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """Give a fresh migrated database on PostgreSQL."""
    name = f"test_{next(_names)}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield postgres.url(name)
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a fresh migrated database, once on each system."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    path = tmp_path / "baddala.db"
    shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
    return f"sqlite+aiosqlite:///{path}"


@pytest_asyncio.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on a fresh migrated database, once on each system."""
    engine = engine_for(database_url)
    yield engine
    await engine.dispose()
