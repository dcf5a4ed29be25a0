"""Who is measured, and how each is trained, served and timed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.training import rasa_environment
from bench.action_house import serving_actions
from bench.load import measure, resident_mb
from bench.rasa_process import PYTHON, ROOT, RasaServer, free_port, rasa_server
from bench.turn_cost import Line, measure_turns, reference_ms

WORK = ROOT / "var" / "bench"
ALONE, TOGETHER = 1, 16


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who is measured, with what endpoints, and how long: conversations and late rounds."""

    name: str
    store: str
    early: int
    late_rounds: int
    action_endpoint: Mapping[str, Any] = field(default_factory=dict)
    module: str = "rasa"


STOCK = Contestant("stock", "SQL", early=4, late_rounds=2)
OURS = Contestant(
    "ours",
    "bot.episodes.SqlEpisodes",
    early=12,
    late_rounds=8,
    action_endpoint={"enable_selective_domain": True},
    module="bot.serve",
)


def train(name: str, config: Path, data: list[Path]) -> tuple[Path, float]:
    """Train a model with ``rasa train``; return it and the seconds it took, imports included."""
    log = WORK / f"train-{name}.log"
    began = time.monotonic()
    with log.open("wb") as out:
        subprocess.run(
            [
                *(str(PYTHON), "-m", "rasa", "train", "--skip-validation", "--force"),
                *("--config", str(config), "--domain", str(ROOT / "domain.yml")),
                *("--out", str(WORK / "models"), "--fixed-model-name", name),
                *("--data", *map(str, data)),
            ],
            cwd=WORK,
            env=rasa_environment(ROOT),
            stdout=out,
            stderr=subprocess.STDOUT,
            check=True,
        )
    return WORK / "models" / f"{name}.tar.gz", round(time.monotonic() - began, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A model of an earlier run: what it was trained on, on which day, and the seconds it took."""

    trained_on: str
    day: str
    seconds: float

    @classmethod
    def of(cls, name: str) -> Kept | None:
        """Return what is known of a model that lies there; None where there is none."""
        told = WORK / "models" / f"{name}.json"
        if not told.exists() or not told.with_suffix(".tar.gz").exists():
            return None
        return cls(**json.loads(told.read_text("utf-8")))

    def note(self, name: str) -> None:
        """Leave word for the next run."""
        told = WORK / "models" / f"{name}.json"
        told.write_text(json.dumps(asdict(self)), "utf-8")


def content_of(config: Path, data: Sequence[Path]) -> str:
    """Return a hash of what a model is trained on."""
    digest = hashlib.sha256()
    for place in (config, ROOT / "domain.yml", *data):
        for file in sorted(place.rglob("*.yml")) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def endpoints(contestant: Contestant, actions_port: int) -> Path:
    """Write the endpoints of one contestant: a fresh SQLite tracker, the app's actions."""
    database = WORK / f"{contestant.name}.sqlite"
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    file = WORK / f"endpoints-{contestant.name}.yml"
    action = {"url": f"http://127.0.0.1:{actions_port}/webhook", **contestant.action_endpoint}
    tracker = {"type": contestant.store, "dialect": "sqlite", "db": str(database)}
    file.write_text(yaml.safe_dump({"action_endpoint": action, "tracker_store": tracker}), "utf-8")
    return file


def serve(
    contestant: Contestant, model: Path, texts: list[str], lines: Sequence[Line]
) -> dict[str, Any]:
    """Start one contestant, warm it up, and measure it: one conversation, sixteen, turns."""
    port = free_port()
    log = WORK / f"serve-{contestant.name}.log"
    told = endpoints(contestant, port)
    with rasa_server(model=model, endpoints=told, log=log, module=contestant.module) as server:
        return asyncio.run(_measured(server, port, contestant, texts, lines))


async def _measured(
    server: RasaServer,
    actions_port: int,
    contestant: Contestant,
    texts: list[str],
    lines: Sequence[Line],
) -> dict[str, Any]:
    reference = [reference_ms()]
    async with serving_actions(actions_port) as calls:
        await measure(server.url, texts[:30], conversations=2, prefix="warm")
        alone = await measure(server.url, texts, conversations=ALONE, prefix="one")
        many = await measure(server.url, texts, conversations=TOGETHER, prefix="many")
        turns = await measure_turns(
            server.url,
            server.pid,
            calls,
            lines,
            early=contestant.early,
            late_rounds=contestant.late_rounds,
        )
    reference.append(reference_ms())
    return {
        "reference_ms": reference,
        "cold_start_s": round(server.cold_start_s, 1),
        "p50_ms": alone.p50_ms,
        "p99_ms": alone.p99_ms,
        "per_second_at_16": many.per_second,
        "unanswered": alone.unanswered + many.unanswered,
        "resident_mb": resident_mb(server.pid),
        "together": asdict(many),
        "turns": turns,
    }
