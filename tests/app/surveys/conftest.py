"""The world of surveys on a fresh migrated database, once on each system."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.app.surveys.world import World, a_world


@pytest_asyncio.fixture
async def world(engine: AsyncEngine) -> AsyncIterator[World]:
    async with a_world(engine) as built:
        yield built
