"""Our engine as a library: learns from lines and judges others in the Rasa side's Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.training import rasa_environment
from bench.rasa_process import PYTHON, ROOT


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine said of each line, and what learning and judging took."""

    said: list[dict[str, Any]]
    train_s: float
    train_cpu_s: float
    judge_cpu_ms: float


def judge(learn: Sequence[dict[str, str]], texts: Sequence[str]) -> Verdict:
    """Return what the engine says of texts after learning; lines as ``bot.trial`` has them."""
    verdict = _trial({"learn": list(learn), "judge": list(texts)})
    return Verdict(
        verdict["said"], verdict["train_s"], verdict["train_cpu_s"], verdict["judge_cpu_ms"]
    )


def judge_in_turn(lines: Sequence[dict[str, str]], folds: int) -> list[dict[str, Any]]:
    """Return what the engine says of each line when it saw no near-duplicate of it."""
    said: list[dict[str, Any]] = _trial({"learn": list(lines), "folds": folds})["said"]
    return said


def _trial(job: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [str(PYTHON), "-m", "bot.trial"],
        cwd=ROOT,
        env=rasa_environment(ROOT),
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict
