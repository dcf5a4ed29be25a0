"""Change one entry in a file's text, and make sure that nothing else has changed.

First the smallest edits are tried. What is laid out too unusually for them is written anew as a
whole entry. Either way the result is read again and compared: what was to change, and the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from content import answer_lines, example_lines
from content.answer_lines import PREFIX, side_of, variants
from content.entries import FaqEntry, Labelled
from content.errors import ContentBroken, InvalidContent, Problem
from content.parsed_files import ParsedFile, parsed
from content.yaml_places import Edit, Node, Unusual, applied, child, lines_of, plain
from kernel.language import Language


def spliced_answer(file: ParsedFile, topic: str, entry: FaqEntry | None) -> str | None:
    """Return the file's text with the answer to a topic changed, added or (None) taken away.

    None comes back when nothing else is left in the file.

    Raises:
        InvalidContent: the file is laid out so that the entry cannot be changed alone.
    """
    for anew in (False, True):
        try:
            text = _answer(file, topic, entry, anew=anew)
        except Unusual:
            continue
        if text is None or _answer_right(file, topic, entry, text):
            return text
    raise InvalidContent(topic, (Problem(file.name, "cannot_be_changed_alone"),))


def _answer(file: ParsedFile, topic: str, entry: FaqEntry | None, *, anew: bool) -> str | None:
    text = file.text
    here = next((pair for pair in file.responses if pair[0].value == PREFIX + topic), None)
    if here is None:
        indent = _indent(file.responses[0][0]) if file.responses else "  "
        return _appended(text, answer_lines.response_lines(entry, indent)) if entry else text
    if entry is None:
        if len(file.responses) == 1:
            return None
        return applied(text, [Edit(*lines_of(text, *here), "")])
    if anew:
        lines = answer_lines.response_lines(entry, _indent(here[0]))
        return applied(text, [Edit(*lines_of(text, *here), lines)])
    return applied(text, answer_lines.changes(text, here[1], entry))


def _answer_right(file: ParsedFile, topic: str, entry: FaqEntry | None, text: str) -> bool:
    try:
        now = parsed(file.name, text)
    except ContentBroken:
        return False
    before = {n.value: plain(r) for n, r in file.responses if n.value != PREFIX + topic}
    after = {n.value: plain(r) for n, r in now.responses if n.value != PREFIX + topic}
    if before != after or _beside(file.root, "responses") != _beside(now.root, "responses"):
        return False
    mine = next((r for n, r in now.responses if n.value == PREFIX + topic), None)
    if entry is None or mine is None:
        return entry is None and mine is None
    found = variants(mine)
    for language in Language:
        side, node = entry.side(language), found.get(language)
        if (node is not None) != side.there:
            return False
        if node is None:
            continue
        wanted = answer_lines.about_of(entry, side)
        about = plain(child(node, "metadata"))
        said = side_of(node)
        if said != replace(side, questions=()) or not isinstance(about, dict):
            return False
        for key in answer_lines.OURS:
            value = about.get(key, "")
            if (tuple(value) if isinstance(value, list) else value) != wanted.get(key, ""):
                return False
    return True


def spliced_examples(
    file: ParsedFile, intent: str, nth: int | None, wanted: Sequence[Labelled]
) -> str | None:
    """Return the file's text with the nth block of an intent changed; ``nth`` None adds one.

    None comes back when nothing else is left in the file.

    Raises:
        InvalidContent: the file is laid out so that the block cannot be changed alone.
    """
    for anew in (False, True):
        try:
            text = _examples(file, intent, nth, wanted, anew=anew)
        except Unusual:
            continue
        if text is None or _examples_right(file, intent, nth, wanted, text):
            return text
    raise InvalidContent(intent, (Problem(file.name, "cannot_be_changed_alone"),))


def _examples(
    file: ParsedFile, intent: str, nth: int | None, wanted: Sequence[Labelled], *, anew: bool
) -> str | None:
    text, indent = file.text, example_lines.intent_indent(file.root)
    if nth is None:
        return _appended(text, example_lines.block_lines(intent, wanted, indent))
    block = [one for one in file.blocks if one.intent == intent][nth]
    if not wanted and len(file.blocks) == 1:
        return None
    if anew and wanted:
        lines = example_lines.block_lines(intent, wanted, indent)
        return applied(text, [Edit(*lines_of(text, block.node, block.node), lines)])
    return applied(text, example_lines.changes(text, block, wanted))


def _examples_right(
    file: ParsedFile, intent: str, nth: int | None, wanted: Sequence[Labelled], text: str
) -> bool:
    try:
        now = parsed(file.name, text)
        after = [(block.intent, plain(block.node), block.examples) for block in now.blocks]
    except ContentBroken:
        return False
    before = [(block.intent, plain(block.node)) for block in file.blocks]
    mine = [index for index, (name, _) in enumerate(before) if name == intent]
    if nth is None:
        before.append((intent, None))
        at = len(before) - 1
    else:
        at = mine[nth]
    if not wanted:
        del before[at]
        return [one[:2] for one in after] == before
    if len(after) != len(before) or after[at][0] != intent:
        return False
    others = [one[:2] for index, one in enumerate(after) if index != at]
    if others != [one for index, one in enumerate(before) if index != at]:
        return False
    said = [one for _, one in after[at][2]]
    return said == list(wanted) and _beside(file.root, "nlu") == _beside(now.root, "nlu")


def _beside(root: Node, key: str) -> dict[str, object]:
    found = plain(root)
    return {k: v for k, v in found.items() if k != key} if isinstance(found, dict) else {}


def _indent(name: Node) -> str:
    return " " * int(name.start_mark.column)


def _appended(text: str, lines: str) -> str:
    """Return the text with lines behind its last line."""
    return text + ("" if not text or text.endswith("\n") else "\n") + lines
