"""Train the model when what it is made from is newer than the model."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kernel.source_files import source_files

PARTS = ("config.yml", "domain.yml", "data", "bot", "kernel")
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
CONTENT = frozenset({"domain.yml", "data"})
KEPT_MODELS = 12


class TrainingFailed(Exception):
    """Rasa could not train; the message names the log."""


def rasa_python(project: Path) -> Path:
    """Return the interpreter of the Rasa side."""
    return project / "bot" / ".venv" / "bin" / "python"


def rasa_environment(project: Path) -> dict[str, str]:
    """Return this process's environment with Rasa's noise turned off."""
    return {**os.environ, **QUIET, "PYTHONPATH": str(project)}


def content_hash(project: Path, content: Path | None = None) -> str:
    """Return a hash of every file a model is made from; ``content`` is elsewhere than the code."""
    digest = hashlib.sha256()
    for part in PARTS:
        root = content if content is not None and part in CONTENT else project
        for path in source_files(root / part):
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def model_for(project: Path, models: Path, content: Path | None = None) -> Path:
    """Return where the model of the present content lies or will lie."""
    return models / f"baddala-{content_hash(project, content)}.tar.gz"


def ensure_model(
    project: Path,
    models: Path,
    logs: Path,
    say: Callable[[str], None],
    content: Path | None = None,
) -> Path:
    """Return the model of the present content, trained first if there is none yet.

    ``content`` holds ``data/`` and ``domain.yml`` where that is not the project itself.
    ``say`` gets one line of progress about every five seconds. Older models are kept,
    twelve of them, so that a release can be taken back at once.

    Raises:
        TrainingFailed: the training ended without a model.
    """
    model = model_for(project, models, content)
    if model.exists():
        return model
    models.mkdir(parents=True, exist_ok=True)
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / "train.log"
    began = time.monotonic()
    command = [str(rasa_python(project)), "-m", "bot.train", "--out", str(models)]
    command += ["--name", model.name.removesuffix(".tar.gz")]
    if content is not None:
        command += ["--content", str(content.absolute())]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=project,
            env=rasa_environment(project),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        said = began
        while process.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - said >= 5:
                said = time.monotonic()
                say(f"training the model ... {said - began:.0f} s")
    if process.returncode or not model.exists():
        raise TrainingFailed(f"training failed; see {log}")
    say(f"model trained in {time.monotonic() - began:.0f} s: {model.name}")
    forget_old(models)
    return model


def forget_old(models: Path) -> None:
    """Keep the newest models."""
    trained = sorted(models.glob("baddala-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for path in trained[:-KEPT_MODELS]:
        path.unlink(missing_ok=True)
