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
