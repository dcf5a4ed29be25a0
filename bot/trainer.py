"""A process that has Rasa imported and waits for work: ``python -m bot.trainer``.

``rasa train`` spends 5 to 20 seconds on imports before it reads a line, and learns anew what it
knew a minute ago. This process keeps what does not change between two trainings of nearly the
same content (``bot.kept``). It runs while somebody releases, and ends with its standard input.

One JSON object a line, in and out:

    {"id": 1, "do": "train", "content": "/a/folder", "config": "config.yml", "model": "/a/x.tar.gz",
     "base": "/a/live.tar.gz", "most": 0.02}
    {"id": 2, "do": "judge", "model": "/a/x.tar.gz", "texts": ["..."], "stories": "/a/folder"}
    {"id": 3, "do": "warm_up", "content": "/a/folder", "base": "/a/live.tar.gz"}
    {"id": 1, "event": "progress", "part": "network", "share": 0.4}
    {"id": 1, "event": "done", "wall_s": 19.8, "cpu_s": 24.1, "memory_mb": 410, ...}
    {"id": 1, "event": "failed", "reason": "..."}
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import gc
import importlib
import json
import os
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.serve import leave_out_tensorflow, stay_on_one_thread

LOOK_EVERY_S = 1.0
SUREST = 3
PARTS = (
    ("domain_provider", "reading", 0.02),
    ("nlu_training_data_provider", "reading", 0.08),
    ("run_bot.tokenizer", "words", 0.13),
    ("train_bot.text_features", "words", 0.22),
    ("run_bot.text_features", "words", 0.33),
    ("train_bot.shared_network", "network", 0.72),
    ("train_bot.department_classifier", "departments", 0.80),
    ("train_bot.faq_retriever", "questions", 0.88),
    ("train_bot.intent_classifier", "intents", 0.97),
)
"""By the beginnings of the graph's node names: what to call it, and how much is done behind it."""


def main() -> None:
    """Work off what comes in until there is no more input."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Rasa prints; standard output is for the protocol
    stay_on_one_thread()
    os.environ["LOG_LEVEL"] = "ERROR"  # else Rasa draws bars over stories
    leave_with_parent()
    if needs_no_tensorflow(Path("config.yml")):
        leave_out_tensorflow()
        leave_out_components()
    trainer = Trainer(lambda said: print(json.dumps(said), file=out, flush=True))
    trainer.tell({"event": "ready", **used()})
    for line in sys.stdin:
        trainer.work(json.loads(line))


def leave_with_parent() -> None:
    """End when the app is gone, in the middle of a training too: nobody waits for it any more."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, name="with-parent", daemon=True).start()


def needs_no_tensorflow(config: Path) -> bool:
    """Tell whether the pipeline is ours alone and the policies are rules."""
    named = re.findall(r"^\s*- name: (\S+)", config.read_text("utf-8"), re.MULTILINE)
    return all(name.startswith("bot.") or name == "RulePolicy" for name in named)


def leave_out_components() -> None:
    """Register the one component of Rasa's own that is used; the others import TensorFlow.

    A process with TensorFlow takes 530 MB before it has read a line, one without 160.
    """
    name = "rasa.engine.recipes.default_components"
    module = ModuleType(name, "Left out by bot.trainer.")
    module.DEFAULT_COMPONENTS = []  # type: ignore[attr-defined]
    sys.modules[name] = module
    place = sys.modules["rasa.graph_components.validators.default_recipe_validator"]
    place.DefaultV1RecipeValidator = importlib.import_module("bot.unlooked").Unlooked  # type: ignore[attr-defined]
    importlib.import_module("rasa.core.policies.rule_policy")  # registers itself


