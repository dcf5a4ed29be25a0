"""What people are asked: questions in both languages, and what may stand in the way of asking."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kernel.language import Language

MOST_QUESTIONS = 10
FEWEST_OPTIONS, MOST_OPTIONS = 2, 8
LONGEST_WORDS, LONGEST_TITLE, LONGEST_INTRO, LONGEST_OPTION = 300, 120, 600, 80
SCALE = (1, 2, 3, 4, 5)
ARABIC, LATIN = re.compile("[\u0621-\u064a]"), re.compile("[A-Za-z]")


class QuestionKind(StrEnum):
    """How a question is answered. The value is what stores keep."""

    FACES = "faces"
    SCALE = "scale"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Both:
    """The same words in both languages."""

    ar: str = ""
    en: str = ""

    def of(self, language: Language) -> str:
        """Return the words in a language."""
        return self.ar if language is Language.AR else self.en

    def told(self) -> dict[str, str]:
        """Return what ``from_facts`` reads."""
        return {"ar": self.ar, "en": self.en}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Both:
        """Read the words."""
        return cls(str(facts["ar"]), str(facts["en"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``options`` are those of a choice; an answer names one by its place.

    The answer to a question of ``FACES`` is the rating itself (``conversations.ratings``).
    """

    id: str
    kind: QuestionKind
    words: Both
    options: tuple[Both, ...] = ()
    required: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """Return the answers there are; none where people write."""
        match self.kind:
            case QuestionKind.FACES:
                return ("happy", "neutral", "unhappy")
            case QuestionKind.SCALE:
                return tuple(str(one) for one in SCALE)
            case QuestionKind.YES_NO:
                return ("yes", "no")
            case QuestionKind.CHOICE:
                return tuple(str(place) for place in range(len(self.options)))
            case QuestionKind.TEXT:
                return ()

    def told(self) -> dict[str, Any]:
        """Return what ``from_facts`` reads."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "words": self.words.told(),
            "options": [one.told() for one in self.options],
            "required": self.required,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Question:
        """Read a question."""
        return cls(
            id=str(facts["id"]),
            kind=QuestionKind(facts["kind"]),
            words=Both.from_facts(facts["words"]),
            options=tuple(Both.from_facts(one) for one in facts["options"]),
            required=bool(facts["required"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What one person sees: a title, a few words, the questions in order."""

    title: Both = field(default_factory=Both)
    intro: Both = field(default_factory=Both)
    questions: tuple[Question, ...] = ()

    def find(self, question_id: str) -> Question | None:
        """Return the question of an id."""
        return next((one for one in self.questions if one.id == question_id), None)

    @property
    def fits_buttons(self) -> bool:
        """Tell whether three buttons and a free line ask all of it."""
        kinds = [one.kind for one in self.questions]
        return kinds in ([QuestionKind.FACES], [QuestionKind.FACES, QuestionKind.TEXT])

    def told(self) -> dict[str, Any]:
        """Return what ``from_facts`` reads."""
        return {
            "title": self.title.told(),
            "intro": self.intro.told(),
            "questions": [one.told() for one in self.questions],
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Questionnaire:
        """Read a questionnaire."""
        return cls(
            title=Both.from_facts(facts["title"]),
            intro=Both.from_facts(facts["intro"]),
            questions=tuple(Question.from_facts(one) for one in facts["questions"]),
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a phrase key, and where: ``title.ar``, ``q2.words.en``, ``questions``."""

    where: str
    code: str


def problems_of(asked: Questionnaire) -> Sequence[Problem]:
    """Return why a questionnaire cannot be published; nothing when it can."""
    found = [
        *_both("title", asked.title, LONGEST_TITLE),
        *_both("intro", asked.intro, LONGEST_INTRO),
    ]
    if not asked.questions:
        found.append(Problem("questions", "survey_no_questions"))
    if len(asked.questions) > MOST_QUESTIONS:
        found.append(Problem("questions", "survey_too_many_questions"))
    if len([one for one in asked.questions if one.kind is QuestionKind.FACES]) > 1:
        found.append(Problem("questions", "survey_faces_once"))
    for one in asked.questions:
        found += _both(f"{one.id}.words", one.words, LONGEST_WORDS)
        if one.kind is QuestionKind.CHOICE:
            if not FEWEST_OPTIONS <= len(one.options) <= MOST_OPTIONS:
                found.append(Problem(f"{one.id}.options", "survey_options_count"))
            for place, option in enumerate(one.options):
                found += _both(f"{one.id}.options.{place}", option, LONGEST_OPTION)
    return found


def _both(where: str, words: Both, longest: int) -> list[Problem]:
    found = []
    for language, letters in ((Language.AR, ARABIC), (Language.EN, LATIN)):
        text, place = words.of(language).strip(), f"{where}.{language.value}"
        if not text:
            found.append(Problem(place, "survey_words_missing"))
        elif len(text) > longest:
            found.append(Problem(place, "survey_words_too_long"))
        elif not letters.search(text) and any(one.isalpha() for one in text):
            found.append(Problem(place, "survey_words_other_language"))
    return found
