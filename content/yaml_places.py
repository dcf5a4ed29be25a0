"""Where things stand in a YAML text, and changes to it at those places alone.

PyYAML's C parser gives each value's place to the character; nothing is written by a YAML
emitter, because an emitter writes all of a file anew and wraps, quotes and indents it its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from content.errors import ContentBroken, unreadable

type Node = yaml.Node
COMMENT_OR_EMPTY = ("", "#")


class Unusual(Exception):
    """A place is laid out in a way that cannot be changed piece by piece."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from ``start`` up to ``end`` by ``words``."""

    start: int
    end: int
    words: str


def compose(text: str, place: str) -> yaml.MappingNode:
    """Return the text's nodes.

    Raises:
        ContentBroken: it is no YAML, or not a mapping.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise unreadable(place, error) from error
    if not isinstance(root, yaml.MappingNode):
        raise ContentBroken(place=place, reason="not a mapping", key="no_mapping")
    return root


def child(node: Node | None, key: str) -> Node | None:
    """Return the value under ``key`` of a mapping, None if there is none."""
    found = pair(node, key)
    return found[1] if found else None


def pair(node: Node | None, key: str) -> tuple[Node, Node] | None:
    """Return key and value of a mapping, None if there is none."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name, value
    return None


def in_flow(node: Node | None) -> bool:
    """Tell whether a mapping or a sequence is written in brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def items(node: Node | None) -> list[Node]:
    """Return what a sequence holds; of anything else nothing."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def plain(node: Node | None) -> object:
    """Return the node as texts, lists and dicts; nothing is guessed to be a number or a date."""
    if node is None:
        return None
    if isinstance(node, yaml.MappingNode):
        return {str(name.value): plain(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(value) for value in node.value]
    return str(node.value)


def text_of(node: Node | None) -> str:
    """Return a scalar's text, empty if it is none."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def last_place(node: Node) -> int:
    """Return where the last character of the node's own is over: comments after it do not count."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        ends = [last_place(value) for value in _values(node)]
        return max(ends, default=node.end_mark.index)
    return int(node.end_mark.index)


def _values(node: yaml.CollectionNode) -> Iterator[Node]:
    for value in node.value:
        yield from value if isinstance(value, tuple) else (value,)


def line_start(text: str, at: int) -> int:
    """Return where the line begins that holds ``at``."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line is over that holds ``at``, its line feed included."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def lines_of(text: str, first: Node, last: Node) -> tuple[int, int]:
    """Return from where to where the whole lines go that two nodes and all between them take.

    Raises:
        Unusual: something else stands before the first on its line.
    """
    start = line_start(text, first.start_mark.index)
    if text[start : first.start_mark.index].strip(" -"):
        raise Unusual("shares its line")
    end = last_place(last)
    if end and text[end - 1] != "\n":  # a block scalar ends behind its line already
        end = line_end(text, end)
    while (cut := _without_last_line(text, start, end)) is not None:
        end = cut
    return start, end


def _without_last_line(text: str, start: int, end: int) -> int | None:
    """Return where the lines end without the last, if that is empty."""
    begin = line_start(text, end - 1) if end > start else start
    return begin if begin > start and not text[begin:end].strip() else None


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made.

    Raises:
        Unusual: two of them overlap.
    """
    done = sorted(edits, key=lambda edit: (edit.start, edit.end))
    parts, at = [], 0
    for edit in done:
        if edit.start < at:
            raise Unusual("two changes at one place")
        parts += [text[at : edit.start], edit.words]
        at = edit.end
    return "".join([*parts, text[at:]])