def used() -> dict[str, float]:
    """Return what this process and its children have used so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return {"cpu_s": round(cpu, 2), "memory_mb": own.ru_maxrss // 1024}


class Trainer:
    """Trains and judges, and tells how far it is."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:

        from bot.kept import keep_between_trainings
        from bot.quick_training import make_training_quick
        from bot.relearning import learn_from_earlier

        self.tell = tell
        self._id: Any = None
        self._stages: dict[str, list[float]] = {}
        make_training_quick()
        self._kept = keep_between_trainings()
        self._relearning = learn_from_earlier()
        _tell_of_nodes(self._node_done)

    def work(self, job: dict[str, Any]) -> None:
        """Do one job and tell what came of it, whatever that is."""
        self._id, self._stages = job["id"], {}
        began, before = time.monotonic(), used()
        try:
            with _without_garbage_search():
                result = self._result(job)
        except Exception as error:  # told to who asked; the process goes on
            reason = f"{type(error).__name__}: {error}"
            self.tell({"id": self._id, "event": "failed", "reason": reason})
            return
        now = used()
        cost = {
            "wall_s": round(time.monotonic() - began, 2),
            "cpu_s": round(now["cpu_s"] - before["cpu_s"], 2),
            "memory_mb": now["memory_mb"],
            "stages": self._stages,
        }
        self.tell({"id": self._id, "event": "done", **result, **cost})

    def _result(self, job: dict[str, Any]) -> dict[str, Any]:
        if job["do"] == "train":
            return self._train(job)
        if job["do"] == "warm_up":
            return self._warm_up(job)
        return _judged(job)

    def _warm_up(self, job: dict[str, Any]) -> dict[str, Any]:
        """Read files, count words and open the model: what a training remembers."""
        from rasa.shared.data import get_data_files, is_nlu_file
        from rasa.shared.nlu.training_data import loading

        from bot.text_features import COUNTED
        from bot.views import view

        files = get_data_files([str(Path(job["content"]) / "data")], is_nlu_file)
        lines = [line for file in files for line in loading.load_data(file).intent_examples]
        COUNTED.learn([line.get("text") or "" for line in lines], view, least=2, share=1.0)
        self._relearning.open(Path(job["base"]) if job.get("base") else None)
        return {"lines": len(lines)}

    def _train(self, job: dict[str, Any]) -> dict[str, Any]:
        import rasa

        content, model = Path(job["content"]), Path(job["model"])
        model.parent.mkdir(parents=True, exist_ok=True)
        self._relearning.begin(Path(job["base"]) if job.get("base") else None, job.get("most"))
        with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
            trained = rasa.train(
                domain=str(content / "domain.yml"),
                config=job["config"],
                training_files=[str(content / "data")],
                output=folder,
                fixed_model_name="model",
                force_training=True,
            )
            if trained.code or not trained.model:
                raise RuntimeError(f"training ended with code {trained.code}")
            os.replace(trained.model, model)  # whole, or not there
        self._kept.forget_unused()
        return {"model": str(model), "way": self._relearning.way}

    def _node_done(self, name: str, wall_s: float, cpu_s: float) -> None:
        self._stages[name] = [round(wall_s, 2), round(cpu_s, 2)]
        for beginning, part, share in PARTS:
            if name.startswith(beginning):
                told = {"event": "progress", "part": part, "share": share}
                self.tell({"id": self._id, **told, **used()})


def _surest(ranking: list[dict[str, Any]], key: str) -> dict[str, float]:
    """Return the labels that come first, with their confidence."""
    from bot.labels import UNSURE

    named = [one for one in ranking if one[key] != UNSURE]
    return {one[key]: round(one["confidence"], 4) for one in named[:SUREST]}


def _judged(job: dict[str, Any]) -> dict[str, Any]:
    """Return what a model makes of texts, in their order."""
    from rasa.core.agent import Agent

    from bot.patches import apply_patches

    apply_patches()
    agent = Agent.load(job["model"])

    async def said() -> list[dict[str, Any]]:
        found = []
        for text in job["texts"]:
            told = await agent.parse_message(text)
            answers = told.get("response_selector", {}).get("default", {}).get("ranking", [])
            found.append(
                {
                    "intent": told["intent"]["name"],
                    "confidence": told["intent"]["confidence"],
                    "answer": answers[0]["intent_response_key"] if answers else None,
                    "department": (told.get("department") or {}).get("name"),
                    "variety": told.get("variety"),
                    "sure": {
                        "intent": _surest(told.get("intent_ranking", []), "name"),
                        "answer": _surest(answers, "intent_response_key"),
                        "department": _surest(told.get("department_ranking") or [], "name"),
                    },
                }
            )
        return found

    async def all_of_it() -> dict[str, Any]:
        found: dict[str, Any] = {"said": await said()}
        if "stories" in job:
            from bot.rehearsal import rehearsed, story_files

            told = await rehearsed(agent, story_files(Path(job["stories"])))
            found["stories"] = [dataclasses.asdict(one) for one in told]
        return found

    return asyncio.run(all_of_it())


def _tell_of_nodes(done: Callable[[str, float, float], None]) -> None:
    from rasa.engine.graph import GraphNode

    stock = GraphNode.__call__

    def call(self: GraphNode, *inputs: Any) -> Any:
        began, before = time.monotonic(), used()["cpu_s"]
        result = stock(self, *inputs)
        done(self._node_name, time.monotonic() - began, used()["cpu_s"] - before)
        return result

    GraphNode.__call__ = call


@contextlib.contextmanager
def _without_garbage_search() -> Iterator[None]:
    """Look for garbage once behind the work: during it every example would be looked at again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


if __name__ == "__main__":
    main()
