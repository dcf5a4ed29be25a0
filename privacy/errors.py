"""What stands against erasing or holding."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class PrivacyError(BaddalaError):
    """The root of this package's errors."""

    code: ClassVar[str] = "privacy_error"


class PersonUnknown(PrivacyError):
    """No person has this id."""

    code: ClassVar[str] = "person_unknown"


class HeldBack(PrivacyError):
    """A legal hold stands on the person or on one of their cases."""

    code: ClassVar[str] = "held_back"


class StillTalking(PrivacyError):
    """A colleague holds a conversation with the person, or a message waits for its answer."""

    code: ClassVar[str] = "still_talking"


class HoldNotFound(PrivacyError):
    """No hold that stands has this id."""

    code: ClassVar[str] = "hold_not_found"


class SubjectUnknown(PrivacyError):
    """There is no such person or case to hold."""

    code: ClassVar[str] = "hold_subject_unknown"
