from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bench.release import EDITOR, Refused, p95, until
from content.release import Drop, Release, ReleaseState

AT = datetime(2026, 11, 26, tzinfo=UTC)
RELEASE = Release(1, ReleaseState.IN_REVIEW, "INV-9", EDITOR, "c", "b", AT, AT)


class Store:
    """Gives the release as it is at each look."""

    def __init__(self, *looks: Release) -> None:
        self._looks = list(looks)

    async def get(self, _number: int) -> Release:
        return self._looks.pop(0)


def house(*looks: Release) -> SimpleNamespace:
    return SimpleNamespace(releasing=SimpleNamespace(releases=SimpleNamespace(store=Store(*looks))))


def is_live(one: Release) -> bool:
    return one.state is ReleaseState.LIVE


def test_p95_is_what_nineteen_of_twenty_do_not_exceed() -> None:
    assert p95([float(n) for n in range(20, 0, -1)]) == 19.0
    assert p95([2.0, 9.0, 3.0]) == 9.0


async def test_a_release_is_waited_for_until_it_is_live_or_refused() -> None:
    live = replace(RELEASE, state=ReleaseState.LIVE)
    await until(house(RELEASE, live), 1, is_live)
    drop = Drop("questions ar answer", 0.9, 0.7, 40)
    refused = replace(RELEASE, state=ReleaseState.REFUSED, drops=(drop,))
    with pytest.raises(Refused, match="questions ar answer"):
        await until(house(RELEASE, refused), 1, is_live)
    failed = replace(RELEASE, state=ReleaseState.FAILED, failure="rasa: gone")
    with pytest.raises(RuntimeError, match="rasa: gone"):
        await until(house(failed), 1, is_live)
