"""The questions that have an answer, by id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from content.reading import PROJECT, read_answers
from kernel.language import Language
from kernel.validity import holds

_FOLDER = [PROJECT]
"""Where the live content lies."""


@cache
def faq_titles(language: Language) -> Mapping[str, str]:
    """Return what each question is called on a button, by its id, in the order of the files.

    The files are read at the first call; the process keeps what it read until
    ``forget_topics``.

    Raises:
        ContentBroken: an answer file cannot be read.
    """
    return MappingProxyType(
        {
            answer.topic: answer.about.get("title", answer.topic)
            for answer in read_answers(_FOLDER[0])
            if answer.topic is not None and answer.language is language
        }
    )


@cache
def faq_answers(language: Language) -> Mapping[str, str]:
    """Return what is answered to each question, by its id; read as ``faq_titles`` is."""
    return MappingProxyType(
        {
            answer.topic: answer.text
            for answer in read_answers(_FOLDER[0])
            if answer.topic is not None and answer.language is language
        }
    )


@cache
def _facts() -> Mapping[str, Mapping[str, Any]]:
    return {
        answer.topic: answer.about
        for answer in read_answers(_FOLDER[0])
        if answer.topic is not None
    }


def forget_topics(folder: Path | None = None) -> None:
    """Read the files again at the next call: another release is live, or another folder is."""
    if folder is not None:
        _FOLDER[0] = folder
    faq_titles.cache_clear()
    faq_answers.cache_clear()
    _facts.cache_clear()


def has_topic(topic: str) -> bool:
    """Say whether a question of this id has an answer."""
    return topic in faq_titles(Language.AR)


def is_current(topic: str, today: date) -> bool:
    """Say whether a question has an answer that may be given today (kernel/validity.py)."""
    return has_topic(topic) and holds(_facts()[topic], today)
