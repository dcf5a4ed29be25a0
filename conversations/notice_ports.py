"""What telling people of their cases needs from the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from cases.model import Case
from cases.notices import Notice, NoticeKind
from cases.replies import Reply
from conversations.handover_ports import Decide
from conversations.model import Conversation
from kernel.language import Language


class NoticeState(StrEnum):
    """How far a notice is. The value is what stores keep.

    ``knocked``: an approved line asked the person to write, the words follow when they do.
    ``said``: it stands in the conversation. ``to_tell``: somebody has to call. ``mailed``:
    the owner was told. ``dropped``: nobody need be told any more; ``reason`` says why.
    """

    DUE = "due"
    KNOCKED = "knocked"
    SAID = "said"
    TO_TELL = "to_tell"
    MAILED = "mailed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of a notice."""

    notice: Notice
    state: NoticeState
    conversation_id: str | None = None
    message_id: str | None = None
    reason: str | None = None
    settled_at: datetime | None = None


class NoticeStore(Protocol):
    """Keeps notices. ``tests/contracts/notice_store.py`` is the other half of this contract.

    They are made by whoever saves a case, in the same transaction.
    """

    async def due(self, until: datetime, *, limit: int = 100) -> Sequence[Told]:
        """Return what is due since ``until`` or longer, in order; of each case the oldest only."""

    async def heard(self, *, limit: int = 100) -> Sequence[Told]:
        """Return what was knocked for and whose person has written since."""

    async def not_arrived(self, since: datetime, *, limit: int = 100) -> Sequence[Told]:
        """Return what was said or knocked since then and did not get through, and why."""

    async def say(
        self,
        notice_id: str,
        conversation_id: str,
        decide: Decide,
        *,
        was: NoticeState,
        state: NoticeState,
        message_id: str,
        at: datetime,
        to_tell: Reply | None = None,
    ) -> bool:
        """Put a line into the conversation and settle the notice: all or nothing.

        Args:
            to_tell: what somebody has to call about besides.

        Returns:
            False when it was not in the state ``was`` any more: nothing is said then.

        Raises:
            ConversationNotFound: there is no such conversation; nothing is changed.
        """

    async def settle(
        self,
        notice_id: str,
        state: NoticeState,
        *,
        was: NoticeState,
        at: datetime,
        reason: str | None = None,
        to_tell: Reply | None = None,
    ) -> bool:
        """Settle a notice without a line; False when it was not in the state ``was``."""

    async def of_case(self, number: str) -> Sequence[Told]:
        """Return the notices of a case, oldest first."""


class ApprovedLines(Protocol):
    """Knows the lines that a service lets us say at any time."""

    def approved(
        self,
        conversation: Conversation,
        name: str,
        language: Language,
        facts: Mapping[str, str],
    ) -> tuple[str, Mapping[str, Any]] | None:
        """Return the words and the metadata of a line; None where there is none of this name."""


class OwnerMails(Protocol):
    """Tells whoever owns a case of a word of its person; the same ``key`` is told once."""

    async def heard(self, kind: NoticeKind, case: Case, *, key: str) -> None:
        """Let the owner know, or the supervisors of the unit where nobody owns it."""
