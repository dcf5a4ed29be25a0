"""Check a content folder before its release: ``python -m content.release_check``.

Arguments: the content, what it is based on, the project, and departments added at the desk.

A process of its own, because it takes some seconds of CPU that people who chat do not wait for.
It prints a JSON list of findings; those whose rule begins with "note" do not stop a release.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from content.check import findings_of
from content.entries import FaqEntry
from content.errors import ContentBroken
from content.finding import NOTE, Finding
from content.folder import ContentFolder
from content.model import Example
from content.near_duplicates import near_duplicates
from content.reading import read_content, read_examples
from kernel.language import Language

LONGEST_TEXT = 1024
"""WhatsApp's limit for the body of a message with buttons; plain text may have 4,096."""
LONGEST_PLAIN = 4096
LONGEST_BUTTON = 20
MOST_BUTTONS = 3
"""WhatsApp's reply buttons; its lists take ten rows, which our channel makes of more buttons."""
MOST_ROWS = 10

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"\d+(?:[.,:/٫٬]\d+)*")
_MARKUP = re.compile(r"<[a-zA-Z/][^>]*>|\[[^\]]+\]\([^)]+\)")


def findings(
    folder: Path, base: Path, project: Path, added: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the content, and notes on what changed against ``base``.

    ``added``: departments that were added at the desk.
    """
    try:
        content = read_content(folder)
    except ContentBroken as error:
        place = str(error.facts["place"]).removeprefix(f"{folder}/")
        yield Finding("schema", place, str(error.facts["reason"]), error.key, error.told)
        return
    yield from findings_of(content, project, added)
    ours = ContentFolder(folder)  # while it is there, what is the same in both is read once
    now = {entry.topic: entry for entry in ours.entries()}
    before = {entry.topic: entry for entry in ContentFolder(base).entries()}
    for topic, entry in now.items():
        if entry != before.get(topic):
            yield from entry_findings(entry, before.get(topic))
    new = _new_in(content.examples, folder, base)
    if new:
        yield from _alike(content.examples, new)


def _new_in(examples: Sequence[Example], folder: Path, base: Path) -> set[tuple[str, str]]:
    """Return text and label of the examples that were not there before, whatever the file."""
    changed = {
        str(path.relative_to(root))
        for root, other in ((folder, base), (base, folder))
        for path in root.glob("data/nlu_*/*.yml")
        if not same_file(path, other / path.relative_to(root))
    }
    old = {(one.text, one.label) for one in read_examples(base, changed)}
    here = [one for one in examples if one.place.rpartition(":")[0] in changed]
    return {(one.text, one.label) for one in here} - old


def same_file(one: Path, other: Path) -> bool:
    """Tell whether both are there and say the same, byte for byte."""
    return other.exists() and one.read_bytes() == other.read_bytes()


def _alike(examples: Sequence[Example], new: set[tuple[str, str]]) -> Iterator[Finding]:
    ours = frozenset(at for at, one in enumerate(examples) if (one.text, one.label) in new)
    for pair in near_duplicates(examples, ours):
        mine = [one for one in (pair.first, pair.second) if (one.text, one.label) in new]
        if mine and (pair.equal or not pair.same_label):
            other = pair.second if mine[0] is pair.first else pair.first
            yield Finding(
                "repeated",
                mine[0].place,
                f"like {other.label} at {other.place}",
                "like",
                {"label": other.label, "place": other.place},
            )


def entry_findings(entry: FaqEntry, before: FaqEntry | None) -> Iterator[Finding]:
    """Yield what is wrong with one entry, and what its reviewer should look at."""
    for language in Language:
        side, where = entry.side(language), f"{entry.topic}.{language.value}"
        if not side.there:
            yield Finding("both languages", where, "no answer", "no_answer")
            continue
        if side.stale:
            what = "the other language has changed since"
            yield Finding("both languages", where, what, "stale")
        limit = LONGEST_TEXT if side.buttons else LONGEST_PLAIN
        if len(side.text) > limit:
            told = f"{len(side.text)} characters, not {limit} at most"
            facts = {"length": str(len(side.text)), "limit": str(limit)}
            yield Finding("length", where, told, "long_text", facts)
        if len(side.buttons) > MOST_ROWS:
            told = f"{len(side.buttons)} buttons, not {MOST_ROWS} at most"
            facts = {"number": str(len(side.buttons)), "limit": str(MOST_ROWS)}
            yield Finding("length", where, told, "many_buttons", facts)
        for button in side.buttons:
            if len(button.title) > LONGEST_BUTTON:
                told, facts = f"the button {button.title} is too long", {"title": button.title}
                yield Finding("length", where, told, "long_button", facts)
        for link in _LINK.findall(side.text):
            if not good_link(link.rstrip(".,،؛;:!?؟)»")):
                told = f"{link} is no whole address"
                yield Finding("links", where, told, "link", {"link": link})
        if _MARKUP.search(side.text):
            yield Finding("markup", where, "markup that no channel shows", "markup")
        if before is not None and before.side(language).there:
            yield from _figures(entry, before, language, where)
    for source in entry.sources:
        if not good_link(source):
            told = f"the source {source} is no whole address"
            yield Finding("links", entry.topic, told, "source", {"link": source})
    if entry.ar.there and entry.en.there and numbers(entry.ar.text) != numbers(entry.en.text):
        differ = ", ".join(sorted(numbers(entry.ar.text) ^ numbers(entry.en.text)))
        told, facts = f"in one language only: {differ}", {"figures": differ}
        yield Finding(f"{NOTE}: figures", entry.topic, told, "one_sided", facts)


def _figures(
    entry: FaqEntry, before: FaqEntry, language: Language, where: str
) -> Iterator[Finding]:
    """Numbers, dates and laws that changed while the source that vouches for them did not."""
    now, then = numbers(entry.side(language).text), numbers(before.side(language).text)
    if now - then and entry.sources == before.sources:
        told = ", ".join(sorted(now - then))
        rule = "figures" if entry.status == "sourced" else f"{NOTE}: figures"
        what = f"{told} is new and the source is the same"
        yield Finding(rule, where, what, "new_figures", {"figures": told})


def numbers(text: str) -> set[str]:
    """Return the numbers, dates and times of a text, in Latin digits."""
    latin = text.translate({ord("٠") + n: str(n) for n in range(10)})
    return {found.replace("٫", ".").replace("٬", ",") for found in _NUMBER.findall(latin)}


def good_link(link: str) -> bool:
    """Tell whether a link is whole: a scheme we know and a host with a dot."""
    if link.startswith("www."):
        link = f"https://{link}"
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        return False


def main(folder: str, base: str, project: str, *added: str) -> None:
    """Print the findings."""
    found = [asdict(one) for one in findings(Path(folder), Path(base), Path(project), added)]
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
