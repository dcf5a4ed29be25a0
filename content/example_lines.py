"""The examples of one intent in one file, and changes to the lines of those that change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import yaml

from content.entries import Labelled
from content.errors import ContentBroken
from content.yaml_places import Edit, Node, Unusual, child, in_flow, items, lines_of, text_of
from content.yaml_scalars import rewritten, scalar

HEADER = 'version: "3.1"\nnlu:\n'


@dataclass(frozen=True, slots=True)
class Block:
    """One ``- intent:`` of a file."""

    intent: str
    node: Node
    examples: tuple[tuple[Node, Labelled], ...]


def blocks(root: Node, place: str) -> Iterator[Block]:
    """Yield the blocks of a file.

    Raises:
        ContentBroken: an example is not a mapping with a text.
    """
    for node in items(child(root, "nlu")):
        examples = []
        for item in items(child(node, "examples")):
            text = text_of(child(item, "text"))
            if not text:
                where = f"{place}:{item.start_mark.line + 1}"
                reason = "an example has no text"
                raise ContentBroken(place=where, reason=reason, key="example_without_text")
            examples.append((item, _labelled(item)))
        yield Block(text_of(child(node, "intent")), node, tuple(examples))


def _labelled(item: Node) -> Labelled:
    about = child(item, "metadata")
    return Labelled(
        text=text_of(child(item, "text")).strip(),
        variety=text_of(child(about, "variety")),
        department=text_of(child(about, "department")) or None,
    )


def changes(text: str, block: Block, wanted: Sequence[Labelled]) -> list[Edit]:
    """Return the edits that make the block's examples the wanted ones, in this order.

    Raises:
        Unusual: the block must be written anew.
    """
    if not wanted:
        return [Edit(*lines_of(text, block.node, block.node), "")]
    if not block.examples or in_flow(child(block.node, "examples")):
        raise Unusual("no list of lines")
    mine = [one for _, one in block.examples]
    edits: list[Edit] = []
    for kind, low, high, start, stop in SequenceMatcher(
        None, mine, list(wanted), autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        both = min(high - low, stop - start)
        for offset in range(both):
            edits += _changed(text, block.examples[low + offset][0], wanted[start + offset])
        for node, _ in block.examples[low + both : high]:
            edits.append(Edit(*lines_of(text, node, node), ""))
        if stop - start > both:
            edits.append(_inserted(text, block, low + both, wanted[start + both : stop]))
    return edits


def _inserted(text: str, block: Block, at: int, new: Sequence[Labelled]) -> Edit:
    """Return the edit that puts examples before the one at ``at``, behind the one before it."""
    nodes = [node for node, _ in block.examples]
    indent = " " * (nodes[0].start_mark.column - 2)
    written = "".join(example_lines(one, indent) for one in new)
    if at == 0:
        place = lines_of(text, nodes[0], nodes[0])[0]
    else:
        place = lines_of(text, nodes[at - 1], nodes[at - 1])[1]
    if place and text[place - 1] != "\n":
        written = "\n" + written
    return Edit(place, place, written)


def _changed(text: str, item: Node, wanted: Labelled) -> Iterator[Edit]:
    before = _labelled(item)
    words = child(item, "text")
    about = child(item, "metadata")
    if before.text != wanted.text:
        yield replaced(words, wanted.text, flow=in_flow(item))
    for key, old, new in (
        ("variety", before.variety, wanted.variety),
        ("department", before.department, wanted.department),
    ):
        if old == new:
            continue
        value = child(about, key)
        if value is None or new is None:
            yield from _about_anew(about, wanted)
            return
        yield replaced(value, new, flow=True)


def _about_anew(about: Node | None, wanted: Labelled) -> Iterator[Edit]:
    """Write the metadata of an example anew; Unusual unless it holds our two keys on one line."""
    if about is None or not isinstance(about, yaml.MappingNode) or not about.flow_style:
        raise Unusual("metadata in its own form")
    others = {name.value for name, _ in about.value} - {"variety", "department"}
    if others:
        raise Unusual("metadata with more keys")
    yield Edit(about.start_mark.index, about.end_mark.index, _about(wanted))


def replaced(node: Node | None, new: str, *, flow: bool) -> Edit:
    """Return the edit that replaces a scalar on its lines.

    Raises:
        Unusual: it is none, or a block of lines.
    """
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
        raise Unusual("a block of lines")
    return Edit(node.start_mark.index, node.end_mark.index, rewritten(node, new, flow=flow))


def _about(example: Labelled) -> str:
    about = {"department": example.department, "variety": example.variety}
    return "{" + ", ".join(f"{k}: {scalar(v, flow=True)}" for k, v in about.items() if v) + "}"


def example_lines(example: Labelled, indent: str = "  ") -> str:
    """Return the lines of one example, as the house writes them."""
    text = scalar(example.text)
    return f"{indent}- text: {text}\n{indent}  metadata: {_about(example)}\n"


def block_lines(intent: str, examples: Sequence[Labelled], indent: str = "") -> str:
    """Return the lines of a block, as the house writes them."""
    lines = "".join(example_lines(one, indent + "  ") for one in examples)
    return f"{indent}- intent: {intent}\n{indent}  examples:\n{lines}"


def intent_indent(root: Node) -> str:
    """Return how far the blocks of a file are indented."""
    found = items(child(root, "nlu"))
    return " " * (found[0].start_mark.column - 2) if found else ""
