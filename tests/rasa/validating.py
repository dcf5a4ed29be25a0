"""``python -m tests.rasa.validating``: ``rasa data validate`` of one folder after another.

A folder's path a line on standard input, a JSON object a line on standard output. The process
stays, so Rasa is imported once; a file that was found good is not held against the schema
again, and one that was read is not read again.

    {"good": true, "said": []}
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from rasa.cli.utils import validate_files
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils import validation
from ruamel.yaml.resolver import VersionedResolver

from bot import quick_training
from bot.kept import keep_between_trainings

GOOD: set[bytes] = set()
STOCK = validation.validate_yaml_schema


def validate_once(yaml_file_content: str, schema_path: str, *args: Any, **more: Any) -> None:
    """Hold a text against a schema, unless it has passed before."""
    told = hashlib.blake2b(f"{schema_path}\n{yaml_file_content}".encode()).digest()
    if told not in GOOD:
        STOCK(yaml_file_content, schema_path, *args, **more)
        GOOD.add(told)


def validated(folder: Path) -> dict[str, Any]:
    """Return what the command makes of a folder; whatever is wrong ends it there."""
    importer = TrainingDataImporter.load_from_config(
        domain_path=str(folder / "domain.yml"),
        training_data_paths=[str(folder / "data")],
        config_path=str(folder / "config.yml"),
    )
    try:
        validate_files(fail_on_warnings=False, max_history=None, importer=importer)
    except SystemExit as end:
        return {"good": not end.code, "said": [f"ended with {end.code}"]}
    except Exception as error:  # told to who asked
        return {"good": False, "said": [f"{type(error).__name__}: {error}"[:2000]]}
    return {"good": True, "said": []}


def main() -> None:
    """Validate until there is no more input."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Rasa prints
    validation.validate_yaml_schema = validate_once
    keep_between_trainings()
    Message.__deepcopy__ = quick_training._copy  # what is said of the files stays the same
    Message.__hash__ = quick_training._hash
    VersionedResolver.resolve = quick_training._resolved
    for line in sys.stdin:
        told = validated(Path(line.rstrip("\n")))
        print(json.dumps(told, ensure_ascii=False), file=out, flush=True)


if __name__ == "__main__":
    main()
