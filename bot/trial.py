"""Learn from some lines and judge others, with the project's own components and no dialogue.

For ``bench``, which asks in another process: a job as JSON on stdin, a verdict on stdout.

    job: {"learn": [{"text", "intent", "answer"?, "department"?}], "judge": ["text"],
          "folds": 5?}
    verdict: {"said": [{"intent", "confidence", "answers", "department"}], "train_s",
              "train_cpu_s", "judge_cpu_ms"}

With ``folds`` the lines learnt from are judged in turn, each by a pipeline that saw neither
it nor a near-duplicate of it, and nothing else is judged.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_yaml_file

from bot.department_classifier import DepartmentClassifier
from bot.faq_retriever import RESPONSE_SELECTOR, FaqRetriever
from bot.feature_space import FeatureSpace, matrix
from bot.folds import folds_of
from bot.intent_classifier import IntentClassifier
from bot.shared_network import SharedNetwork
from bot.text_features import TextFeatures

FEATURES = (TextFeatures, SharedNetwork)
HEADS = (IntentClassifier, DepartmentClassifier, FaqRetriever)


def learnt(lines: Sequence[dict[str, str]], settings: dict[str, Any]) -> list[Any]:
    """Return the components, trained on the lines with the settings of ``config.yml``."""
    storage = LocalModelStorage.create(Path(tempfile.mkdtemp()))
    examples = TrainingData([_message(line) for line in lines])
    components = []
    for kind in (*FEATURES, *HEADS):
        config = {**kind.get_default_config(), **settings.get(kind.__name__, {})}
        context = ExecutionContext(GraphSchema({}))
        component = kind.create(config, storage, Resource(kind.__name__), context)
        component.train(examples)
        if kind in FEATURES:
            component.process_training_data(examples)
        components.append(component)
    return components


def said(components: Sequence[Any], text: str) -> dict[str, Any]:
    """Return what the components say of a text."""
    message = Message({TEXT: text})
    for component in components:
        component.process([message])
    ranking = (message.get(RESPONSE_SELECTOR) or {}).get("default", {}).get("ranking", [])
    return {
        "intent": message.get("intent")["name"],
        "confidence": message.get("intent")["confidence"],
        "answers": [one["intent_response_key"] for one in ranking],
        "department": (message.get("department") or {}).get("name"),
    }


def crossed(
    lines: Sequence[dict[str, str]], count: int, settings: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return what is said of each line by components that saw no near-duplicate of it."""
    texts = [line["text"] for line in lines]
    space = FeatureSpace.learn(texts)
    folds = folds_of(matrix([space.row(text) for text in texts], space.width), count)
    found: list[dict[str, Any]] = [{}] * len(lines)
    for fold in range(count):
        components = learnt([lines[i] for i in np.flatnonzero(folds != fold)], settings)
        for i in np.flatnonzero(folds == fold):
            found[i] = said(components, texts[i])
    return found


def _message(line: dict[str, str]) -> Message:
    told = {TEXT: line["text"], INTENT: line["intent"]}
    if line.get("answer"):
        told[INTENT_RESPONSE_KEY] = line["answer"]
    if line.get("department"):
        told["metadata"] = {"example": {"department": line["department"]}}
    return Message(told)


def project_settings() -> dict[str, Any]:
    """Return the settings of each component in ``config.yml``, by the name of its class."""
    pipeline = read_yaml_file("config.yml")["pipeline"]
    return {one["name"].rpartition(".")[2]: one for one in pipeline}


def _cpu_s() -> float:
    """Return what this process and those it forked have used."""
    return sum(os.times()[:4])


def main() -> int:
    """Do the job on stdin; nothing is kept."""
    job = json.load(sys.stdin)
    settings = {**project_settings(), **job.get("settings", {})}
    if "folds" in job:
        verdict = {"said": crossed(job["learn"], job["folds"], settings)}
    else:
        wall, used = time.monotonic(), _cpu_s()
        components = learnt(job["learn"], settings)
        verdict = {"train_s": time.monotonic() - wall, "train_cpu_s": _cpu_s() - used}
        used = time.process_time()
        verdict["said"] = [said(components, text) for text in job["judge"]]
        verdict["judge_cpu_ms"] = 1000 * (time.process_time() - used) / len(verdict["said"])
    json.dump(verdict, sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
