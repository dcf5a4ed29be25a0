"""``python -m bench.desk_load``: the desk with 200 agents looking on and 2,000 chats open.

Citizens write over Socket.IO at a fixed pace; a played Rasa answers, and hands one in
sixty to people. Each agent follows the event stream and draws the list anew when it tells
of something, as the page's script does. An escalation counts as visible when an agent whom
it concerns has it in the list that was drawn. All clients run in this process, beside the
app's, on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accounts.model import Account, Role
from accounts.signing_in import Visitor
from app.bootstrap import open_house
from app.desk_wiring import one_time_password
from app.settings import Settings
from bench.ack import cpu_s, servers_cpu_s, until_ready
from bench.desk_crowd import Crowd, Wishes
from bench.desk_screens import Screen, Seen, session
from bench.load import resident_mb
from bench.postgres import postgres_server, server_pids
from bench.rasa_process import ROOT, free_port
from cases.departments import DEPARTMENTS
from conversations.fake_rasa import FakeRasa
from conversations.queues import concerns
from desk.viewer import agent_of
from kernel.language import Language
from stores.migrate import upgrade_async

LOOK_S = 0.2
WORK = ROOT / "var" / "bench"
OTHER_PAGES = ("/desk/inbox", "/desk/inbox?queue=unassigned", "/desk/cases")


@dataclass(frozen=True, slots=True)
class Day:
    """How many look on and write, at what pace, for how long."""

    agents: int = 200
    chats: int = 2_000
    per_second: float = 20.0
    wishes_per_second: float = 0.33
    seconds: float = 120.0
    pages_per_second: float = 3.0
    settle_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Milliseconds unless the name says otherwise; ``visible`` over agents and escalations."""

    escalations: int
    visible_p50: float
    visible_p95: float
    not_visible: int
    first_agent_p95: float
    lists_per_second: float
    list_p50: float
    list_p95: float
    page_p50: float
    page_p95: float
    conversation_p95: float
    move_p95: float
    failed_pages: int
    answer_p50: float
    answer_p95: float
    unanswered: int
    app_cpu_share: float
    app_cpu_s: float
    app_resident_mb: float
    database_cpu_s: float
    database_resident_mb: float
    client_cpu_s: float
    client_cpu_share: float


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds of the app, of PostgreSQL and of the clients; memory in MiB."""

    app_s: float
    database_s: float
    clients_s: float
    app_mb: float = 0.0
    database_mb: float = 0.0

    def since(self, before: Used) -> Used:
        """Return what was used after ``before``."""
        return replace(
            self,
            app_s=self.app_s - before.app_s,
            database_s=self.database_s - before.database_s,
            clients_s=self.clients_s - before.clients_s,
        )


def used(app_pid: int, database_url: str) -> Used:
    """Return what all that takes part has used until now."""
    servers = server_pids(database_url)
    return Used(
        cpu_s(app_pid),
        servers_cpu_s(servers),
        sum(os.times()[:2]),
        resident_mb(app_pid),
        resident_mb(servers[0]) if servers else 0.0,  # they share it
    )


def machine() -> str:
    """Return what this runs on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} x {models[0] if models else 'unknown'}, {sys.platform}"


async def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Return settings on free ports and a migrated database."""
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        port=free_port(),
        actions_port=free_port(),
        log_level="WARNING",
    )
    await upgrade_async(settings.database)
    return settings


async def hire(settings: Settings, count: int) -> tuple[list[Account], list[str]]:
    """Keep so many agents, two departments each, and return them with a session of each."""
    units = sorted(DEPARTMENTS)
    accounts = [
        Account(
            id=f"agent-{n:03}",
            email=f"agent-{n:03}@finance.example",
            name_ar=f"موظف {n}",
            name_en=f"Agent {n}",
            roles=frozenset({Role.AGENT}),
            departments=frozenset({units[n % len(units)], units[(n + 5) % len(units)]}),
            language=Language.AR if n % 3 else Language.EN,
        )
        for n in range(count)
    ]
    tokens = []
    async with open_house(settings) as house:
        for account in accounts:
            store = house.desk.administration.store
            await store.add(account, password_hash=None, actor="system:bench", at=datetime.now(UTC))
            await house.desk.agents.enrol(agent_of(account))
            visitor = Visitor("127.0.0.1", one_time_password())
            tokens.append(await house.desk.sign_in.begin_known(account, visitor))
    return accounts, tokens


async def measure(settings: Settings, day: Day) -> Outcome:
    """Run the app, fill it, and say how it went."""
    WORK.mkdir(parents=True, exist_ok=True)
    accounts, tokens = await hire(settings, day.agents)
    async with AsyncExitStack() as stack:
        wishes = Wishes([None, *sorted(DEPARTMENTS)])
        rasa = await FakeRasa(wishes.answer).start()
        stack.push_async_callback(rasa.stop)
        told = replace(settings, rasa_url=rasa.url)
        app = await app_process(told, stack)
        url = f"http://127.0.0.1:{settings.port}"
        seen, draw = Seen(), random.Random(2026)
        screens = [
            Screen(await session(url, token, stack), account.id, seen, draw)
            for account, token in zip(accounts, tokens, strict=True)
        ]
        for screen in screens:
            await screen.open()
        following = [asyncio.create_task(screen.follow()) for screen in screens]
        crowd = Crowd(wishes)
        await crowd.arrive(url, day.chats, stack)
        before = used(app.pid, settings.database_url)
        seen.took_ms.clear()
        looking = asyncio.create_task(_look_around(screens, day.pages_per_second, draw))
        await crowd.talk(
            per_second=day.per_second,
            seconds=day.seconds,
            wishes_per_second=day.wishes_per_second,
        )
        spent = used(app.pid, settings.database_url).since(before)
        await _settled(day, accounts, wishes, seen, crowd)
        ended = [one for one in following if one.done()]
        for task in (looking, *following):
            task.cancel()
        await asyncio.gather(looking, *following, return_exceptions=True)
        for screen in screens:
            await screen.close()
        seen.failed += len(ended)
        return _outcome(day, accounts, wishes, seen, crowd, spent)


async def _settled(
    day: Day, accounts: Sequence[Account], wishes: Wishes, seen: Seen, crowd: Crowd
) -> None:
    """Wait until all is answered and seen, but not for ever."""
    for _ in range(int(day.settle_s / LOOK_S)):
        await asyncio.sleep(LOOK_S)
        asked = len(wishes.asked_at) == crowd.wished and not crowd.unanswered
        if asked and not any(missing for _, missing in _shown(accounts, wishes, seen)):
            return


def _shown(
    accounts: Sequence[Account], wishes: Wishes, seen: Seen
) -> Iterator[tuple[list[float], int]]:
    """Yield for each wish after how many seconds each agent saw it, and how many did not."""
    for id_, at in wishes.asked_at.items():
        whom = [one.id for one in accounts if concerns(agent_of(one), wishes.about[id_])]
        shown = [seen.first[id_, one] - at for one in whom if (id_, one) in seen.first]
        yield shown, len(whom) - len(shown)


async def app_process(settings: Settings, stack: AsyncExitStack) -> asyncio.subprocess.Process:
    """Run the app as a process of its own; it ends with the stack."""
    told = {
        f"BADDALA_{name.upper()}": str(getattr(settings, name))
        for name in ("data_dir", "database_url", "port", "actions_port", "rasa_url", "log_level")
    }
    log = stack.enter_context((WORK / "desk-app.log").open("wb"))
    app = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "serve"),
        cwd=ROOT,
        env={**os.environ, **told},
        stdout=log,
        stderr=log,
    )

    async def stop() -> None:
        app.terminate()
        await app.wait()

    stack.push_async_callback(stop)
    await until_ready(f"http://127.0.0.1:{settings.port}/ready")
    return app


async def _look_around(screens: Sequence[Screen], per_second: float, draw: random.Random) -> None:
    """Open pages at random screens, at a fixed pace whatever they take."""
    async with asyncio.TaskGroup() as looking:
        while True:
            await asyncio.sleep(1 / per_second)
            looking.create_task(draw.choice(screens).get(draw.choice(OTHER_PAGES), "page"))


def _outcome(
    day: Day,
    accounts: Sequence[Account],
    wishes: Wishes,
    seen: Seen,
    crowd: Crowd,
    spent: Used,
) -> Outcome:
    visible: list[float] = []
    first: list[float] = []
    missing = 0
    for shown, unseen in _shown(accounts, wishes, seen):
        missing += unseen
        visible += shown
        first += [min(shown)] if shown else []
    took = seen.took_ms
    pages = took["page"]
    return Outcome(
        escalations=len(wishes.asked_at),
        visible_p50=_at([1000 * one for one in visible], 0.5),
        visible_p95=_at([1000 * one for one in visible], 0.95),
        not_visible=missing,
        first_agent_p95=_at([1000 * one for one in first], 0.95),
        lists_per_second=round(len(took["list"]) / day.seconds, 1),
        list_p50=_at(took["list"], 0.5),
        list_p95=_at(took["list"], 0.95),
        page_p50=_at(pages, 0.5),
        page_p95=_at(pages, 0.95),
        conversation_p95=_at(took["conversation"] + took["live"], 0.95),
        move_p95=_at(took["moves"], 0.95),
        failed_pages=seen.failed,
        answer_p50=_at(crowd.took_ms, 0.5),
        answer_p95=_at(crowd.took_ms, 0.95),
        unanswered=crowd.unanswered,
        app_cpu_share=round(spent.app_s / day.seconds, 2),
        app_cpu_s=round(spent.app_s, 1),
        app_resident_mb=spent.app_mb,
        database_cpu_s=round(spent.database_s, 1),
        database_resident_mb=spent.database_mb,
        client_cpu_s=round(spent.clients_s, 1),
        client_cpu_share=round(spent.clients_s / day.seconds, 2),
    )


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


async def _measured(folder: Path, url: str, day: Day) -> Outcome:
    return await measure(await settings_for(folder, url), day)


def main() -> int:
    """Measure SQLite and PostgreSQL, print the table, write ``var/bench/desk.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("agents", int), ("chats", int), ("seconds", float)):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Day(), name))
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    day = replace(Day(), agents=given.agents, chats=given.chats, seconds=given.seconds)
    load_before = os.getloadavg()[0]
    rows: dict[str, Any] = {}
    for name in (given.only,) if given.only else ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=ROOT / "var")))
            url = stack.enter_context(postgres_server()) if name == "postgresql" else ""
            rows[name] = asdict(asyncio.run(_measured(folder, url, day)))
            print(name, rows[name], flush=True)  # should the next one break off
    print(f"{machine()}; load before {load_before:.1f}; {day}")
    for key in next(iter(rows.values())):
        print(f"{key:<20}" + "".join(f"{rows[name][key]!s:>14}" for name in rows))
    report = {
        "machine": machine(),
        "day": asdict(day),
        "rows": rows,
        "load_before": load_before,
    }
    out = WORK / "desk.json"
    out.write_text(json.dumps(report, indent=1), "utf-8")
    print(f"written: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
