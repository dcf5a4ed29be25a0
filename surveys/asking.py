"""Ask after closings and in campaigns: in working hours, once each, by what the channel takes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.model import Conversation
from conversations.wakeup import Wakeup
from surveys.invitations import Invitation, Seen, Skip, Way, digest_of, may_ask, way_of
from surveys.ports import Ask, AskingStore
from surveys.wording import Wording

AT_ONCE = 50
LOOK_BACK = timedelta(days=3)
"""A closing that could not be asked about for so long is not any more."""

OpenUntil = Callable[[Conversation], Awaitable[datetime | None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingRules:
    """``after_closing``: whether closings are asked about; ``delay``: how long after them.

    ``open_for``: how long such a question may be answered.
    """

    after_closing: bool = True
    delay: timedelta = timedelta(minutes=30)
    open_for: timedelta = timedelta(days=7)


class Asking:
    """Makes rounds; several processes may. Nobody is asked while the department is closed."""

    def __init__(
        self,
        store: AskingStore,
        wording: Wording,
        rules: AskingRules,
        *,
        working: Callable[[datetime], bool],
        open_until: OpenUntil,
        to_send: Wakeup,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
    ) -> None:
        self._store = store
        self._wording = wording
        self._rules = rules
        self._working = working
        self._open_until = open_until
        self._to_send = to_send
        self._now = now
        self._new_token = new_token

    async def make_round(self) -> bool:
        """Ask whom it is time to ask; return whether there may be more at once."""
        at = self._now()
        if not self._working(at):
            return False
        due = list(await self._store.planned(at=at, limit=AT_ONCE))
        if self._rules.after_closing:
            due += await self._store.closings(
                since=at - LOOK_BACK,
                until=at - self._rules.delay,
                at=at,
                open_for=self._rules.open_for,
                limit=AT_ONCE,
            )
        asked = 0
        for one in due:
            asked += await self._ask(one)
        if asked:
            self._to_send.wake()
        return len(due) >= AT_ONCE

    async def _ask(self, invitation: Invitation) -> bool:
        at = self._now()
        conversation = await self._store.conversation(invitation.conversation_id)
        until = None if conversation is None else await self._open_until(conversation)
        token = self._new_token()

        def decide(seen: Seen) -> Ask | Skip | datetime:
            why = may_ask(seen, invitation, at=at)
            if why is not None:
                return why
            way = way_of(
                fits_buttons=invitation.asked is None or invitation.asked.fits_buttons,
                window_open=until is None or at < until,
                has_template=self._wording.has_template(seen.conversation, invitation),
            )
            if isinstance(way, Skip):
                return way
            return Ask(
                lines=self._wording.said(seen.conversation, invitation, way, token, at),
                way=way,
                token_hash=None if way is Way.BUTTONS else digest_of(token),
            )

        return await self._store.ask(invitation, decide, at=at)
