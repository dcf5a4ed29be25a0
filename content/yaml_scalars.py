"""How a text is written in YAML so that every reader takes it for that text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import yaml

from content.yaml_places import Node

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TAKEN = frozenset(
    ["true", "false", "yes", "no", "on", "off", "null", "none", "nan", "inf", "y", "n"]
)
"""Words that one reader or another takes for a switch or for nothing."""
_FLOW = re.compile(r"[,\[\]{}]")


def quoted(text: str) -> str:
    """Return the text in double quotes; letters of all languages stay as they are."""
    return _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))


def may_be_plain(text: str, *, flow: bool = False) -> bool:
    """Tell whether the text may stand without quotes, on a line of its own or in ``{}``."""
    if not text or not text[0].isalpha() or text.lower() in _TAKEN or not text.isprintable():
        return False
    if _ESCAPED.search(text) or (flow and _FLOW.search(text)):
        return False
    return _reads_as(f"{{a: {text}, b: c}}" if flow else f"a: {text}\nb: c\n", text)


def _reads_as(written: str, text: str) -> bool:
    try:
        found = yaml.load(written, Loader=yaml.CSafeLoader)  # a safe loader
    except (yaml.YAMLError, ValueError):
        return False
    return bool(found == {"a": text, "b": "c"})


def scalar(text: str, *, flow: bool = False) -> str:
    """Return the text plain where that is safe, else in double quotes."""
    return text if may_be_plain(text, flow=flow) else quoted(text)


def rewritten(node: Node, text: str, *, flow: bool = False) -> str:
    """Return the text in the manner the node is written in, if it can be."""
    style = node.style if isinstance(node, yaml.ScalarNode) else None
    if not style:
        return scalar(text, flow=flow)
    if style == "'" and "\n" not in text and not _ESCAPED.search(text) and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return quoted(text)


def flow_list(texts: Iterable[str]) -> str:
    """Return the texts as a list on one line, each in quotes."""
    return "[" + ", ".join(map(quoted, texts)) + "]"


def block_scalar(text: str, indent: str) -> str | None:
    """Return the text as a block of lines without its last line feed, None where it may not be."""
    lines = text.split("\n")
    if _ESCAPED.search(text) or text[:1].isspace() or any(one != one.rstrip() for one in lines):
        return None
    return "|-\n" + "\n".join(indent + one if one else "" for one in lines)
