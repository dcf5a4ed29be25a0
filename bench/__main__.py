"""``make bench``: what ours costs, beside stock Rasa's default pipeline, in one run.

Both train on the same fixed sample (ten examples per intent and FAQ id); ours also on all
of the content. Both then serve the same messages over Rasa's REST channel from this
machine, one after the other, with the tracker in SQLite. No action server runs there:
``wanted_an_action`` counts the messages that ended in a custom action and so in silence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.training import rasa_environment
from bench.app_load import measure_app
from bench.load import measure, resident_mb
from bench.rasa_process import PYTHON, ROOT, rasa_server
from bench.sample import write_sample

WORK = ROOT / "var" / "bench"
ALONE, TOGETHER = 1, 16
SPOKEN = ("faq", "greet", "thank", "goodbye", "help", "out_of_scope")  # no custom action called


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


def endpoints(name: str, store: str) -> Path:
    """Write the endpoints of one contestant: a fresh SQLite tracker, no actions."""
    database = WORK / f"{name}.sqlite"
    database.unlink(missing_ok=True)
    file = WORK / f"endpoints-{name}.yml"
    text = f"tracker_store: {{type: {store}, dialect: sqlite, db: {database}}}\n"
    file.write_text(text, "utf-8")
    return file


def serve(name: str, model: Path, store: str, texts: list[str]) -> dict[str, Any]:
    """Start one contestant, warm it up, and measure it alone and with sixteen conversations."""
    log = WORK / f"serve-{name}.log"
    with rasa_server(model=model, endpoints=endpoints(name, store), log=log) as server:
        asyncio.run(measure(server.url, texts[:30], conversations=2, prefix="warm"))
        alone = asyncio.run(measure(server.url, texts, conversations=ALONE, prefix="one"))
        many = asyncio.run(measure(server.url, texts, conversations=TOGETHER, prefix="many"))
        return {
            "cold_start_s": round(server.cold_start_s, 1),
            "p50_ms": alone.p50_ms,
            "p99_ms": alone.p99_ms,
            "per_second_at_16": many.per_second,
            "wanted_an_action": alone.unanswered + many.unanswered,
            "resident_mb": resident_mb(server.pid),
            "together": asdict(many),
        }


def show(rows: dict[str, dict[str, Any]]) -> None:
    """Print one line per measure, one column per contestant."""
    names = list(rows)
    print(f"\n{'':<26}" + "".join(f"{name:>16}" for name in names))
    for key in dict.fromkeys(key for row in rows.values() for key in row if key != "together"):
        print(f"{key:<26}" + "".join(f"{rows[name].get(key, '-')!s:>16}" for name in names))


def main() -> int:
    """Run everything; ``--no-stock`` leaves the comparison out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-stock", action="store_true", help="measure ours only")
    given = parser.parse_args()
    (WORK / "models").mkdir(parents=True, exist_ok=True)
    sample = WORK / "sample" / "data"
    chosen = write_sample(sample)
    texts = [
        text for label, some in chosen.items() if label.split("/")[0] in SPOKEN for text in some
    ]
    rows: dict[str, dict[str, Any]] = {}
    if not given.no_stock:
        print("training stock on the sample (DIET, ResponseSelector, TED, UnexpecTED) ...")
        stories = ROOT / "bench" / "stories.yml"
        model, seconds = train("stock", ROOT / "bench" / "stock.config.yml", [sample, stories])
        rows["stock"] = {"train_sample_s": seconds, **serve("stock", model, "SQL", texts)}
    print("training ours on the sample ...")
    _, seconds = train("ours-sample", ROOT / "config.yml", [sample])
    print("training ours on everything ...")
    model, all_seconds = train("ours", ROOT / "config.yml", [ROOT / "data"])
    rows["ours"] = {
        "train_sample_s": seconds,
        "train_all_s": all_seconds,
        **serve("ours", model, "bot.episodes.SqlEpisodes", texts),
    }
    print("ours end to end through the app, a case opened in each conversation ...")
    through_app = measure_app(model)
    show(rows)
    print("\nthrough the app")
    for key, value in through_app.items():
        print(f"{key:<26}{value!s:>16}")
    report = {
        "machine": {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]},
        "messages": len(texts),
        "rasa": rows,
        "app": through_app,
    }
    out = WORK / "serving.json"
    out.write_text(json.dumps(report, indent=1), "utf-8")
    print(f"\nwritten: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
