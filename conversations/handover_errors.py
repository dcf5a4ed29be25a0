"""Why a person may not do something in a conversation now. Each has a stable code."""

from __future__ import annotations

from typing import ClassVar

from conversations.errors import ConversationError


class HandoverError(ConversationError):
    """The root of these."""

    code: ClassVar[str] = "handover_error"


class AlreadyClaimed(HandoverError):
    """Somebody else was faster; ``by`` is their id, ``name_ar`` and ``name_en`` their name."""

    code: ClassVar[str] = "already_claimed"


class NotYours(HandoverError):
    """Only the owner may do this; ``by`` is the owner, empty when nobody holds it."""

    code: ClassVar[str] = "not_yours"


class NotWithPeople(HandoverError):
    """The assistant has the conversation, so there is nothing to do for people."""

    code: ClassVar[str] = "not_with_people"


class StaleView(HandoverError):
    """Something was said that the writer has not seen; ``last_seq`` is the newest place."""

    code: ClassVar[str] = "stale_view"


class WindowClosed(HandoverError):
    """The channel takes no plain message any more: a template is needed."""

    code: ClassVar[str] = "window_closed"


class NothingToUndo(HandoverError):
    """The line is not on hold: it was sent, taken back, or never there."""

    code: ClassVar[str] = "nothing_to_undo"


class ClosingIncomplete(HandoverError):
    """A field is required at closing; ``missing`` names them, with commas."""

    code: ClassVar[str] = "closing_incomplete"


class TextNotUsable(HandoverError):
    """The text is empty or longer than ``most`` characters."""

    code: ClassVar[str] = "text_not_usable"


class NothingToRetry(HandoverError):
    """No message of ours waits to be sent once more under this id."""

    code: ClassVar[str] = "nothing_to_retry"


class MayDouble(HandoverError):
    """The message may have arrived: sending it again may say it twice."""

    code: ClassVar[str] = "may_double"


class FileNotReady(HandoverError):
    """A file is not there, not of this conversation, or not found to be safe (yet)."""

    code: ClassVar[str] = "file_not_ready"


class AgentNotFound(HandoverError):
    """No active agent has this id, or they do not serve what they should be given."""

    code: ClassVar[str] = "agent_not_found"
