"""YAML of which every scalar is text and every mapping knows its line.

Rasa reads its files as YAML 1.2; PyYAML would take a message "no" for False and "1_000"
for a number. Here nothing is guessed: what stands in the file is what comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from content.errors import ContentBroken, unreadable


class Lined(dict[str, Any]):
    """A mapping that knows the line it starts on; ``line`` counts from 1."""

    line = 0


class _TextLoader(yaml.CSafeLoader):
    """The C parser without implicit types."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  # the name and the type are PyYAML's


def _mapping(loader: _TextLoader, node: yaml.MappingNode) -> Lined:
    entries = loader.construct_mapping(node, deep=True)
    found = Lined((str(key), value) for key, value in entries.items())
    found.line = node.start_mark.line + 1
    return found


_TextLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Lined:
    """Return the mapping that the file holds.

    Raises:
        ContentBroken: it is no YAML, or not a mapping.
    """
    try:
        found = yaml.load(path.read_text("utf-8"), Loader=_TextLoader)  # noqa: S506  # a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise unreadable(str(path), error) from error
    if not isinstance(found, Lined):
        raise ContentBroken(place=str(path), reason="not a mapping", key="no_mapping")
    return found
