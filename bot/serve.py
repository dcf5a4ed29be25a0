"""``python -m bot.serve [--with-parent] run ...``: Rasa's own command, lighter and not left behind.

``--with-parent``: ends when standard input is closed, which happens however the process
that holds the other end comes to die. TensorFlow is left out when nothing in the model
uses it: starting took 15.5 seconds of CPU and 598 MB with it, 8.4 and 251 without.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tarfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from types import ModuleType

WITH_PARENT = "--with-parent"
PATIENCE_S = 10.0
WITHOUT_TENSORFLOW = (
    "bot.",
    "rasa.graph_components.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.memoization.",
    "rasa.core.policies.rule_policy.",
    "rasa.nlu.classifiers.regex_message_handler.",
)
"""Where the components come from that are known not to need it."""

ONLY_FOR_TENSORFLOW = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
}
"""What a server imports of Rasa's that imports TensorFlow, for training alone."""


def end_with_parent(patience_s: float = PATIENCE_S) -> None:
    """Watch standard input from a thread; at its end stop politely, then surely."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(patience_s)
        os._exit(1)

    threading.Thread(target=watch, name="with-parent", daemon=True).start()


def model_named(arguments: list[str]) -> Path | None:
    """Return the model archive that Rasa's arguments name."""
    for option, value in pairwise(arguments):
        if option in ("-m", "--model") and Path(value).is_file():
            return Path(value)
    return None


def needs_tensorflow(model: Path) -> bool:
    """Tell whether a part of the model's pipeline or policies may use TensorFlow."""
    with tarfile.open(model) as archive:
        for member in archive:
            if member.name.rsplit("/", 1)[-1] == "metadata.json":
                content = archive.extractfile(member)
                nodes = json.load(content)["predict_schema"]["nodes"] if content else {}
                used = [str(node["uses"]) for node in nodes.values()]
                return not all(one.startswith(WITHOUT_TENSORFLOW) for one in used)
    return True


def leave_out_tensorflow() -> None:
    """Put empty classes where Rasa's modules would import TensorFlow to derive from it."""
    for name, classes in ONLY_FOR_TENSORFLOW.items():
        module = ModuleType(name, "Left out by bot.serve.")
        for one in classes:
            setattr(module, one, type(one, (), {}))
        sys.modules[name] = module


def stay_on_one_thread() -> None:
    """Keep matrix products on the thread that asks, unless the environment says otherwise.

    They are small. Shared out, a second thread waits busily for the next one and takes up to
    40 ms of CPU after each message, on the core that the actions need.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run Rasa with the rest of the arguments."""
    stay_on_one_thread()
    if WITH_PARENT in sys.argv:
        sys.argv.remove(WITH_PARENT)
        end_with_parent()
    model = model_named(sys.argv)
    if model is not None and not needs_tensorflow(model):
        leave_out_tensorflow()
    from rasa.__main__ import main as run_rasa  # after what it imports is arranged

    from bot.model_swap import load_beside_turns

    load_beside_turns()
    run_rasa()


if __name__ == "__main__":
    main()
