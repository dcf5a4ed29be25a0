"""What may go wrong with content."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.errors import BaddalaError


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be saved: ``where`` is a field (``ar.text``), ``code`` a phrase."""

    where: str
    code: str
    about: str = ""


class ContentBroken(BaddalaError):
    """A content file cannot be read as what it should be; facts: ``place`` and ``reason``."""

    code = "content_broken"


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
