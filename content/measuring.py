"""What a model gets right on messages whose labels are known, and which figures may not drop."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.errors import ContentBroken
from content.finding import NOTE, Finding
from content.improvements import Labelled
from content.release import Drop
from kernel.variety import variety_of

FEWEST = 5
"""A figure of fewer messages is told and not guarded: one of them is a fifth."""
CONVERSATION = f"{NOTE}: conversation"
LRM = "\u200e"
"""Keeps the sign of a number before it in Arabic."""
RECENT = "recent"
"""The set of what editors labelled in the improvement inbox."""
EDGE = 0.3
"""What led by less than this before and trails by less after was lost at the edge: one wording
learnt elsewhere moves single lines so far (docs/decisions/0020)."""

SLACK = 0.02
"""A guarded figure may fall by this, or by one message where that is more."""


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message and what is right for it; ``from_set`` is the file, or ``recent``."""

    text: str
    from_set: str
    language: str
    variety: str
    intent: str
    answer: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many of a figure's messages were right."""

    right: int
    count: int

    @property
    def share(self) -> float:
        """Return the part that was right, 0 to 1."""
        return self.right / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation test: whether it went as told; if not, where it went another way.

    ``leads`` says of each line by how much what it is told to mean is surer than the next best.
    """

    story: str
    language: str
    went: bool
    at: str = ""
    wanted: str = ""
    found: str = ""
    leads: Mapping[str, float] = field(default_factory=dict)

    @property
    def figure(self) -> str:
        """Return how its outcome is called among the figures."""
        return f"conversation {self.language} {self.story}"


@dataclass(frozen=True, slots=True)
class Astray:
    """A conversation that went as told and does not any more; without a drop: at the edge."""

    language: str
    found: Finding
    drop: Drop | None


def read_messages(folder: Path) -> list[LabelledMessage]:
    """Return the messages of every ``*.jsonl`` in a folder, which may be missing.

    Raises:
        ContentBroken: a line lacks text, language, variety or intent.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    found.append(LabelledMessage(from_set=path.stem, **json.loads(line)))
                except (TypeError, ValueError) as error:
                    place = f"{path.name}:{number}"
                    raise ContentBroken(place=place, reason=str(error)) from error
    return found


def labelled_message(told: Labelled) -> LabelledMessage:
    """Return a message to which an editor gave a meaning, as one of the set ``recent``."""
    intent, _, topic = told.meaning.partition("/")
    return LabelledMessage(
        text=told.text,
        from_set=RECENT,
        language=told.language.value,
        variety=variety_of(told.text).value,
        intent=intent,
        answer=told.meaning if topic else None,
    )


def scores(
    messages: Sequence[LabelledMessage], said: Sequence[Mapping[str, Any]]
) -> dict[str, Score]:
    """Return the figures: per set, language and sort of label; per variety; and per label."""
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for message, told in zip(messages, said, strict=True):
        for figure, correct in _judged(message, told):
            right[figure].append(correct)
    return {figure: Score(sum(found), len(found)) for figure, found in sorted(right.items())}


