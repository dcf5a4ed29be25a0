"""``python -m bench.desk_costs``: CPU of the app for one list, one page, one message, one stream.

One thing after the other and counted in CPU time, so that the figures say much even on a
machine that others use too. What the clients need is counted beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.settings import Settings
from bench.ack import cpu_s, servers_cpu_s
from bench.desk_crowd import Crowd, Wishes
from bench.desk_load import WORK, app_process, hire, machine, settings_for
from bench.desk_screens import Screen, Seen, session
from bench.postgres import postgres_server, server_pids
from bench.rasa_process import ROOT
from cases.departments import DEPARTMENTS
from conversations.fake_rasa import FakeRasa

LIST = "/desk/inbox/queue?queue=all&opened="
PAGES = {"list": LIST, "inbox": "/desk/inbox", "cases": "/desk/cases", "news": "/desk/news"}
LOOK_S = 0.05
ANSWERED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many look on, how many wait for people, and how often each thing is done."""

    agents: int = 200
    waiting: int = 12
    times: int = 300
    idle_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds of the app, of PostgreSQL and of the clients: each time, or each second."""

    app_ms: float
    database_ms: float
    clients_ms: float


class Meter:
    """Counts the CPU time that a piece of work takes."""

    def __init__(self, app_pid: int, database_url: str) -> None:
        self._app = app_pid
        self._database_url = database_url

    async def of(self, work: Callable[[], Awaitable[object]], times: float) -> Cost:
        """Do the work and return what it cost, shared by ``times``."""
        before = self._used()
        await work()
        return Cost(
            *(
                round(1000 * (now - then) / times, 2)
                for now, then in zip(self._used(), before, strict=True)
            )
        )

    def _used(self) -> tuple[float, float, float]:
        servers = servers_cpu_s(server_pids(self._database_url))
        return cpu_s(self._app), servers, sum(os.times()[:2])


async def measure(settings: Settings, size: Size) -> dict[str, Cost]:
    """Run the app, let some wait for people, and return what each thing costs."""
    WORK.mkdir(parents=True, exist_ok=True)
    accounts, tokens = await hire(settings, size.agents)
    async with AsyncExitStack() as stack:
        wishes = Wishes([None, *sorted(DEPARTMENTS)])
        rasa = await FakeRasa(wishes.answer).start()
        stack.push_async_callback(rasa.stop)
        app = await app_process(replace(settings, rasa_url=rasa.url), stack)
        url = f"http://127.0.0.1:{settings.port}"
        seen = Seen()
        screens = [
            Screen(await session(url, token, stack), account.id, seen, random.Random(1))
            for account, token in zip(accounts, tokens, strict=True)
        ]
        for screen in screens:
            await screen.open()
        crowd = Crowd(wishes)
        await crowd.arrive(url, size.waiting + size.times, stack)
        for number, citizen in enumerate(crowd.citizens[: size.waiting]):
            await citizen.say(wishes.say(number))
        await _answered(crowd)
        meter = Meter(app.pid, settings.database_url)
        costs = {"a second, no streams": await meter.of(_rest(size.idle_s), size.idle_s)}
        for name, path in PAGES.items():
            costs[name] = await meter.of(_asking(screens, path, size.times), size.times)
        talk = _talking(crowd, size.waiting, size.times)
        costs["message, no streams"] = await meter.of(talk, size.times)
        following = [asyncio.create_task(screen.listen()) for screen in screens]
        await asyncio.sleep(2)
        costs["a second, streams"] = await meter.of(_rest(2 * size.idle_s), 2 * size.idle_s)
        costs["message, streams"] = await meter.of(talk, size.times)
        moves = min(size.times, 100)
        costs["claim and give back"] = await meter.of(_moving(screens, wishes, moves), moves)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        return costs


def _rest(seconds: float) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.sleep(seconds)


def _asking(screens: Sequence[Screen], path: str, times: int) -> Callable[[], Awaitable[object]]:
    async def ask() -> None:
        for n in range(times):
            await screens[n % len(screens)].get(path, "any")

    return ask


def _talking(crowd: Crowd, waiting: int, times: int) -> Callable[[], Awaitable[object]]:
    """One message each: who writes many at once is asked to slow down."""

    async def talk() -> None:
        for n in range(times):
            await crowd.citizens[waiting + n].say("متى يفتح مركز الخدمة DF-26؟")
            await _answered(crowd)

    return talk


def _moving(
    screens: Sequence[Screen], wishes: Wishes, times: int
) -> Callable[[], Awaitable[object]]:
    """Each agent claims the conversation that is everybody's, and gives it back to the queue."""
    [everybodys] = [id_ for id_, department in wishes.about.items() if department is None][:1]

    async def move() -> None:
        for n in range(times):
            screen = screens[n % len(screens)]
            await screen.post(f"/desk/inbox/{everybodys}/claim", {})
            await screen.post(f"/desk/inbox/{everybodys}/release", {})
            await asyncio.sleep(LOOK_S)

    return move


async def _answered(crowd: Crowd) -> None:
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        while crowd.unanswered:  # noqa: ASYNC110  # the citizens count, nobody tells
            await asyncio.sleep(LOOK_S / 5)


async def _measured(folder: Path, url: str, size: Size) -> dict[str, Cost]:
    return await measure(await settings_for(folder, url), size)


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=Size().agents)
    parser.add_argument("--times", type=int, default=Size().times)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    size = replace(Size(), agents=given.agents, times=given.times)
    print(f"{machine()}; load before {os.getloadavg()[0]:.1f}; {size}; CPU ms")
    for name in (given.only,) if given.only else ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=ROOT / "var")))
            url = stack.enter_context(postgres_server()) if name == "postgresql" else ""
            costs = asyncio.run(_measured(folder, url, size))
        print(f"{name:<24}{'app':>10}{'database':>10}{'clients':>10}")
        for what, cost in costs.items():
            print(f"{what:<24}{cost.app_ms:>10}{cost.database_ms:>10}{cost.clients_ms:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
