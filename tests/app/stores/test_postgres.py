"""The test server itself: what it gives, and that it is never silently missing."""

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.postgres import server_program


def test_a_missing_server_fails_and_says_what_to_install() -> None:
    with pytest.raises(RuntimeError, match="apt-get install postgresql"):
        server_program("postgres-that-is-not-there")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_server_listens_on_no_port(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SHOW listen_addresses")) == ""


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_connection_used_last_is_used_next(engine: AsyncEngine) -> None:
    pid = sa.text("SELECT pg_backend_pid()")
    async with engine.connect() as one, engine.connect() as two:
        there = {await one.scalar(pid), await two.scalar(pid)}
    used = set()
    for _ in range(3):
        async with engine.connect() as connection:
            used.add(await connection.scalar(pid))
    assert len(used) == 1 < len(there)
