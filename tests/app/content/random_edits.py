"""Edits by the studio and by hand on the same files, drawn at random, and what must hold after."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import unified_diff
from pathlib import Path
from random import Random

import pytest
from ruamel.yaml import YAML

from content.entries import FaqEntry, Question, Side
from content.errors import EditConflict
from content.folder import ContentFolder
from content.minimums import PER_TOPIC
from content.model import Button
from content.reading import PROJECT
from kernel.language import Language

WORDS = {
    Language.AR: ("رسوم", "فاتورة", "المورّد", "منصة «eSupply»", "بند", "طلب،", "موعد؛", "نقطة:"),
    Language.EN: ("fee", "invoice", "supplier's", "portal", "item:", "request,", "date;", "-"),
}
AWKWARD = (
    *("# no comment", "- dash", "a: b", "'single'", '"double"', "back\\slash", "100%", "@home"),
    *("& anchor", "*alias", "!tag", "| pipe", "> more", "no", "12:30", "1_000", "~", "?", "`tick`"),
    *("😀", "tab\there", "[list]", "\u2067معزول\u2069", "\u2028", "null", "2026-01-01", "كذا…"),
)
COMMENT = re.compile(r"^\s*# by hand \d+$", re.MULTILINE)


@dataclass
class House:
    """A copy of the project's content, with what was changed in it so far."""

    root: Path
    random: Random
    folder: ContentFolder = field(init=False)
    count: int = 0
    added: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.copytree(PROJECT / "data", self.root / "data")
        shutil.copy(PROJECT / "domain.yml", self.root)
        (self.root / "cases").mkdir()
        shutil.copy(PROJECT / "cases" / "departments.toml", self.root / "cases")
        self.folder = ContentFolder(self.root)

    def edit(self) -> None:
        """Make one edit; raise AssertionError if anything but its own lines has changed."""
        moves: list[Callable[[], None]] = [self.by_hand] * 3 + [self.entry_changes] * 6
        moves += [self.examples_change, self.entry_comes, self.entry_goes, self.both_at_once]
        self.count += 1
        self.random.choice(moves)()

    def words(self, language: Language, lines: bool = False) -> str:
        """Return a text never used before, awkward more often than people write."""
        chosen = self.random.choices(WORDS[language], k=self.random.randint(2, 7))
        if self.random.random() < 0.6:
            chosen.insert(self.random.randrange(len(chosen)), self.random.choice(AWKWARD))
        chosen.append(f"{self.count}-{self.random.randrange(10**6)}")
        if self.random.random() < 0.3:
            chosen.insert(0, self.random.choice(AWKWARD))
        glue = "\n" if lines and self.random.random() < 0.2 else " "
        text = glue.join(chosen).strip()
        return text if text[0] != "/" else text[1:]

    def entry_changes(self) -> None:
        """Change one thing of an entry."""
        topic = self.random.choice(self.folder.topics())
        seen, entry = self.folder.version(topic), self.folder.entry(topic)
        assert entry is not None
        self.save(self.changed(entry), seen)

    def save(self, wanted: FaqEntry, seen: str | None) -> None:
        """Save and compare: the entry is what was wanted, all else is as it was."""
        before = self.texts()
        saved = self.folder.save(wanted, seen=seen)
        again = self.folder.entry(wanted.topic)
        assert again == saved
        without = {lang: replace(saved.side(lang), stale=False) for lang in Language}
        for language in Language:
            assert without[language] == replace(wanted.side(language), stale=False)
        self.only_changed(before, f"utter_faq/{wanted.topic}", f"faq/{wanted.topic}")

    def changed(self, entry: FaqEntry) -> FaqEntry:
        """Return the entry with one thing changed."""
        language = self.random.choice(list(Language))
        side = entry.side(language)
        what = self.random.randrange(9)
        if what == 0:
            side = replace(side, text=self.words(language, lines=True))
        elif what == 1:
            side = replace(side, title=self.words(language))
        elif what == 2:
            return replace(
                entry, sources=tuple(f"https://a.ae/{self.words(language)}" for _ in "ab")
            )
        elif what == 3:
            year = self.random.randint(2025, 2030)
            return replace(entry, valid_from=None, valid_until=date(year, 2, 3))
        elif what == 4:
            button = Button(self.words(language), "/affirm")
            both = {lang: replace(entry.side(lang), buttons=(button,)) for lang in Language}
            return replace(entry, ar=both[Language.AR], en=both[Language.EN])
        elif what == 5:
            return replace(entry, owner=self.random.choice(["DPS", "ACC", "CUST", "PROC"]))
        else:
            side = replace(side, questions=self.other_questions(entry, language))
        return entry.with_side(language, side)

    def other_questions(self, entry: FaqEntry, language: Language) -> tuple[Question, ...]:
        """Reword, add, move or take away one that was added."""
        questions = list(entry.side(language).questions)
        own = self.added.setdefault(f"{entry.topic}.{language.value}", set())
        at = self.random.randrange(len(questions))
        what = self.random.randrange(4)
        mine = [one for one in questions if one.text in own]
        if what == 0:
            questions[at] = replace(questions[at], text=self.words(language))
        elif what == 1 and mine:
            questions.remove(self.random.choice(mine))
        elif what == 2:
            questions.insert(at, questions.pop())
        else:
            new = Question(self.words(language), questions[at].variety)
            variety = "gulf" if language is Language.AR else new.variety
            own.add(new.text)
            questions.insert(at, replace(new, variety=variety))
        return tuple(questions)

    def examples_change(self) -> None:
        """Reword or add an example of an intent that is no question."""
        language = self.random.choice(list(Language))
        one = self.random.choice([i for i in self.folder.intents() if i.examples[Language.EN]])
        seen = self.folder.examples_version(one.intent, language)
        examples = list(one.examples[language])
        at = self.random.randrange(len(examples))
        new = replace(examples[at], text=self.words(language))
        if self.random.random() < 0.5:
            examples[at] = new
        else:
            examples.insert(at, new)
        before = self.texts()
        self.folder.save_examples(one.intent, language, examples, seen=seen)
        found = self.folder.examples(one.intent, language)
        assert found == tuple(examples)
        self.only_changed(before, "utter_nothing", one.intent)

    def entry_comes(self) -> None:
        """Add an entry with all that the checker asks for."""
        varieties = {
            Language.AR: ["gulf"] * 12 + ["arab_other", "arabizi", "msa"],
            Language.EN: ["en"] * 11 + ["en_l2"],
        }
        sides = {
            lang: Side(
                self.words(lang),
                self.words(lang, lines=True),
                (),
                tuple(Question(self.words(lang), one) for one in varieties[lang]),
            )
            for lang in Language
        }
        assert {lang: len(varieties[lang]) for lang in Language} == PER_TOPIC
        topic, segment = f"added_{self.count}", self.random.choice(["media", "fresh"])
        self.save(FaqEntry(topic, *sides.values(), owner="DPS", segment=segment), None)

    def entry_goes(self) -> None:
        """Take away an entry that was added."""
        mine = [topic for topic in self.folder.topics() if topic.startswith("added_")]
        if mine:
            topic, before = self.random.choice(mine), self.texts()
            self.folder.remove(topic, seen=self.folder.version(topic))
            assert self.folder.entry(topic) is None
            self.only_changed(before, f"utter_faq/{topic}", f"faq/{topic}")

    def both_at_once(self) -> None:
        """Edit one entry by hand while the studio has it open: the studio must hear of it."""
        topic = self.random.choice(self.folder.topics())
        seen, entry = self.folder.version(topic), self.folder.entry(topic)
        assert entry is not None
        path = next(p for p in self.answers() if f"utter_faq/{topic}:" in p.read_text("utf-8"))
        lines = path.read_text("utf-8").splitlines(keepends=True)
        at = lines.index(f"  utter_faq/{topic}:\n")
        lines[at] = f"  utter_faq/{topic}: # changed {self.count}\n"
        path.write_text("".join(lines), "utf-8")
        before = self.texts()
        with pytest.raises(EditConflict) as conflict:
            self.folder.save(self.changed(entry), seen=seen)
        assert conflict.value.theirs == entry
        assert self.texts() == before
        lines[at] = f"  utter_faq/{topic}:\n"
        path.write_text("".join(lines), "utf-8")

    def by_hand(self) -> None:
        """Change the layout of a file as people do, without changing what it says."""
        path = self.random.choice(
            [*self.answers(), *sorted(self.root.glob("data/nlu_*/faq_*.yml"))]
        )
        lines = path.read_text("utf-8").split("\n")
        places = [
            i for i, line in enumerate(lines) if re.match(r" *- (text|condition|intent):", line)
        ]
        at = self.random.choice(places)
        what, line = self.random.randrange(5), lines[at]
        if what == 0:
            comment = f"{' ' * self.random.choice([0, 2, 4])}# by hand {self.count}"
            lines.insert(at, comment)
        elif what == 1:
            lines.insert(at, "")
        elif what == 2 and re.fullmatch(r"  - text: [^'\"#\\:]+", line):
            quote = self.random.choice("'\"")
            lines[at] = f"  - text: {quote}{line.removeprefix('  - text: ')}{quote}"
        elif what == 3 and re.fullmatch(r"    metadata: \{[^{}#]*\}", lines[at + 1]):
            pairs = lines[at + 1].strip()[len("metadata: {") : -1].split(", ")
            if len(pairs) == 2:
                lines[at + 1 : at + 2] = ["    metadata:", *(f"      {pair}" for pair in pairs)]
        elif what == 4 and re.fullmatch(r'    text: "[^"\\]+"', lines[at + 1]):
            words = lines[at + 1].removeprefix('    text: "').removesuffix('"')
            lines[at + 1 : at + 2] = ["    text: |-", f"      {words}"]
        path.write_text("\n".join(lines), "utf-8")

    def answers(self) -> list[Path]:
        """Return the files of answers."""
        return sorted(self.root.glob("data/answers/*.yml"))

    def texts(self) -> dict[str, str]:
        """Return every content file."""
        return {
            str(path.relative_to(self.root)): path.read_text("utf-8")
            for path in sorted(self.root.glob("data/*/*.yml"))
        }

    def only_changed(self, before: dict[str, str], response: str, intent: str) -> None:
        """Compare all files without the lines of one entry, and the comments even within."""
        after = self.texts()
        for name in before.keys() | after.keys():
            old, new = before.get(name, ""), after.get(name, "")
            if old == new:
                continue
            kept, found = _others(old, response, intent), _others(new, response, intent)
            assert kept == found, list(unified_diff(kept, found, name, lineterm="", n=1))
            if new:
                assert set(COMMENT.findall(old)) <= set(COMMENT.findall(new)), name
                YAML(typ="safe").load(new)


def _others(text: str, response: str, intent: str) -> list[str]:
    """Return the lines that are no part of the entry, found by their indentation alone."""
    found: list[str] = []
    inside = False
    ends = re.compile(r"[^\s#]" if "nlu:" in text else r"(  )?[^\s#-]")
    for line in text.split("\n"):
        if line.split("#")[0].rstrip() in (f"  {response}:", f"- intent: {intent}"):
            inside = True
        elif ends.match(line):
            inside = False
        if not inside and line.strip() and not re.match(r"version:|nlu:|responses:", line):
            found.append(line)
    return found
