"""The migrations and the table classes say the same, on both databases."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.migrate import downgrade_async, upgrade_async
from stores.schema import metadata


def differences(connection: Connection) -> list[object]:
    opts = {"compare_server_default": True, "include_name": has_a_model}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


def has_a_model(name: str | None, _kind: str, _parents: object) -> bool:
    """The index on words is another thing on each database, so only the migration knows it."""
    return name is None or not name.startswith(("search_fts", "ix_search_entry_words"))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_head_equals_the_models(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_down_and_up_again(engine: AsyncEngine, database_url: str) -> None:
    await downgrade_async(database_url, "base")
    async with engine.connect() as connection:
        assert await connection.run_sync(tables) <= {"alembic_version"}
    await upgrade_async(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_starts_at_the_same_moment_migrate_once(
    engine: AsyncEngine, database_url: str
) -> None:
    await downgrade_async(database_url, "base")
    await asyncio.gather(*(upgrade_async(database_url) for _ in range(4)))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        revisions = await connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        assert len(revisions.all()) == 1


async def test_older_code_starts_on_a_newer_database(
    engine: AsyncEngine, database_url: str
) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await upgrade_async(database_url)
    async with engine.connect() as connection:
        revision = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        assert revision == "9999"


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    engine: AsyncEngine, database_url: str
) -> None:
    await downgrade_async(database_url, "base")
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE case_sequence (year INTEGER)"))
    with pytest.raises(DBAPIError, match="case_sequence"):
        await upgrade_async(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(tables) <= {"alembic_version", "case_sequence"}
