"""Our engine on public sets of intents, beside stock Rasa's classifier.

Part of ``make bench``; alone: ``python -m bench.public_sets``. Trains on each full set and on
ten examples per intent, nothing pretrained, and prints accuracy on the sets' own tests.
What stock Rasa's DIET gave is kept in ``public_sets_diet.json`` and printed with where it comes
from: it takes eleven minutes a set. DIET on the full sets has not been measured.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.engine import judge
from bench.rasa_process import ROOT

SHARED = ROOT.parent / "shared" / "bench"
KEPT = ROOT / "bench" / "public_sets_diet.json"
OUT = ROOT / "var" / "bench" / "public_sets.json"
PER_LABEL = 10
SEED = 2026
Line = tuple[str, str]
"""A text and its label."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set with its training part and its tests by name."""

    name: str
    learn: list[Line]
    tests: dict[str, list[Line]]

    def sample(self) -> list[Line]:
        """Return ten lines per label, the same in every run."""
        by_label: dict[str, list[Line]] = defaultdict(list)
        for line in self.learn:
            by_label[line[1]].append(line)
        draw = random.Random(SEED)
        return [
            line
            for label in sorted(by_label)
            for line in draw.sample(by_label[label], min(PER_LABEL, len(by_label[label])))
        ]


def read_lines(path: Path, text: str, label: str) -> list[Line]:
    """Return the lines of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row[text], row[label]) for row in csv.DictReader(file)]


def public_sets(folder: Path = SHARED) -> list[PublicSet]:
    """Return the sets that are here, in a fixed order."""
    english, arabic = folder / "banking77", folder / "arbanking77"
    found = []
    if english.exists():
        learn, test = (
            read_lines(english / f"{part}.csv", "text", "category") for part in ("train", "test")
        )
        found.append(PublicSet("BANKING77", learn, {"English": test}))
    if arabic.exists():
        parts = {
            part: read_lines(arabic / f"Banking77_Arabized_{part}.csv", "text", "label")
            for part in ("MSA_PAL_train", "MSA_test", "PAL_test", "Saudi_test")
        }
        tests = {
            "MSA": parts["MSA_test"],
            "Palestinian": parts["PAL_test"],
            "Saudi": parts["Saudi_test"],
        }
        found.append(PublicSet("ArBanking77", parts["MSA_PAL_train"], tests))
    return found


def accuracy(said: Sequence[str], lines: Sequence[Line]) -> float:
    """Return the share of right labels, in percent."""
    right = sum(one == label for one, (_, label) in zip(said, lines, strict=True))
    return round(100 * right / len(lines), 2)


def measure(learn: Sequence[Line], tests: dict[str, list[Line]]) -> dict[str, Any]:
    """Return accuracy by test, and what learning took."""
    lines = [line for test in tests.values() for line in test]
    verdict = judge(
        [{"text": text, "intent": label} for text, label in learn], [text for text, _ in lines]
    )
    said = iter([one["intent"] for one in verdict.said])
    return {
        "examples": len(learn),
        "accuracy": {
            name: accuracy([next(said) for _ in test], test) for name, test in tests.items()
        },
        "train_s": round(verdict.train_s, 1),
        "train_cpu_s": round(verdict.train_cpu_s, 1),
        "judge_cpu_ms": round(verdict.judge_cpu_ms, 2),
    }


def show(report: dict[str, Any]) -> None:
    """Print one line per set and contestant."""
    print(f"\n{'accuracy, nothing pretrained':<44}{'train s':>9}{'CPU s':>8}")
    for name, rows in report.items():
        for row, figures in rows.items():
            told = " / ".join(f"{test} {value}" for test, value in figures["accuracy"].items())
            print(f"{name} {row}: {told}".ljust(44), end="")
            print(f"{figures['train_s'] or '-':>9}{figures.get('train_cpu_s', '-'):>8}")
            if "ran" in figures:
                print(f"    {figures['ran']}")


def main() -> int:
    """Measure what is here; without the sets say so and do nothing."""
    report: dict[str, Any] = {}
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for one in public_sets():
        print(f"training on {one.name} ...")
        report[one.name] = {
            "ours, all": measure(one.learn, one.tests),
            "ours, ten per intent": measure(one.sample(), one.tests),
            **kept.get(one.name, {}),
        }
    if not report:
        print(f"skipped: {SHARED} is not here")
        return 0
    show(report)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    print(f"\nwritten: {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
