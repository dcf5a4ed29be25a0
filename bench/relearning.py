"""``python -m bench.relearning``: is a quick training as good as one that learns all anew?

Of the content's lines, one in ``TESTED`` is set aside. A first model learns the rest without two
whole questions and some single lines; then these come, and a second model goes on from the first
while a third learns all of the same lines anew. Both are asked the lines set aside, those of the
new questions among them, and the regression sets. Writes ``var/bench/relearning.json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from app.bootstrap import PROJECT
from app.trainer_process import TrainerProcess
from content.measuring import read_messages
from content.model import Example
from content.reading import read_content

TESTED = 12
MOST = 0.02
"""The share of lines that may differ for a quick training here."""
NEW_TOPICS, NEW_LINES = 2, 40
SORTS = ("intent", "answer", "department")


def written(examples: Sequence[Example], folder: Path) -> Path:
    """Return a content folder with these lines, and everything else as it ships."""
    for part in ("answers", "rules"):
        shutil.copytree(PROJECT / "data" / part, folder / "data" / part)
    shutil.copy(PROJECT / "domain.yml", folder)
    for language in ("ar", "en"):
        blocks: dict[str, list[dict[str, Any]]] = {}
        for one in examples:
            if one.language == language:
                about = {"variety": one.variety}
                if one.department:
                    about["department"] = one.department
                blocks.setdefault(one.intent, []).append({"text": one.text, "metadata": about})
        nlu = [{"intent": name, "examples": lines} for name, lines in blocks.items()]
        place = folder / "data" / f"nlu_{language}" / "all.yml"
        place.parent.mkdir(parents=True)
        place.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True))
    return folder


def right(
    wanted: Sequence[dict[str, str | None]], said: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return how many of each sort are right, and of how many."""
    found = {}
    for sort in SORTS:
        asked = [(one, told) for one, told in zip(wanted, said, strict=True) if one.get(sort)]
        found[sort] = [sum(told[sort] == one[sort] for one, told in asked), len(asked)]
    return found


async def measure(seed: int, folder: Path) -> dict[str, Any]:
    """Return the figures of one draw."""
    random = Random(seed)
    examples = list(read_content().examples)
    aside = set(random.sample(range(len(examples)), len(examples) // TESTED))
    kept = [one for at, one in enumerate(examples) if at not in aside]
    topics = random.sample(
        sorted({one.intent for one in kept if one.intent[:4] == "faq/"}), NEW_TOPICS
    )
    single = {id(one) for one in random.sample(kept, NEW_LINES)}
    before = [one for one in kept if one.intent not in topics and id(one) not in single]
    trainer = TrainerProcess(PROJECT, folder / "trainer.log")
    models, costs = {}, {}

    async def told(_part: str, _share: float) -> None:
        """Nobody listens."""

    first, second = written(before, folder / "before"), written(kept, folder / "after")
    for name, place, base in (
        ("before", first, None),
        ("quick", second, "before"),
        ("anew", second, None),
    ):
        models[name] = folder / f"{name}.tar.gz"
        await trainer.train(place, models[name], told, base=models.get(base or ""), most=MOST)
        costs[name] = {**trainer.last_training}
    tested = [examples[at] for at in sorted(aside)]
    sets = {
        "set aside": [wanted(one) for one in tested],
        "of the new questions": [wanted(one) for one in tested if one.intent in topics],
        "regression": [
            {"text": one.text, "intent": one.intent, "answer": one.answer}
            for one in read_messages(PROJECT / "tests" / "rasa" / "heldout")
        ],
    }
    figures: dict[str, Any] = {}
    for name, messages in sets.items():
        texts = [str(one["text"]) for one in messages]
        said = {of: (await trainer.judge(models[of], texts)).said for of in ("quick", "anew")}
        pairs = list(zip(said["quick"], said["anew"], strict=True))
        figures[name] = {
            "quick": right(messages, said["quick"]),
            "anew": right(messages, said["anew"]),
            "same": [sum(all(a[s] == b[s] for s in SORTS[:2]) for a, b in pairs), len(pairs)],
            "confidence": round(
                sum(abs(a["confidence"] - b["confidence"]) for a, b in pairs) / len(pairs), 4
            ),
        }
    await trainer.stop()
    changed = len(kept) - len(before)
    return {"seed": seed, "lines": len(kept), "new": changed, "costs": costs, "figures": figures}


def wanted(one: Example) -> dict[str, str | None]:
    """Return an example as what must come out of it."""
    intent, _, topic = one.intent.partition("/")
    answer = one.intent if topic else None
    return {"text": one.text, "intent": intent, "answer": answer, "department": one.department}


def main() -> int:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description="Compare quick trainings with whole ones.")
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    found = []
    for seed in range(given.seeds):
        with tempfile.TemporaryDirectory(prefix="baddala-relearning-") as folder:
            found.append(asyncio.run(measure(seed, Path(folder))))
        print(json.dumps(found[-1], indent=1), flush=True)
    place = PROJECT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    told = {"runs": found, "load": os.getloadavg()}
    place.joinpath("relearning.json").write_text(json.dumps(told, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
