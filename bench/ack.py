"""``python -m bench.ack``: how fast webhooks are acknowledged beside an assistant at work.

A flood of WhatsApp messages comes in at a fixed pace, whatever becomes of them (an open
loop: a late acknowledgement does not slow the flood down, and its delay is counted from
the moment the message was due). The app answers them through Rasa on the same machine
and sends the answers to a server that plays Meta.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import yaml

from app.settings import Settings
from app.training import ensure_model
from bench.ack_counts import Counts, counts
from bench.postgres import postgres_server
from bench.rasa_process import ROOT, free_port, rasa_server
from channels.whatsapp.fake_graph import (
    NUMBER_ID,
    SECRET,
    TOKEN,
    FakeGraph,
    envelope_of,
    wamid_of,
)
from channels.whatsapp.signature import HEADER, signature
from content.reading import read_examples
from conversations.fake_rasa import FakeRasa
from stores.migrate import upgrade_async

WORK = ROOT / "var" / "bench"
MODELS = ROOT / "var" / "models"
PEOPLE = 2_000
SPOKEN = ("faq", "greet", "thank", "goodbye", "help", "out_of_scope")
READY_WITHIN_S = 120.0
LOOK_S = 2.0


@dataclass(frozen=True, slots=True)
class Flood:
    """What comes in: so many messages a second for so long, and how long a drain may take."""

    per_second: float = 80.0
    seconds: float = 300.0
    drain_s: float = 2_400.0

    @property
    def messages(self) -> int:
        """Return how many come in all."""
        return int(self.per_second * self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Times in milliseconds unless the name says otherwise."""

    messages: int
    ack_p50: float
    ack_p95: float
    ack_p99: float
    ack_max: float
    refused: int
    answered_per_s_in_flood: float
    answered_per_s_after: float
    drained_after_s: float | None
    lost: int
    doubled: int
    failed: int
    sent: int
    app_cpu_s: float
    rasa_cpu_s: float
    flood_cpu_s: float


def bodies(count: int) -> list[bytes]:
    """Return webhook bodies of ``count`` different messages, from two thousand people."""
    spoken = [one.text for one in read_examples(ROOT) if one.intent.split("/")[0] in SPOKEN]
    draw = random.Random(2026)
    made, began = [], int(time.time())
    for n in range(count):
        from_ = f"9715{n % PEOPLE:08}"
        message = {
            "from": from_,
            "id": wamid_of(f"{from_}-{n}"),
            "timestamp": str(began),
            "type": "text",
            "text": {"body": draw.choice(spoken)},
        }
        told = envelope_of({"messages": [message]}, wa_id=from_)
        made.append(json.dumps(told, separators=(",", ":")).encode())
    return made


async def pour(url: str, made: Sequence[bytes], per_second: float) -> tuple[list[float], int]:
    """Post every body when it is due; return the delays and how many were not taken."""
    signed = [(body, f"sha256={signature(body, SECRET)}") for body in made]
    took: list[float] = []
    refused = 0

    async def post(http: aiohttp.ClientSession, body: bytes, proof: str, due: float) -> None:
        nonlocal refused
        headers = {HEADER: proof, "Content-Type": "application/json"}
        try:
            async with http.post(url, data=body, headers=headers) as answer:
                refused += answer.status != 200
        except aiohttp.ClientError:
            refused += 1
        took.append((time.perf_counter() - due) * 1000)

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http, asyncio.TaskGroup() as posting:
        began = time.perf_counter()
        for n, (body, proof) in enumerate(signed):
            due = began + n / per_second
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            posting.create_task(post(http, body, proof, due))
    return took, refused


async def drained(settings: Settings, within_s: float) -> tuple[float | None, Counts]:
    """Wait until nothing waits any more; return after how long, and how it ended."""
    began = time.perf_counter()
    while True:
        found = await counts(settings.database)
        if not found.open:
            return time.perf_counter() - began, found
        if time.perf_counter() - began > within_s:
            return None, found
        await asyncio.sleep(LOOK_S)


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and of the children it has waited for (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def servers_cpu_s(pids: Iterable[int]) -> float:
    """Return what servers of PostgreSQL have used; the first counts those that have ended."""
    used = 0.0
    for pid in pids:
        with suppress(FileNotFoundError):  # one may end at any moment
            used += cpu_s(pid)
    return used


async def flooded(
    settings: Settings, flood: Flood, *, meta: FakeGraph, rasa_pid: int | None
) -> Outcome:
    """Start the app, pour the flood over it, and see what became of it."""
    log = (WORK / "ack-app.log").open("wb")
    app = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "serve"),
        cwd=ROOT,
        env={**os.environ, **_environment(settings)},
        stdout=log,
        stderr=log,
    )
    try:
        await until_ready(f"http://127.0.0.1:{settings.port}/ready")
        made = bodies(flood.messages)
        rasa_before = cpu_s(rasa_pid) if rasa_pid else 0.0
        app_before, own_before = cpu_s(app.pid), time.process_time()
        began = time.perf_counter()
        url = f"http://127.0.0.1:{settings.port}/channels/whatsapp"
        took, refused = await pour(url, made, flood.per_second)
        poured_s = time.perf_counter() - began
        middle = await counts(settings.database)
        took.sort()
        said = f"{len(made)} poured in {poured_s:.0f} s, {middle.answered} answered"
        print(f"{said}, p50 {_at(took, 0.5)}, p99 {_at(took, 0.99)} ms; now the rest", flush=True)
        after_s, end = await drained(settings, flood.drain_s)
        return Outcome(
            messages=len(made),
            ack_p50=_at(took, 0.5),
            ack_p95=_at(took, 0.95),
            ack_p99=_at(took, 0.99),
            ack_max=round(took[-1], 1),
            refused=refused,
            answered_per_s_in_flood=round(middle.answered / poured_s, 1),
            answered_per_s_after=round((end.answered - middle.answered) / (after_s or 1e9), 1),
            drained_after_s=None if after_s is None else round(after_s, 1),
            lost=len(made) - end.received,
            doubled=end.doubled + len(meta.taken) - len({_our_id(one) for one in meta.taken}),
            failed=end.failed,
            sent=end.sent,
            app_cpu_s=round(cpu_s(app.pid) - app_before, 1),
            rasa_cpu_s=round(cpu_s(rasa_pid) - rasa_before, 1) if rasa_pid else 0.0,
            flood_cpu_s=round(time.process_time() - own_before, 1),
        )
    finally:
        app.terminate()
        await app.wait()
        log.close()


