"""Fixtures that every test folder of the app side may ask for, and who runs which test."""

import gc

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.postgres import database_url, engine, migrated_sqlite, postgres, postgres_url
from tests.side_by_side import WholeFiles, longest_first

__all__ = ["database_url", "engine", "migrated_sqlite", "postgres", "postgres_url"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take ``--long``."""
    parser.addoption("--long", action="store_true", help="run the long forms of proofs as well")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep files together."""
    return WholeFiles(config, log)


def pytest_collection_finish() -> None:
    """Leave the suite itself out of what Python searches for garbage, test after test."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest where several processes share the suite."""
    if hasattr(config, "workerinput"):
        longest_first(items)
