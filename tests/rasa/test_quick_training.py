"""Leaving out what only Rasa's cache needs changes nothing in the model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from rasa.core.agent import load_agent

from tests.rasa.models import PROJECT, TINY

TRAIN = f"""
import rasa
from bot.quick_training import make_training_quick
make_training_quick()
make_training_quick()
done = rasa.train(
    domain="{TINY}/domain.yml", config="{PROJECT}/config.yml", training_files=["{TINY}/data"],
    output=".", fixed_model_name="quick", force_training=True,
)
assert done.code == 0
"""
TEXTS = ["متى ينزل المعاش", "فاتورة INV-9 متأخرة", "I suggest a faster app", "hello", ""]


def test_a_quick_training_gives_the_model_of_a_slow_one(tmp_path: Path, tiny_model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRAIN],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]

    async def said(model: Path) -> list[dict[str, object]]:
        agent = await load_agent(str(model))
        return [await agent.parse_message(text) for text in TEXTS]

    assert asyncio.run(said(tmp_path / "quick.tar.gz")) == asyncio.run(said(tiny_model))