async def measure(settings: Settings, flood: Flood, *, real_rasa: Path | None) -> Outcome:
    """Measure one database; ``real_rasa`` is the model, None: a server that plays Rasa."""
    WORK.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        meta = await FakeGraph().start()
        stack.push_async_callback(meta.stop)
        pid = None
        if real_rasa is None:
            played = await FakeRasa().start()
            stack.push_async_callback(played.stop)
            rasa_url = played.url
        else:
            serving = rasa_server(
                model=real_rasa,
                endpoints=_endpoints(settings),
                log=WORK / "ack-rasa.log",
                module="bot.serve",
            )
            server = stack.enter_context(serving)
            rasa_url, pid = server.url, server.pid
        told = replace(settings, rasa_url=rasa_url, whatsapp_graph_url=meta.url)
        return await flooded(told, flood, meta=meta, rasa_pid=pid)


async def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Return settings with WhatsApp set up, on free ports and a migrated database."""
    settings = Settings(
        data_dir=folder,
        database_url=database_url,
        port=free_port(),
        actions_port=free_port(),
        whatsapp_phone_number_id=NUMBER_ID,
        whatsapp_token=TOKEN,
        whatsapp_app_secrets=(SECRET,),
        whatsapp_verify_token="a-word-for-meta",  # noqa: S106 - nothing to guard
        log_level="WARNING",
    )
    await upgrade_async(settings.database)
    return settings


def _environment(settings: Settings) -> dict[str, str]:
    names = (
        *("data_dir", "database_url", "port", "actions_port", "rasa_url", "log_level"),
        *("whatsapp_phone_number_id", "whatsapp_token", "whatsapp_verify_token"),
        "whatsapp_graph_url",
    )
    told = {f"BADDALA_{name.upper()}": str(getattr(settings, name)) for name in names}
    return {**told, "BADDALA_WHATSAPP_APP_SECRETS": ",".join(settings.whatsapp_app_secrets)}


def _endpoints(settings: Settings) -> Path:
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text("utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{settings.actions_port}/webhook"
    endpoints["tracker_store"]["db"] = str((settings.data_dir / "rasa.sqlite").resolve())
    path = settings.data_dir / "endpoints.yml"
    path.write_text(yaml.safe_dump(endpoints), "utf-8")
    return path


async def until_ready(url: str) -> None:
    """Wait until the app says that it is ready."""
    async with aiohttp.ClientSession() as http, asyncio.timeout(READY_WITHIN_S):
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def _our_id(taken: dict[str, Any]) -> str:
    return str(taken["biz_opaque_callback_data"])


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def limit(row: Mapping[str, Any]) -> str:
    """Say what a message costs from webhook to sent answer, and how many a second that allows."""
    app, rasa = (row[f"{one}_cpu_s"] * 1000 / row["messages"] for one in ("app", "rasa"))
    slower = max(app, rasa, (app + rasa) / 2)  # one process each, two processors
    return (
        f"a message costs {app:.0f} ms of CPU in the app and {rasa:.0f} ms in Rasa: "
        f"on two processors with one process of each, at most {1000 / slower:.0f} a second"
    )


async def _measured(folder: Path, url: str, flood: Flood, model: Path | None) -> Outcome:
    return await measure(await settings_for(folder, url), flood, real_rasa=model)


def main() -> int:
    """Measure SQLite and PostgreSQL, print the table, write ``var/bench/ack.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--per-second", type=float, default=80.0)
    parser.add_argument("--fake-rasa", action="store_true", help="play Rasa, to be quick")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--model", type=Path, help="the model; default: that of the content")
    given = parser.parse_args()
    flood = Flood(given.per_second, given.seconds)
    WORK.mkdir(parents=True, exist_ok=True)
    model = None if given.fake_rasa else given.model or ensure_model(ROOT, MODELS, WORK, print)
    rows: dict[str, Any] = {}
    for name in (given.only,) if given.only else ("sqlite", "postgresql"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=ROOT / "var")))
            url = stack.enter_context(postgres_server()) if name == "postgresql" else ""
            rows[name] = asdict(asyncio.run(_measured(folder, url, flood, model)))
    for key in next(iter(rows.values())):
        print(f"{key:<26}" + "".join(f"{rows[name][key]!s:>14}" for name in rows))
    for name, row in rows.items():
        print(f"{name}: {limit(row)}")
    report = {"flood": asdict(flood), "rows": rows, "load_before": os.getloadavg()[0]}
    out = WORK / "ack.json"
    out.write_text(json.dumps(report, indent=1), "utf-8")
    print(f"written: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
