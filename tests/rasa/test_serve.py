"""A server of ours starts without TensorFlow, answers like Rasa's, and ends with its parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
import rasa

from bot.serve import ONLY_FOR_TENSORFLOW, model_named, needs_tensorflow
from tests.rasa.models import PROJECT

DEAF = """
import signal, time
from bot.serve import end_with_parent
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_with_parent(patience_s=0.2)
print("up", flush=True)
time.sleep(60)
"""
POLITE = DEAF.replace("signal.SIG_IGN", "lambda *_: exit(7)")
LIGHT = """
import asyncio, sys
from pathlib import Path
from bot.serve import leave_out_tensorflow, needs_tensorflow
model = Path(sys.argv[1])
assert not needs_tensorflow(model)
leave_out_tensorflow()
import rasa.cli.run, rasa.core.run
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
agent = Agent.load(model)
out = CollectingOutputChannel()
asyncio.run(agent.handle_message(UserMessage("متى ينزل المعاش", out, "web-لمى-7")))
print("tensorflow" in sys.modules, [message["text"] for message in out.messages])
"""


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("code", "ends_with"), [(DEAF, 1), (POLITE, 7)], ids=["surely", "politely first"]
)
def test_the_end_of_its_input_ends_it(code: str, ends_with: int) -> None:
    with python(code) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "up\n"
        child.stdin.close()
        assert child.wait(10) == ends_with


def test_an_answer_needs_no_tensorflow(tiny_model: Path) -> None:
    said, _ = python(LIGHT, str(tiny_model)).communicate(timeout=120)
    assert said.splitlines()[-1] == "False ['في آخر الشهر']"


THREADS = """
from bot.serve import stay_on_one_thread
stay_on_one_thread()
import scipy.linalg
from threadpoolctl import threadpool_info
print({pool["internal_api"]: pool["num_threads"] for pool in threadpool_info()})
"""


@pytest.mark.parametrize(("told", "threads"), [(None, 1), ("2", min(2, os.cpu_count() or 1))])
def test_a_message_is_worked_out_on_one_thread_unless_told(
    monkeypatch: pytest.MonkeyPatch, told: str | None, threads: int
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if told:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", told)
    said, _ = python(THREADS).communicate(timeout=60)
    assert said.strip() == str({"openblas": threads})


def archive(folder: Path, *used: str) -> Path:
    nodes = {str(place): {"uses": one} for place, one in enumerate(used)}
    content = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    path = folder / "نموذج.tar.gz"
    with tarfile.open(path, "w:gz") as model:
        member = tarfile.TarInfo("./metadata.json")
        member.size = len(content)
        model.addfile(member, BytesIO(content))
    return path


OURS = "bot.intent_classifier.IntentClassifier"
RULES = "rasa.core.policies.rule_policy.RulePolicy"
DIET = "rasa.nlu.classifiers.diet_classifier.DIETClassifier"


@pytest.mark.parametrize(
    ("used", "needs"), [((OURS, RULES), False), ((OURS, DIET), True), (("elsewhere.Part",), True)]
)
def test_a_model_that_may_use_tensorflow_gets_it(
    tmp_path: Path, used: tuple[str, ...], needs: bool
) -> None:
    assert needs_tensorflow(archive(tmp_path, *used)) is needs


def test_the_model_is_the_file_that_is_named(tmp_path: Path) -> None:
    model = archive(tmp_path)
    assert model_named(["rasa", "run", "--model", str(model)]) == model
    assert model_named(["rasa", "run", "-m", str(model), "--port", "5005"]) == model
    assert model_named(["rasa", "run", "--model", str(tmp_path)]) is None
    assert model_named(["rasa", "run"]) is None


@pytest.mark.parametrize("module", ONLY_FOR_TENSORFLOW)
def test_what_is_put_there_stands_for_classes_of_rasas(module: str) -> None:
    source = Path(rasa.__file__).parents[1] / f"{module.replace('.', '/')}.py"
    text = source.read_text("utf-8")
    assert all(f"\nclass {name}(" in text for name in ONLY_FOR_TENSORFLOW[module])
