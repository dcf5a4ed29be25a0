"""Webhooks that come at once: kept together where all is new, each by itself where not."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from conversations.arrivals import RawWebhook, WebhookKept
from conversations.webhook_groups import MOST_TOGETHER, GroupedWebhooks

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def raw(n: int) -> RawWebhook:
    return RawWebhook(f"r-{n}", "fake", f"d-{n}", "أين INV-9؟", 10, NOON)


class Shelf:
    """Keeps ids, the same once; breaks on ``broken``; takes its time over each commit."""

    def __init__(self, broken: str = "") -> None:
        self.kept: list[str] = []
        self.commits: list[int] = []
        self.broken = broken

    async def keep(self, raw: RawWebhook, _arrivals: Sequence[Any], **_: Any) -> WebhookKept:
        await asyncio.sleep(0.01)
        if raw.id == self.broken:
            raise OSError("the database is away")
        self.commits.append(1)
        if raw.id in self.kept:
            return WebhookKept(repeated=True)
        self.kept.append(raw.id)
        return WebhookKept(repeated=False)

    async def keep_group(self, bodies: Sequence[Any]) -> bool:
        await asyncio.sleep(0.01)
        ids = [one.id for one, _ in bodies]
        if self.broken in ids:
            raise OSError("the database is away")
        if len(set(ids)) < len(ids) or set(ids) & set(self.kept):
            return False
        self.commits.append(len(ids))
        self.kept += ids
        return True


async def test_what_comes_meanwhile_shares_a_commit() -> None:
    shelf = Shelf()
    grouped = GroupedWebhooks(shelf)
    assert not grouped.busy
    keeping = [asyncio.create_task(grouped.keep(raw(n), ())) for n in range(30)]
    await asyncio.sleep(0.005)
    assert grouped.busy
    await asyncio.gather(*keeping)
    assert not grouped.busy
    assert shelf.kept == [f"r-{n}" for n in range(30)]
    assert len(shelf.commits) <= 2
    await grouped.keep(raw(99), ())  # alone, at once
    assert shelf.commits[-1] == 1


async def test_groups_have_a_limit() -> None:
    shelf = Shelf()
    grouped = GroupedWebhooks(shelf)
    await asyncio.gather(*(grouped.keep(raw(n), ()) for n in range(100)))
    assert max(shelf.commits) <= MOST_TOGETHER
    assert len(shelf.kept) == 100


async def test_the_same_body_many_times_at_once_is_kept_once() -> None:
    shelf = Shelf()
    grouped = GroupedWebhooks(shelf)
    told = await asyncio.gather(*(grouped.keep(raw(1), ()) for _ in range(20)))
    assert shelf.kept == ["r-1"]
    assert [one.repeated for one in told].count(False) == 1


async def test_only_those_that_cannot_be_kept_are_refused() -> None:
    shelf = Shelf(broken="r-7")
    grouped = GroupedWebhooks(shelf)
    outcomes = await asyncio.gather(
        *(grouped.keep(raw(n), ()) for n in range(20)), return_exceptions=True
    )
    assert [n for n, one in enumerate(outcomes) if isinstance(one, OSError)] == [7]
    assert len(shelf.kept) == 19


async def test_who_gives_up_waiting_disturbs_nobody() -> None:
    shelf = Shelf()
    grouped = GroupedWebhooks(shelf)
    keeping = [asyncio.create_task(grouped.keep(raw(n), ())) for n in range(10)]
    await asyncio.sleep(0)
    keeping[3].cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping[3]
    await asyncio.gather(*(one for n, one in enumerate(keeping) if n != 3))
    assert len(shelf.kept) == 10
