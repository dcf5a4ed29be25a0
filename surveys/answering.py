"""What a person sent from the page, read against what they were asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.ratings import LONGEST_WORDS, Face
from kernel.folding import for_display
from kernel.masking import mask
from surveys.questions import Question, QuestionKind, Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is kept: the face, the free lines masked, and the values of all other questions."""

    face: Face | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def low(self) -> bool:
        """Tell whether somebody should see to it."""
        return self.face is Face.UNHAPPY


def read_answers(
    asked: Questionnaire, given: Mapping[str, str]
) -> tuple[Answers, Mapping[str, str]]:
    """Return the answers, and per question a phrase key where one is missing or unusable."""
    face, values, lines = None, dict[str, str](), dict[str, str]()
    problems: dict[str, str] = {}
    for one in asked.questions:
        said = given.get(one.id, "").strip()
        if one.kind is QuestionKind.TEXT:
            said = free_line(said)
        elif said not in one.values:
            said = ""
        if not said:
            if one.required:
                problems[one.id] = _missing(one)
        elif one.kind is QuestionKind.TEXT:
            lines[one.id] = said
        elif one.kind is QuestionKind.FACES:
            face = Face(said)
        else:
            values[one.id] = said
    if not problems and face is None and not values and not lines:
        problems[asked.questions[0].id] = _missing(asked.questions[0])
    return Answers(face=face, values=values, lines=lines), problems


def free_line(text: str) -> str:
    """Return what is kept of a free line."""
    return mask(for_display(text)).text.strip()[:LONGEST_WORDS]


def _missing(question: Question) -> str:
    return "survey_please_write" if question.kind is QuestionKind.TEXT else "survey_please_choose"
