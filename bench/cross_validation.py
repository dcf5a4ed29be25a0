"""Five folds over ``data/``: each line judged by an engine that saw no near-duplicate of it.

Part of ``make eval FOLDS=5`` (some minutes); alone: ``python -m bench.cross_validation``.
Lines are written to be hard: figures read lower than those of a development set.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.engine import judge_in_turn
from bench.rasa_process import ROOT
from content.model import Example
from content.reading import read_examples

OUT = ROOT / "var" / "eval" / "folds.json"
FAQ = "faq"
KINDS = ("complaint", "suggestion", "consultation")
OUT_OF_SCOPE = "out_of_scope"
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6)
WRONG_COSTS = 3
"""Questions asked back that one wrong step costs (docs/decisions/0007)."""


def line_of(example: Example) -> dict[str, str]:
    """Return an example as ``bot.trial`` reads it."""
    line = {"text": example.text, "intent": example.intent.partition("/")[0]}
    if "/" in example.intent:
        line["answer"] = example.intent
    if example.department:
        line["department"] = example.department
    return line


def figures(examples: Sequence[Example], said: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return shares of right ones, over all and by label and variety."""
    hits: dict[str, list[bool]] = defaultdict(list)
    by_label: dict[str, list[bool]] = defaultdict(list)
    by_variety: dict[str, list[bool]] = defaultdict(list)
    for example, one in zip(examples, said, strict=True):
        line = line_of(example)
        right = one["intent"] == line["intent"]
        hits["intent_accuracy"].append(right)
        by_label[line["intent"]].append(right)
        by_variety[example.variety].append(right)
        if "answer" in line:
            hits["faq_top1"].append(right and one["answers"][:1] == [line["answer"]])
            hits["faq_top3"].append(line["answer"] in one["answers"][:3])
        if line["intent"] in KINDS and example.department:
            hits["department_accuracy"].append(one["department"] == example.department)
    return {
        "lines": len(said),
        **{name: _share(some) for name, some in hits.items()},
        "recall_by_label": {name: _share(some) for name, some in sorted(by_label.items())},
        "accuracy_by_variety": {name: _share(some) for name, some in sorted(by_variety.items())},
        "asking_below": {str(least): _asking(examples, said, least) for least in THRESHOLDS},
    }


def _asking(
    examples: Sequence[Example], said: Sequence[dict[str, Any]], least: float
) -> dict[str, float]:
    """Return what it gives to ask back below a confidence: shares, and their cost."""
    asked, wrong, rejected = [], [], []
    for example, one in zip(examples, said, strict=True):
        label = line_of(example)["intent"]
        outside = one["intent"] == OUT_OF_SCOPE
        doubts = one["confidence"] < least and not outside
        asked.append(doubts)
        wrong.append(one["intent"] != label and not doubts)
        if label != OUT_OF_SCOPE:
            rejected.append(doubts or outside)
    return {
        "asked": _share(asked),
        "wrong": _share(wrong),
        "cost": round(WRONG_COSTS * _share(wrong) + _share(asked), 4),
        "in_scope_rejected": _share(rejected),
    }


def cross_validate(folds: int) -> dict[str, Any]:
    """Judge every line of ``data/`` in turn, keep the figures and return them."""
    examples = list(read_examples(ROOT))
    found = figures(examples, judge_in_turn([line_of(one) for one in examples], folds))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"folds": folds, **found}, indent=1), "utf-8")
    return found


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4)


def main() -> int:
    """Print the figures and write them to ``var/eval/folds.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    print(json.dumps(cross_validate(parser.parse_args().folds), indent=1))
    print(f"written: {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
