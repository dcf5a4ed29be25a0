"""The answer to one question in its file, and changes to the lines of what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from content.entries import FaqEntry, Side
from content.example_lines import replaced
from content.model import Button
from content.yaml_places import (
    Edit,
    Node,
    Unusual,
    child,
    in_flow,
    items,
    last_place,
    line_end,
    lines_of,
    pair,
    plain,
    text_of,
)
from content.yaml_scalars import block_scalar, flow_list, quoted, scalar
from kernel.language import Language

HEADER = 'version: "3.1"\nresponses:\n'
PREFIX = "utter_faq/"
PLAIN_KEYS = ("owner", "segment", "status")
OURS = frozenset({"title", *PLAIN_KEYS, "sources", "valid_from", "valid_until", "stale"})
"""The metadata that the studio writes; whatever else stands there stays."""


def variants(response: Node) -> dict[Language, Node]:
    """Return the variants of a response by language; one without a language is left out."""
    found: dict[Language, Node] = {}
    for node in items(response):
        for condition in items(child(node, "condition")):
            value = text_of(child(condition, "value"))
            if text_of(child(condition, "name")) == "language" and value in list(Language):
                found.setdefault(Language(value), node)
    return found


def side_of(variant: Node | None) -> Side:
    """Return what a variant says, without the questions."""
    about = child(variant, "metadata")
    return Side(
        title=text_of(child(about, "title")).strip(),
        text=text_of(child(variant, "text")).strip(),
        buttons=tuple(
            Button(text_of(child(one, "title")), text_of(child(one, "payload")))
            for one in items(child(variant, "buttons"))
        ),
        stale=text_of(child(about, "stale")) == "true",
    )


def about_of(entry: FaqEntry, side: Side) -> dict[str, str | tuple[str, ...]]:
    """Return the metadata of one side, in the order of the house; what is empty is left out."""
    about: dict[str, str | tuple[str, ...]] = {
        "title": side.title,
        "owner": entry.owner,
        "segment": entry.segment,
        "status": entry.status,
        "sources": entry.sources,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
        "stale": "true" if side.stale else "",
    }
    return {key: value for key, value in about.items() if value}


def changes(text: str, response: Node, entry: FaqEntry) -> Iterator[Edit]:
    """Yield the edits that make the response say what the entry says.

    Raises:
        Unusual: the response must be written anew.
    """
    if in_flow(response):
        raise Unusual("variants on one line")
    present = variants(response)
    if len(present) != len(items(response)):
        raise Unusual("variants of another kind")
    indent = " " * (items(response)[0].start_mark.column - 2)
    added = ""
    for language in Language:
        side, node = entry.side(language), present.get(language)
        if node is None:
            added += variant_lines(entry, language, indent) if side.there else ""
        elif not side.there:
            yield Edit(*lines_of(text, node, node), "")
        else:
            yield from _variant(text, node, entry, side)
    if added:
        place = lines_of(text, response, response)[1]
        lead = "" if text[place - 1] == "\n" else "\n"
        yield Edit(place, place, lead + added)


def _variant(text: str, node: Node, entry: FaqEntry, side: Side) -> Iterator[Edit]:
    if in_flow(node):
        raise Unusual("a variant on one line")
    before, indent = side_of(node), " " * node.start_mark.column
    if before.text != side.text:
        yield from _text(child(node, "text"), side.text)
    if before.buttons != side.buttons:
        yield from _buttons(text, node, side.buttons, indent)
    about = child(node, "metadata")
    wanted = about_of(entry, side)
    if about is None:
        yield _after(text, node, _about_lines(wanted, indent))
    elif not isinstance(about, yaml.MappingNode):
        raise Unusual("metadata of another kind")
    else:
        yield from _about(text, about, wanted)


def _text(node: Node | None, text: str) -> Iterator[Edit]:
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        indent = " " * (node.start_mark.column - len("text: ") + 2)
        words = block_scalar(text, indent) or quoted(text)
        yield Edit(node.start_mark.index, last_place(node), words + "\n")
    else:
        yield replaced(node, text, flow=False)


def _buttons(text: str, node: Node, buttons: Sequence[Button], indent: str) -> Iterator[Edit]:
    old = pair(node, "buttons")
    if old is not None:
        yield Edit(*lines_of(text, *old), button_lines(buttons, indent))
    else:
        behind = pair(node, "text")
        if behind is None:
            raise Unusual("no text")
        place = lines_of(text, *behind)[1]
        yield Edit(place, place, button_lines(buttons, indent))


def _about(
    text: str, about: yaml.MappingNode, wanted: dict[str, str | tuple[str, ...]]
) -> Iterator[Edit]:
    here = {name.value: (name, value) for name, value in about.value}
    gone = [key for key in here if key in OURS and key not in wanted]
    new = [key for key in wanted if key not in here]
    flow = bool(about.flow_style)
    if flow and gone:
        if here.keys() - OURS:
            raise Unusual("other keys on one line")
        written = ", ".join(f"{key}: {_value(key, value)}" for key, value in wanted.items())
        yield Edit(about.start_mark.index, about.end_mark.index, "{" + written + "}")
        return
    for key, value in wanted.items():
        if key in here and _read(here[key][1]) != value:
            yield _value_in_place(text, *here[key], value, flow=flow)
    for key in gone:
        yield Edit(*lines_of(text, *here[key]), "")
    added = [f"{key}: {_value(key, wanted[key])}" for key in new]
    if new and flow:
        end = about.value[-1][1].end_mark.index if about.value else about.end_mark.index - 1
        yield Edit(end, end, ", ".join(["", *added] if about.value else added))
    elif new:
        indent = " " * about.start_mark.column
        yield _after(text, about, "".join(f"{indent}{one}\n" for one in added))


def _value_in_place(
    text: str, name: Node, node: Node, value: str | tuple[str, ...], *, flow: bool
) -> Edit:
    if isinstance(value, str) and isinstance(node, yaml.ScalarNode):
        return replaced(node, value, flow=flow)
    written = _value(str(name.value), value)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        lines = f"{' ' * name.start_mark.column}{name.value}: {written}\n"
        return Edit(*lines_of(text, name, node), lines)
    return Edit(node.start_mark.index, node.end_mark.index, written)


def _read(node: Node) -> object:
    found = plain(node)
    return tuple(found) if isinstance(found, list) else found


def _after(text: str, node: Node, lines: str) -> Edit:
    end = last_place(node)
    place = end if end and text[end - 1] == "\n" else line_end(text, end)
    lead = "" if place and text[place - 1] == "\n" else "\n"
    return Edit(place, place, lead + lines)


def _value(key: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return flow_list(value)
    if key in PLAIN_KEYS:
        return scalar(value, flow=True)
    return value if key == "stale" else quoted(value)


def _about_lines(about: dict[str, str | tuple[str, ...]], indent: str) -> str:
    lines = [f"{indent}  {key}: {_value(key, value)}\n" for key, value in about.items()]
    return f"{indent}metadata:\n{''.join(lines)}"


def button_lines(buttons: Sequence[Button], indent: str) -> str:
    """Return the lines of the buttons, none if there are none."""
    if not buttons:
        return ""
    one = "{}- {{title: {}, payload: {}}}\n"
    lines = [one.format(indent, quoted(b.title), quoted(b.payload)) for b in buttons]
    return f"{indent}buttons:\n{''.join(lines)}"


def variant_lines(entry: FaqEntry, language: Language, indent: str) -> str:
    """Return the lines of one side, as the house writes them."""
    side, inner = entry.side(language), indent + "  "
    return (
        f"{indent}- condition: [{{type: slot, name: language, value: {language.value}}}]\n"
        f"{inner}text: {quoted(side.text)}\n"
        f"{button_lines(side.buttons, inner)}"
        f"{_about_lines(about_of(entry, side), inner)}"
    )


def response_lines(entry: FaqEntry, indent: str = "  ") -> str:
    """Return the lines of an answer, as the house writes them."""
    sides = [lang for lang in Language if entry.side(lang).there]
    lines = "".join(variant_lines(entry, language, indent) for language in sides)
    return f"{indent}{PREFIX}{entry.topic}:\n{lines}"