def _judged(message: LabelledMessage, told: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for sort, label in _wanted(message):
        correct = told.get(sort) == label
        for figure in _figures(message, sort, label):
            yield figure, correct


def _wanted(message: LabelledMessage) -> Iterator[tuple[str, str]]:
    yield "intent", message.intent
    if message.answer is not None:
        yield "answer", message.answer
    if message.department is not None:
        yield "department", message.department


def _figures(message: LabelledMessage, sort: str, label: str) -> tuple[str, ...]:
    start = f"{message.from_set} {message.language}"
    return f"{start} {sort}", f"{start} {message.variety} {sort}", f"{start} {sort} {label}"


def lost_at_the_edge(
    messages: Sequence[LabelledMessage],
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
) -> Counter[str]:
    """Return of each figure how many messages were lost that were close before and are now."""
    found: Counter[str] = Counter()
    if not len(messages) == len(before) == len(after):
        return found
    for message, old, new in zip(messages, before, after, strict=True):
        for sort, label in _wanted(message):
            lost = old.get(sort) == label != new.get(sort)
            if lost and at_the_edge(_lead(old, sort, label), _lead(new, sort, label)):
                found.update(_figures(message, sort, label))
    return found


def _lead(told: Mapping[str, Any], sort: str, label: str) -> float | None:
    """Return how much surer a label is than the next best."""
    sure = dict(told.get("sure", {}).get(sort, {}))
    return sure.pop(label, 0.0) - max(sure.values(), default=0.0) if sure else None


def at_the_edge(then: float | None, now: float | None) -> bool:
    """Tell whether what led before and trails now was and is close."""
    return then is not None and now is not None and then < EDGE and now > -EDGE


def dropped(
    before: Mapping[str, Score], after: Mapping[str, Score], edge: Mapping[str, int]
) -> tuple[Drop, ...]:
    """Return the guarded figures that the new model does not reach.

    Only what both were asked is compared: a figure of other messages than before says nothing.
    What was lost at the edge counts where all that was lost is more than twice what may be.
    """
    found = []
    for figure, old in before.items():
        new = after.get(figure)
        if new is None or new.count != old.count or old.count < FEWEST:
            continue
        lost, may_be = old.right - new.right, max(1.0, SLACK * old.count)
        if lost - edge.get(figure, 0) > may_be or lost > 2 * may_be:
            found.append(Drop(figure, old.share, new.share, old.count))
    return tuple(found)


def story_scores(stories: Sequence[Story]) -> dict[str, Score]:
    """Return how many conversation tests of each language go as told."""
    went: defaultdict[str, list[bool]] = defaultdict(list)
    for one in stories:
        went[f"conversation {one.language}"].append(one.went)
    return {figure: Score(sum(found), len(found)) for figure, found in sorted(went.items())}


def astray(before: Sequence[Story], after: Sequence[Story]) -> Iterator[Astray]:
    """Yield the conversations that went as told and do not any more, with where they leave it.

    Each is guarded by itself, but those lost at the edge: these are told, and guarded by how many
    they are (``story_scores``). One that the live model does not hold either is no drop.
    """
    held = {one.figure: one for one in before if one.went}
    for one in after:
        if one.went or one.figure not in held:
            continue
        what = f"{one.at}: {one.found}, not {one.wanted}"
        facts = {"at": one.at, "wanted": one.wanted, "found": one.found}
        then, now = held[one.figure].leads.get(one.at), one.leads.get(one.at)
        if then is not None and now is not None and at_the_edge(then, now):
            facts |= {"then": f"{LRM}{then:+.0%}", "now": f"{LRM}{now:+.0%}"}
            told = Finding(CONVERSATION, one.story, what, "conversation_edge", facts)
            yield Astray(one.language, told, None)
        else:
            found = Finding(CONVERSATION, one.story, what, "conversation", facts)
            yield Astray(one.language, found, Drop(one.figure, 1.0, 0.0, 1))


def worn_down(
    before: Mapping[str, Score], after: Mapping[str, Score], lost: Iterable[Astray]
) -> Iterator[Drop]:
    """Yield the languages in which too many conversations go astray, releases before included.

    What a release lost at the edge is not held by the live model any more, so it counts again
    where a later one loses something else at the edge.
    """
    for figure in sorted({f"conversation {one.language}" for one in lost if one.drop is None}):
        new = after[figure]
        if new.count - new.right > 2 * max(1.0, SLACK * new.count):
            yield Drop(figure, before[figure].share, new.share, new.count)


def as_facts(figures: Mapping[str, Score]) -> dict[str, list[int]]:
    """Return the figures as plain lists: right, count."""
    return {figure: [score.right, score.count] for figure, score in figures.items()}


def from_facts(facts: Mapping[str, Iterable[int]]) -> dict[str, Score]:
    """Return what ``as_facts`` was made of."""
    return {figure: Score(*numbers) for figure, numbers in facts.items()}
