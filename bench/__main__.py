"""``make bench``: what ours costs, beside stock Rasa's default pipeline, in one run.

Both train on the same fixed sample (ten examples per intent and FAQ id); ours also on all
of the content. Both then serve the same messages over Rasa's REST channel from this
machine, one after the other, with the tracker in SQLite and the app's own custom actions
behind it. What a turn costs early and late in a conversation is measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bench.app_load import measure_app
from bench.contestants import OURS, STOCK, WORK, Kept, content_of, serve, train
from bench.rasa_process import ROOT
from bench.sample import write_sample
from bench.turn_cost import KINDS, MIXED, Line, growth, script
from kernel.questions import is_question

COMPLAINT = "انخصم من بطاقتي مرتين يوم دفعت رسوم الرخصة ٥٢٠ درهم وابي فلوسي"
SPOKEN = ("faq", "greet", "thank", "goodbye", "help", "out_of_scope")  # no custom action called


def show(rows: dict[str, dict[str, Any]]) -> None:
    """Print one line per measure, one column per contestant."""
    names = list(rows)
    print(f"\n{'':<26}" + "".join(f"{name:>16}" for name in names))
    for key in dict.fromkeys(key for row in rows.values() for key in row):
        if key not in ("together", "turns"):
            print(f"{key:<26}" + "".join(f"{rows[name].get(key, '-')!s:>16}" for name in names))


def show_turns(rows: dict[str, dict[str, Any]]) -> None:
    """Print the CPU of a turn by kind, early, late and late over early."""
    print("\nCPU of the Rasa process, ms a turn (median)")
    heads = [f"{name} {when}" for name in rows for when in ("turn 3", "turn 300", "growth")]
    print(f"{'':<18}" + "".join(f"{head:>17}" for head in heads))
    for kind in (*KINDS, MIXED, "bytes_per_call", "turns", "strayed"):
        cells: list[Any] = []
        for row in rows.values():
            turns = row["turns"]
            cells += [turns["early"].get(kind), turns["late"].get(kind), growth(turns).get(kind)]
        print(_line(kind, cells))
    for kind in KINDS:
        ends = [
            end for row in rows.values() for end in (row["turns"]["early"], row["turns"]["late"])
        ]
        cells = [end["low"].get(kind) for end in ends]
        spaced = [
            cell for pair in zip(cells[::2], cells[1::2], strict=True) for cell in (*pair, "")
        ]
        print(_line(f"{kind}, low", spaced))
    for name, row in rows.items():
        print(f"{name}: of this, understanding one message {row['turns']['understanding']} ms")


def _line(name: str, cells: Sequence[Any]) -> str:
    return f"{name:<18}" + "".join(f"{'-' if one is None else one!s:>17}" for one in cells)


def rounds(chosen: dict[str, list[str]]) -> tuple[Line, ...]:
    """Return the lines whose cost is measured: questions that a form can tell from answers."""
    first, second = (
        next(text for text in chosen[label] if is_question(text))
        for label in ("faq/working_hours", "faq/complaint_timeframe")
    )
    return script((first, second), chosen["affirm"][0], COMPLAINT)


def stock_config(epochs: int | None) -> Path:
    """Return stock's configuration; with ``epochs`` a copy whose parts all train that long."""
    config = ROOT / "bench" / "stock.config.yml"
    if epochs is None:
        return config
    told = yaml.safe_load(config.read_text("utf-8"))
    for part in (*told["pipeline"], *told["policies"]):
        if "epochs" in part:
            part["epochs"] = epochs
    shorter = WORK / "stock.config.yml"
    shorter.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")
    return shorter


def stock_row(
    sample: Path,
    texts: list[str],
    lines: Sequence[Line],
    *,
    any_kept: bool,
    epochs: int | None = None,
) -> dict[str, Any]:
    """Measure stock; trained anew only if no model of an earlier run is of the same sample."""
    config, data = stock_config(epochs), [sample, ROOT / "bench" / "stories.yml"]
    content, kept = content_of(config, data), Kept.of("stock")
    if kept is None or (kept.trained_on != content and not any_kept):
        print("training stock on the sample (DIET, ResponseSelector, TED, UnexpecTED) ...")
        _, seconds = train("stock", config, data)
        kept = Kept(content, datetime.now(UTC).date().isoformat(), seconds)
        kept.note("stock")
    told: dict[str, Any] = {"train_sample_s": kept.seconds, "trained": kept.day}
    if epochs is not None:
        told["epochs"] = epochs
    if kept.trained_on != content:
        told["trained"] += " *"
        print("* stock was trained on an earlier sample of the content")
    return {**told, **serve(STOCK, WORK / "models" / "stock.tar.gz", texts, lines)}


def main() -> int:
    """Run everything; ``--no-stock`` leaves the comparison out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-stock", action="store_true", help="measure ours only")
    parser.add_argument(
        *("--kept-stock",),
        action="store_true",
        help="take stock's model of an earlier run even if the sample is another one by now",
    )
    parser.add_argument(
        *("--stock-epochs",),
        type=int,
        help="train stock for fewer epochs than its hundred: what a turn costs stays the same",
    )
    given = parser.parse_args()
    (WORK / "models").mkdir(parents=True, exist_ok=True)
    sample = WORK / "sample" / "data"
    chosen = write_sample(sample)
    texts = [
        text for label, some in chosen.items() if label.split("/")[0] in SPOKEN for text in some
    ]
    lines = rounds(chosen)
    rows: dict[str, dict[str, Any]] = {}
    if not given.no_stock:
        rows["stock"] = stock_row(
            sample, texts, lines, any_kept=given.kept_stock, epochs=given.stock_epochs
        )
    print("training ours on the sample ...")
    _, seconds = train("ours-sample", ROOT / "config.yml", [sample])
    print("training ours on everything ...")
    model, all_seconds = train("ours", ROOT / "config.yml", [ROOT / "data"])
    rows["ours"] = {
        "train_sample_s": seconds,
        "train_all_s": all_seconds,
        **serve(OURS, model, texts, lines),
    }
    print("ours end to end through the app, a case opened in each conversation ...")
    through_app = measure_app(model)
    show(rows)
    show_turns(rows)
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
