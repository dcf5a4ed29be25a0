"""How the suite is shared out when it runs in several processes (pytest-xdist)."""

import pytest
from xdist.scheduler import LoadFileScheduling

REAL_RASA = (
    "tests/e2e/test_main_job.py",
    "tests/e2e/test_talks.py",
    "tests/app/killing/test_kills_with_rasa.py",
)
"""They start the real Rasa: one process runs them, one after the other."""

LONG_TESTS = ("tests/app/killing/",)
"""Each test of these is a piece of work by itself."""

FIRST = (
    *REAL_RASA,
    *LONG_TESTS,
    "tests/app/channels/test_hostile_messages.py",
    "tests/app/stores/test_rt_case_system.py",
    "tests/e2e/",
    "tests/app/desk/test_stored_scripts.py",
    "tests/app/bench/",
)
"""What takes longest begins first, so that no process waits for it at the end."""


class WholeFiles(LoadFileScheduling):
    """Gives each process whole files, but for those that are named here."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(REAL_RASA):
            return "the real Rasa"
        return nodeid if nodeid.startswith(LONG_TESTS) else super()._split_scope(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests into the order in which they are to be handed out."""

    def place(item: pytest.Item) -> int:
        named = (n for n, start in enumerate(FIRST) if item.nodeid.startswith(start))
        return next(named, len(FIRST))

    items.sort(key=place)
