"""What tests of the desk share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.app.app.conftest import sqlite_url
from tests.app.webchat_house import Running, running_house

__all__ = ["sqlite_url"]


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path, undo_s=0.0) as house:
        yield house
