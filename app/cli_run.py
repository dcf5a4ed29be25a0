"""The commands that start, migrate and train."""

from __future__ import annotations

import argparse
import sys

from app.bootstrap import PROJECT
from app.free_ports import CannotStart
from app.running import live_content, migrate, run, serve, train
from app.settings import Settings
from app.training import TrainingFailed, model_for
from content.errors import ContentBroken


def start(given: argparse.Namespace, settings: Settings) -> int:
    """Run ``run``, ``serve``, ``migrate`` or ``train``; return the exit code."""
    try:
        match given.command:
            case "run":
                run(settings, _say)
            case "serve":
                serve(settings, _say)
            case "migrate":
                migrate(settings)
                _say("The database is at the newest version.")
            case "train":
                if given.again:
                    model = model_for(PROJECT, settings.models, live_content(settings))
                    model.unlink(missing_ok=True)
                _say(f"The model is {train(settings, _say)}")
    except (CannotStart, ContentBroken, TrainingFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, flush=True)
