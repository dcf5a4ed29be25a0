"""Train as ``rasa train`` does, without the work that only its cache needs.

``rasa train`` reads every file four times, twice of them in pure Python against a schema,
and hashes every example after each component. ``content.check`` has checked the files
before this runs, and nothing is taken from a cache.

    python -m bot.train --out var/models --name model
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time

import rasa

from bot.quick_training import make_training_quick
from bot.relearning import learn_from_earlier


def main() -> int:
    """Train from the project's own files; return 0, or 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(description="Train the assistant.")
    parser.add_argument("--out", default="var/models")
    parser.add_argument("--name", required=True, help="file name of the model, without ending")
    parser.add_argument("--data", default="data")
    parser.add_argument("--content", default=".", help="folder of domain.yml and the data")
    given = parser.parse_args()
    make_training_quick()
    learn_from_earlier()  # nothing is given: the model notes only what it was learnt from
    gc.disable()  # nothing here goes round in circles, and it would look at each example again
    began = time.monotonic()
    result = rasa.train(
        domain=os.path.join(given.content, "domain.yml"),
        config="config.yml",
        training_files=[os.path.join(given.content, given.data)],
        output=given.out,
        fixed_model_name=given.name,
        force_training=True,
    )
    if result.code or not result.model:
        print(f"training failed with code {result.code}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"{result.model} after {time.monotonic() - began:.0f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
