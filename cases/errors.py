"""What can go wrong with a case."""

from __future__ import annotations

from kernel.errors import BaddalaError


class CaseError(BaddalaError):
    """The root of this package's errors."""

    code = "case_error"


class CaseNotFound(CaseError):
    """No such case, or none that may be shown to the one who asks: the two look alike."""

    code = "case_not_found"


class CaseChanged(CaseError):
    """Somebody else saved the case since it was read."""

    code = "case_changed"


class MoveNotAllowed(CaseError):
    """The case cannot go from the state it is in to the one wanted."""

    code = "case_move_not_allowed"


class CaseFinished(CaseError):
    """Nothing is done with a finished case any more, unless it is opened again."""

    code = "case_finished"


class NotTheSamePerson(CaseError):
    """Cases of different people are never made one."""

    code = "case_not_the_same_person"


class SameCase(CaseError):
    """A case has no business with itself."""

    code = "case_same_case"


class ReopenTooLate(CaseError):
    """It was closed too long ago to be opened again: a new case can be linked with it."""

    code = "case_reopen_too_late"


class GrievanceTooLate(CaseError):
    """The days in which its person may object to the outcome are over."""

    code = "case_grievance_too_late"


class ReopenNotYours(CaseError):
    """Only a supervisor opens a closed case again."""

    code = "case_reopen_not_yours"


class ReasonMissing(CaseError):
    """It cannot be done without saying why."""

    code = "case_reason_missing"


class NotTheirWords(CaseError):
    """A case can only be made of what its person said."""

    code = "case_not_their_words"


class ReplyNotFound(CaseError):
    """No answer has this id, or it is of another case."""

    code = "case_reply_not_found"


class NumberNotUnderstood(CaseError):
    """Nothing in the text reads as a case number."""

    code = "case_number_not_understood"


class NumberMistyped(CaseError):
    """It looks like a case number, but its check digit does not fit: a digit is wrong."""

    code = "case_number_mistyped"


class OutcomeMissing(CaseError):
    """An answer must say what came of the case, in the words of its kind."""

    code = "case_outcome_missing"


class AnswerMissing(CaseError):
    """The person must be told something."""

    code = "case_answer_missing"


class DateNotAhead(CaseError):
    """A new date must lie ahead."""

    code = "case_date_not_ahead"


class QuestionMissing(CaseError):
    """Who is asked for something must hear for what."""

    code = "case_question_missing"
