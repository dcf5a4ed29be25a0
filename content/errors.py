"""What may go wrong with content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.errors import BaddalaError


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be saved: ``where`` is a field (``ar.text``), ``code`` a phrase."""

    where: str
    code: str
    about: str = ""


class ContentBroken(BaddalaError):
    """A content file cannot be read as what it should be; facts: ``place`` and ``reason``.

    ``key`` names what editors are told (``Finding``), with ``told`` in it; empty: only the reason.
    """

    code = "content_broken"

    def __init__(
        self, *, place: str, reason: str, key: str = "", told: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(place=place, reason=reason)
        self.key, self.told = key, dict(told or {})


def unreadable(place: str, error: Exception) -> ContentBroken:
    """Return what a YAML parser found, at its line."""
    mark = getattr(error, "problem_mark", None)
    exactly = str(getattr(error, "problem", None) or error)
    where = place if mark is None else f"{place}:{mark.line + 1}"
    return ContentBroken(
        place=where, reason=str(error), key="unreadable", told={"exactly": exactly}
    )


class EditConflict(BaddalaError):
    """What was to be changed has changed since it was read; ``theirs`` is what stands there now.

    ``theirs`` is a ``FaqEntry``, the examples of an intent, or None when it is gone.
    """

    code = "edit_conflict"

    def __init__(self, what: str, theirs: object = None) -> None:
        super().__init__(what=what)
        self.theirs = theirs


class InvalidContent(BaddalaError):
    """What was to be saved cannot be: ``problems`` says of each field why."""

    code = "invalid_content"

    def __init__(self, what: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(what=what, problems=len(problems))
        self.problems = problems
