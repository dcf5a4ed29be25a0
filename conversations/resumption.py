"""The assistant goes on with what it had failed at, once it answers again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from conversations.breaker import Breaker
from conversations.floor import Spell
from conversations.rounds import Rounds
from conversations.unattended import Unattended
from conversations.wakeup import Wakeup

RESUMPTION = "system:resumption"

EVERY_S = 3.0
AT_ONCE = 10
NOT_AGAIN = timedelta(hours=1)
"""What came back to people after a resumption stays with them."""


class FailedTalks(Protocol):
    """Knows what waits for people because the assistant failed."""

    async def failed(self, *, by: str, since: datetime, limit: int) -> Sequence[Spell]:
        """Return open spells that began with a failure and that nobody touched, oldest first;
        without conversations of which ``by`` ended another spell after ``since``."""


class Resumption(Rounds):
    """Gives conversations back, few at a time: one alone while the last answer failed."""

    def __init__(
        self,
        moves: Unattended,
        talks: FailedTalks,
        *,
        breaker: Breaker,
        answers: Callable[[], Awaitable[bool]],
        to_answer: Wakeup,
        now: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        super().__init__("resumption", self.once, every_s=every_s)
        self._moves = moves
        self._talks = talks
        self._breaker = breaker
        self._answers = answers
        self._to_answer = to_answer
        self._now = now

    async def once(self) -> bool:
        """Give back what can be, if the assistant answers; there is never more at once."""
        limit = 1 if self._breaker.failing else AT_ONCE
        since = self._now() - NOT_AGAIN
        failed = await self._talks.failed(by=RESUMPTION, since=since, limit=limit)
        if not failed or not await self._answers():
            return False
        for spell in failed:
            await self._moves.resume(spell.conversation_id, spell.id, actor=RESUMPTION)
        self._to_answer.wake()
        return False
