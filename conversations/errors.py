"""What can go wrong between a message and its answer."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class ConversationError(BaddalaError):
    """The root of this package's errors."""

    code: ClassVar[str] = "conversation_error"


class ConversationNotFound(ConversationError):
    """No conversation has this id."""

    code: ClassVar[str] = "conversation_not_found"


class MessageNotFound(ConversationError):
    """No message has this id."""

    code: ClassVar[str] = "message_not_found"


class PersonNotFound(ConversationError):
    """Nobody has this id."""

    code: ClassVar[str] = "person_not_found"


class AssistantError(ConversationError):
    """The assistant gave no answer; the turn may have happened all the same."""

    code: ClassVar[str] = "assistant_failed"


class AssistantUnreachable(AssistantError):
    """Nobody listens at its address: the message certainly did not get there."""

    code: ClassVar[str] = "assistant_unreachable"


class AssistantSilent(AssistantError):
    """It took the message and said nothing: something failed inside (Rasa answers ``200 []``)."""

    code: ClassVar[str] = "assistant_silent"
