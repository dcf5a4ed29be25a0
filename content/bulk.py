"""What a table would change, and everything that is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from content.entries import FaqEntry, Labelled, Question, Side, example_problems, problems_of
from content.folder import ContentFolder
from content.labels import KINDS, VARIETIES
from content.lengths import LONGEST_TEXT
from content.likeness import Known, known_in, lookalikes
from content.near_duplicates import ALIKE
from content.sheets import ANSWERS, WORDINGS, Row
from kernel.language import Language

Taught = dict[tuple[str, Language], list[Labelled]]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken: ``code`` is a phrase key behind ``studio_problem_``."""

    sheet: str
    row: int
    column: str
    code: str
    about: str = ""


@dataclass(slots=True)
class Plan:
    """What would be saved: entries, and examples of intents; what stays as it is is left out."""

    entries: list[FaqEntry] = field(default_factory=list)
    taught: Taught = field(default_factory=dict)
    new: int = 0
    wordings: int = 0
    problems: list[RowProblem] = field(default_factory=list)


class Bulk:
    """Plans what rows ask for.

    Args:
        languages: that the editor writes in; what a row says in others is a problem.
        departments: the codes of the units.
        may: whether the editor changes an entry.
        instead: wordings replace those of the same meaning and language; else they are added.
    """

    def __init__(
        self,
        folder: ContentFolder,
        *,
        languages: Collection[Language],
        departments: Collection[str],
        may: Callable[[FaqEntry], bool],
        instead: bool = False,
    ) -> None:
        self._folder = folder
        self._languages = languages
        self._departments = departments
        self._may = may
        self._instead = instead
        self._before = {one.topic: one for one in folder.entries()}
        self._intents = {one.intent: one for one in folder.intents()}
        self._wanted = dict(self._before)
        self._places: dict[str, Row] = {}

    def plan(self, rows: Sequence[Row]) -> Plan:
        """Return what the rows ask for; with problems nothing of it should be saved."""
        plan = Plan()
        for row in rows:
            if row.sheet == ANSWERS:
                self._answer(row, plan)
        self._wordings([row for row in rows if row.sheet == WORDINGS], plan)
        for topic, entry in self._wanted.items():
            before = self._before.get(topic)
            if entry == before:
                continue
            if not self._may(entry) or (before is not None and not self._may(before)):
                self._tell(plan, self._places.get(topic), "topic", "not_yours", topic)
            for problem in problems_of(entry) if topic in self._places else ():
                self._tell(plan, self._places[topic], problem.where, problem.code, problem.about)
            plan.entries.append(entry)
            plan.new += before is None
        plan.problems.sort(key=lambda one: (one.sheet, one.row))
        return plan

    def _answer(self, row: Row, plan: Plan) -> None:
        topic = row.get("topic")
        if topic in self._places:
            self._tell(plan, row, "topic", "twice", topic)
            return
        self._places[topic] = row
        entry = self._before.get(topic) or FaqEntry(topic, Side(), Side(), "", "public")
        for column in ("owner", "segment", "status"):
            if row.get(column):
                told: dict[str, Any] = {column: row.get(column)}
                entry = replace(entry, **told)
        if entry.owner not in self._departments:
            self._tell(plan, row, "owner", "unknown", entry.owner)
        for column in ("valid_from", "valid_until"):
            if column in row.values:
                day: dict[str, Any] = {column: self._day(row, column, plan)}
                entry = replace(entry, **day)
        if "sources" in row.values:
            found = tuple(filter(None, map(str.strip, row.get("sources").split("\n"))))
            entry = replace(entry, sources=found)
        for language in Language:
            entry = entry.with_side(language, self._side(row, entry, language, plan))
        self._wanted[topic] = entry

    def _side(self, row: Row, entry: FaqEntry, language: Language, plan: Plan) -> Side:
        side, code = entry.side(language), language.value
        for name in ("title", "text"):
            column = f"{name}_{code}"
            if column not in row.values or row.get(column) == getattr(side, name):
                continue
            if language not in self._languages:
                self._tell(plan, row, column, "other_language")
            if len(row.get(column)) > LONGEST_TEXT:
                self._tell(plan, row, column, "too_long")
            said: dict[str, Any] = {name: row.get(column)}
            side = replace(side, **said)
        return side

    def _wordings(self, rows: Sequence[Row], plan: Plan) -> None:
        asked: dict[tuple[str, Language], list[tuple[Row, Labelled]]] = {}
        for row in rows:
            read = self._wording(row, plan)
            if read is not None:
                asked.setdefault(read[:2], []).append((row, read[2]))
        self._refuse_alike(asked, plan)
        for (means, language), given in asked.items():
            topic = means.removeprefix("faq/")
            old = self._taught(means, language)
            known = [] if self._instead else [one.text for one in old]
            fresh = [one for _, one in given if one.text not in known]
            wanted = [*([] if self._instead else old), *fresh]
            places = {one.text: row for row, one in given}
            for problem in example_problems(wanted, language, "text"):
                text = wanted[int(problem.where.rpartition(".")[2])].text
                self._tell(plan, places.get(text), "text", problem.code, problem.about)
            if wanted == old:
                continue
            plan.wordings += len([one for one in wanted if one not in old])
            if means == topic:
                plan.taught[means, language] = wanted
                continue
            entry = self._wanted[topic]
            questions = tuple(Question(one.text, one.variety) for one in wanted)
            side = replace(entry.side(language), questions=questions)
            self._wanted[topic] = entry.with_side(language, side)

    def _wording(self, row: Row, plan: Plan) -> tuple[str, Language, Labelled] | None:
        """Return what a row of the second table teaches; None when that cannot be told."""
        means, code, text = row.get("means"), row.get("language"), row.get("text")
        topic = means.removeprefix("faq/")
        if (topic not in self._wanted) if topic != means else (means not in self._intents):
            self._tell(plan, row, "means", "unknown", means)
            return None
        if code not in list(Language):
            self._tell(plan, row, "language", "unknown", code)
            return None
        language = Language(code)
        if language not in self._languages:
            self._tell(plan, row, "language", "other_language")
        if not text:
            self._tell(plan, row, "text", "missing")
            return None
        department = row.get("department") or None
        if topic != means:
            department = self._wanted[topic].owner
        elif department is not None and department not in self._departments:
            self._tell(plan, row, "department", "unknown", department)
        elif department is None and means in KINDS:
            self._tell(plan, row, "department", "missing")
        if row.get("variety") not in VARIETIES[language]:
            self._tell(plan, row, "variety", "variety", row.get("variety"))
            return None
        return means, language, Labelled(" ".join(text.split()), row.get("variety"), department)

    def _refuse_alike(
        self, asked: dict[tuple[str, Language], list[tuple[Row, Labelled]]], plan: Plan
    ) -> None:
        """Tell of rows that nearly say what stands elsewhere, or in another row, for another."""
        known = known_in(self._folder)
        there = {(one.label, one.text) for one in known}
        known += [Known(one.text, key[0], key[1]) for key, rows in asked.items() for _, one in rows]
        for (means, _), given in asked.items():
            fresh = {one.text: row for row, one in given if (means, one.text) not in there}
            others = [one for one in known if one.label != means]
            for found in lookalikes(list(fresh), others, least=ALIKE):
                about = f"{found.known.text} ({found.known.label})"
                self._tell(plan, fresh[found.text], "text", "alike", about)

    def _taught(self, means: str, language: Language) -> list[Labelled]:
        if means in self._intents:
            return list(self._intents[means].examples.get(language, ()))
        entry = self._wanted[means.removeprefix("faq/")]
        return [Labelled(q.text, q.variety, entry.owner) for q in entry.side(language).questions]

    def _day(self, row: Row, column: str, plan: Plan) -> date | None:
        try:
            return date.fromisoformat(row.get(column)) if row.get(column) else None
        except ValueError:
            self._tell(plan, row, column, "no_date", row.get(column))
            return None

    def _tell(self, plan: Plan, row: Row | None, column: str, code: str, about: str = "") -> None:
        sheet, number = (row.sheet, row.number) if row is not None else (ANSWERS, 0)
        problem = RowProblem(sheet, number, column, code, about[:200])
        if problem not in plan.problems:
            plan.problems.append(problem)


def carry_out(folder: ContentFolder, plan: Plan) -> None:
    """Save what was planned, entry by entry; raises EditConflict, InvalidContent."""
    known = set(folder.topics())
    for entry in plan.entries:
        seen = folder.version(entry.topic) if entry.topic in known else None
        folder.save(entry, seen=seen)
    for (intent, language), examples in plan.taught.items():
        folder.save_examples(
            intent, language, examples, seen=folder.examples_version(intent, language)
        )
