"""A content folder that is read and changed entry by entry: only the lines that change, change.

Hand edits and the studio's meet in the same files. Every change names the version it was made
from; if the entry's lines are others by now, nothing is written and what stands there is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from content import answer_lines, example_lines
from content.answer_lines import PREFIX, side_of, variants
from content.atomic import sole_writer, write_all
from content.entries import (
    FaqEntry,
    IntentExamples,
    Labelled,
    Question,
    Side,
    example_problems,
    marked_stale,
    problems_of,
)
from content.errors import EditConflict, InvalidContent, Problem
from content.example_lines import Block
from content.parsed_files import ANSWERS, ParsedFile, ParsedFiles, nlu_folder, parsed
from content.splicing import spliced_answer, spliced_examples
from content.yaml_places import Node, child, items, lines_of, plain, text_of
from kernel.language import Language


class ContentFolder:
    """The entries and examples under ``root``, which holds ``data/`` and ``domain.yml``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files = ParsedFiles(root)

    @classmethod
    def filled(cls, root: Path, source: Path) -> ContentFolder:
        """Return a folder, filled with what another says if it says nothing yet."""
        root.mkdir(parents=True, exist_ok=True)
        folder = cls(root)
        if not (root / "domain.yml").exists():
            folder.take_over(source)
        return folder

    def topics(self) -> list[str]:
        """Return the ids of all questions that have an answer, in the order of the files."""
        return [
            str(name.value).removeprefix(PREFIX)
            for file in self._files.answers()
            for name, _ in file.responses
            if str(name.value).startswith(PREFIX)
        ]

    def entries(self) -> list[FaqEntry]:
        """Return all entries in the order of the files.

        Raises:
            ContentBroken: a file cannot be read.
        """
        asked = {language: self._asked(language) for language in Language}
        return [
            self._entry(topic, response, asked)
            for file in self._files.answers()
            for name, response in file.responses
            if (topic := str(name.value).removeprefix(PREFIX)) != name.value
        ]

    def entry(self, topic: str) -> FaqEntry | None:
        """Return one entry, None if there is none; raises ContentBroken."""
        found = self._response(topic)
        if found is None:
            return None
        return self._entry(topic, found[2], {lang: self._asked(lang) for lang in Language})

    def version(self, topic: str) -> str | None:
        """Return a fingerprint of the entry's lines in all files, None if there is no entry."""
        found = self._response(topic)
        if found is None:
            return None
        file, name, response = found
        pieces = [_lines(file, name, response)]
        for language in Language:
            pieces += [_lines(f, b.node, b.node) for f, b in self._blocks(_intent(topic), language)]
        return _fingerprint(pieces)

    def save(self, entry: FaqEntry, *, seen: str | None) -> FaqEntry:
        """Write an entry, new or changed; return it as it stands now, stale marks included.

        Args:
            entry: what shall stand there.
            seen: the version it was changed from; None for a new one.

        Raises:
            EditConflict: the entry's lines are not those of ``seen``.
            InvalidContent: it cannot be written down.
            ContentBroken: a file cannot be read.
        """
        problems = tuple(problems_of(entry))
        if problems:
            raise InvalidContent(entry.topic, problems)
        with sole_writer(self.root):
            before = self.entry(entry.topic)
            self._refuse_old(entry.topic, self.version(entry.topic), seen, before)
            after = marked_stale(before, entry)
            texts: dict[str, str | None] = {}
            self._answer(after, texts)
            for language in Language:
                side = after.side(language)
                wanted = [Labelled(one.text, one.variety, after.owner) for one in side.questions]
                name = f"{nlu_folder(language)}/faq_{after.segment}.yml"
                self._examples(_intent(after.topic), language, wanted, name, texts)
            self._write(texts)
        return after

    def remove(self, topic: str, *, seen: str | None) -> None:
        """Take an entry away with its questions.

        Raises:
            EditConflict: the entry's lines are not those of ``seen``.
        """
        with sole_writer(self.root):
            self._refuse_old(topic, self.version(topic), seen, self.entry(topic))
            found = self._response(topic)
            if found is None:
                return
            texts: dict[str, str | None] = {found[0].name: spliced_answer(found[0], topic, None)}
            for language in Language:
                self._examples(_intent(topic), language, (), "", texts)
            self._write(texts)

    def take_over(self, source: Path) -> None:
        """Say all that another folder says, all files at one moment; what says so stays."""
        with sole_writer(self.root):
            mine, theirs = _texts(self.root), _texts(source)
            changed: dict[str, str | None] = {
                name: text for name, text in theirs.items() if mine.get(name) != text
            }
            changed |= dict.fromkeys(mine.keys() - theirs.keys())
            if changed:
                write_all(self.root, changed)

    def intents(self) -> list[IntentExamples]:
        """Return what is taught for every intent that is no question, in the order of the domain.

        Raises:
            ContentBroken: a file cannot be read.
        """
        domain = self._files.get("domain.yml")
        asked = {language: self._asked(language) for language in Language}
        named = [plain(one) for one in items(child(domain.root if domain else None, "intents"))]
        names = [next(iter(one)) if isinstance(one, dict) else str(one) for one in named]
        return [
            IntentExamples(name, {lang: tuple(asked[lang].get(name, ())) for lang in Language})
            for name in names
            if any(name in asked[language] for language in Language)
        ]

    def examples(self, intent: str, language: Language) -> tuple[Labelled, ...]:
        """Return what is taught for an intent in one language; raises ContentBroken."""
        return tuple(self._asked(language).get(intent, ()))

    def examples_version(self, intent: str, language: Language) -> str:
        """Return a fingerprint of the lines of an intent's examples in one language."""
        return _fingerprint([_lines(f, b.node, b.node) for f, b in self._blocks(intent, language)])

    def save_examples(
        self, intent: str, language: Language, examples: Sequence[Labelled], *, seen: str
    ) -> None:
        """Write what is taught for an intent in one language, in this order.

        Raises:
            EditConflict: the lines are not those of ``seen``; ``theirs`` is what they say.
            InvalidContent: something cannot be written down, or the intent is unknown.
        """
        problems = tuple(example_problems(tuple(examples), language, f"{language.value}.examples"))
        if intent not in {one.intent for one in self.intents()}:
            problems += (Problem("intent", "unknown", intent),)
        if problems:
            raise InvalidContent(intent, problems)
        with sole_writer(self.root):
            theirs = self.examples(intent, language)
            self._refuse_old(intent, self.examples_version(intent, language), seen, theirs)
            texts: dict[str, str | None] = {}
            name = f"{nlu_folder(language)}/{intent}.yml"
            self._examples(intent, language, examples, name, texts)
            self._write(texts)

    def _refuse_old(self, what: str, now: str | None, seen: str | None, theirs: object) -> None:
        if now != seen:
            raise EditConflict(what, theirs)

    def _response(self, topic: str) -> tuple[ParsedFile, Node, Node] | None:
        for file in self._files.answers():
            for name, response in file.responses:
                if name.value == PREFIX + topic:
                    return file, name, response
        return None

    def _blocks(self, intent: str, language: Language) -> list[tuple[ParsedFile, Block]]:
        return [
            (file, block)
            for file in self._files.nlu(language)
            for block in file.blocks
            if block.intent == intent
        ]

    def _asked(self, language: Language) -> dict[str, list[Labelled]]:
        asked: dict[str, list[Labelled]] = {}
        for file in self._files.nlu(language):
            for block in file.blocks:
                asked.setdefault(block.intent, []).extend(one for _, one in block.examples)
        return asked

    def _entry(
        self, topic: str, response: Node, asked: dict[Language, dict[str, list[Labelled]]]
    ) -> FaqEntry:
        found = variants(response)
        sides: dict[Language, Side] = {}
        for language in Language:
            questions = asked[language].get(_intent(topic), [])
            sides[language] = replace(
                side_of(found.get(language)),
                questions=tuple(Question(one.text, one.variety) for one in questions),
            )
        about = next((child(node, "metadata") for node in found.values()), None)
        return FaqEntry(
            topic=topic,
            ar=sides[Language.AR],
            en=sides[Language.EN],
            owner=text_of(child(about, "owner")),
            segment=text_of(child(about, "segment")),
            status=text_of(child(about, "status")),
            sources=tuple(text_of(one) for one in items(child(about, "sources"))),
            valid_from=_day(child(about, "valid_from")),
            valid_until=_day(child(about, "valid_until")),
        )

    def _answer(self, entry: FaqEntry, texts: dict[str, str | None]) -> None:
        found = self._response(entry.topic)
        name = found[0].name if found else f"{ANSWERS}/faq_{entry.segment}.yml"
        file = self._files.get(name) or parsed(name, answer_lines.HEADER)
        texts[name] = spliced_answer(file, entry.topic, entry)

    def _examples(
        self,
        intent: str,
        language: Language,
        wanted: Sequence[Labelled],
        new_file: str,
        texts: dict[str, str | None],
    ) -> None:
        """Share the wanted examples out among the blocks there are, and change those."""
        here = self._blocks(intent, language)
        if not here:
            if wanted:
                file = self._files.get(new_file) or parsed(new_file, example_lines.HEADER)
                texts[new_file] = spliced_examples(file, intent, None, wanted)
            return
        at = 0
        for index, (file, block) in enumerate(here):
            last = index == len(here) - 1
            share = wanted[at:] if last else wanted[at : at + len(block.examples)]
            at += len(share)
            known = texts.get(file.name)
            file = file if known is None else parsed(file.name, known)
            nth = sum(1 for other, _ in here[:index] if other.name == file.name)
            texts[file.name] = spliced_examples(file, intent, nth, share)

    def _write(self, texts: dict[str, str | None]) -> None:
        changed: dict[str, str | None] = {}
        for name, text in texts.items():
            old = self._files.get(name)
            if text != (old.text if old else None):
                changed[name] = text
        if changed:
            write_all(self.root, changed)


def _texts(root: Path) -> dict[str, str]:
    """Return every content file by its path."""
    files = [path for path in (root / "data").rglob("*") if path.suffix in (".yml", ".md")]
    return {
        str(path.relative_to(root)): path.read_bytes().decode("utf-8")
        for path in (*files, root / "domain.yml")
        if path.exists()
    }


def _intent(topic: str) -> str:
    return f"faq/{topic}"


def _lines(file: ParsedFile, first: Node, last: Node) -> str:
    start, end = lines_of(file.text, first, last)
    return file.text[start:end]


def _fingerprint(pieces: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()[:16]


def _day(node: Node | None) -> date | None:
    try:
        return date.fromisoformat(text_of(node)) if node is not None else None
    except ValueError:
        return None
