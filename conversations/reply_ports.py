"""What answers from a case need of their store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from cases.model import Case
from cases.ports import Change
from cases.replies import Reply, ReplyState
from conversations.handover_ports import Decide

Make = Callable[[Case, Reply], Change]


class ReplyStore(Protocol):
    """Keeps answers. ``tests/contracts/reply_store.py`` is the other half of this contract."""

    async def hold(self, reply: Reply, *, seen: int) -> Reply:
        """Keep an answer that can be taken back; the same id once.

        Raises:
            CaseNotFound: there is no such case.
            CaseChanged: its version is not ``seen``.
        """

    async def put_down(self, reply: Reply, make: Make, *, seen: int) -> Reply:
        """Keep an answer that somebody will tell, and what it makes of the case; once.

        Raises:
            CaseNotFound, CaseChanged: as ``hold`` does.
        """

    async def send(self, reply_id: str, make: Make, say: Decide, *, at: datetime) -> Reply:
        """Say an answer that is held, and keep what it makes of the case: all or nothing.

        What is not held any more stays as it is.

        Raises:
            ReplyNotFound: no answer has this id.
            ConversationNotFound, HandoverError: the conversation does not take it.
        """

    async def settle(
        self,
        reply_id: str,
        state: ReplyState,
        *,
        was: ReplyState,
        by: str,
        at: datetime,
        reason: str | None = None,
        make: Make | None = None,
    ) -> Reply | None:
        """Take an answer from one state to another, with what that makes of the case.

        Returns:
            The answer; None when it was not in the state ``was`` any more.

        Raises:
            ReplyNotFound: no answer has this id.
        """

    async def get(self, reply_id: str) -> Reply:
        """Return an answer; raises ReplyNotFound."""

    async def find(self, reply_id: str) -> Reply | None:
        """Return an answer, if there is one of this id."""

    async def of_case(self, number: str, *, limit: int = 20) -> Sequence[Reply]:
        """Return the answers of a case, newest first."""

    async def to_tell(
        self, departments: frozenset[str], *, limit: int = 100
    ) -> Sequence[tuple[Reply, Case]]:
        """Return what somebody has yet to tell, with its case, longest first.

        Args:
            departments: whose cases; empty: of all, the confidential ones left out.
        """

    async def due(self, at: datetime, *, limit: int = 100) -> Sequence[Reply]:
        """Return what is held and whose time has come, oldest first."""
