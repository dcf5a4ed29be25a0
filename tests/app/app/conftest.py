import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from app.releasing import Releasing
from app.training import model_for
from stores.database import engine_for
from tests.app.app.release_house import ANSWERS, Clock, FakeRasa, laid_out, releasing_in


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """Give a fresh migrated database; what is tested here does not depend on which."""
    shutil.copyfile(migrated_sqlite, tmp_path / "baddala.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'baddala.db'}"


@pytest.fixture
async def rasa(tmp_path: Path) -> AsyncIterator[FakeRasa]:
    rasa = FakeRasa(tmp_path)
    await rasa.start()
    yield rasa
    await rasa.stop()


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    shutil.copy(migrated_sqlite, tmp_path / "app.sqlite")
    return f"sqlite+aiosqlite:///{tmp_path / 'app.sqlite'}"


@pytest.fixture
async def sqlite(database: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(
    tmp_path: Path, sqlite: AsyncEngine, http: ClientSession, rasa: FakeRasa, clock: Clock
) -> AsyncIterator[Releasing]:
    laid_out(tmp_path)
    releasing = releasing_in(tmp_path, sqlite, http, rasa.url, now=clock)
    live = model_for(tmp_path / "project", tmp_path / "models", tmp_path / "live")
    live.parent.mkdir()
    live.write_text(ANSWERS, "utf-8")
    yield releasing
    await releasing.trainer.stop()
