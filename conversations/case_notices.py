"""Tell people by themselves what happens to their cases, by the channel they came by."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cases.model import Case, CaseEvent
from cases.notices import TO_STAFF, Notice, NoticeKind, still_so, words_for
from cases.replies import Reply, ReplyState
from conversations.errors import ConversationNotFound
from conversations.floor import Change, Floor
from conversations.handover_ports import Decide, HandoverStore
from conversations.model import Conversation, MessageState, Sender
from conversations.notice_ports import (
    ApprovedLines,
    NoticeState,
    NoticeStore,
    OwnerMails,
    Told,
)
from conversations.notice_words import DAY, NoticeWords
from conversations.ports import NewMessage
from conversations.wakeup import Wakeup
from conversations.window import ServiceWindow
from phrases.days import ZONE

ACTOR = "system:notices"
NOTICE, CASE = "notice", "case"
WINDOW_CLOSED = "channel_window_closed"
LOOK_EVERY = timedelta(seconds=30)
LOOKED_AFTER = timedelta(days=2)
"""So long it is seen to that what was said got through."""

NEWS = "case_news"
APPROVED: Mapping[NoticeKind, str] = {
    NoticeKind.SENT_ON: "case_sent_on",
    NoticeKind.LATE: "case_late",
    NoticeKind.NEW_DATE: "case_new_date",
    NoticeKind.ASKED: "details_needed",
    NoticeKind.ASKED_AGAIN: "details_needed",
    NoticeKind.REOPENED: "case_reopened",
    NoticeKind.RESOLVED: "case_update",
}
"""The approved line of each kind; of the others, that there is news."""

WHOLE = frozenset({"case_sent_on", "case_late", "case_new_date", "case_reopened"})
"""These lines say all there is, but for what staff wrote."""

log = logging.getLogger(__name__)


class Cases(Protocol):
    """Reads cases; ``CaseService`` does."""

    async def get(self, number: str) -> Case:
        """Return the case with this number."""

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRules:
    """What is told and when. ``hours`` are local, None: at any time of the day.

    ``hold``: so long a notice waits, that a slip which is put right at once is not told.
    """

    off: frozenset[NoticeKind] = frozenset()
    hold: timedelta = timedelta(seconds=10)
    hours: tuple[time, time] | None = None
    zone: ZoneInfo = ZONE

    def quiet(self, at: datetime) -> bool:
        """Whether nobody is told anything now that they did not just ask for."""
        if self.hours is None:
            return False
        local = at.astimezone(self.zone).time()
        return not self.hours[0] <= local < self.hours[1]


class CaseNotices:
    """Every change once: a notice is settled in the transaction that says it.

    A stop at any moment loses none and doubles none; two processes may do this at once.
    """

    def __init__(
        self,
        store: NoticeStore,
        cases: Cases,
        handovers: HandoverStore,
        window: ServiceWindow,
        approved: ApprovedLines,
        words: NoticeWords,
        owners: OwnerMails,
        rules: NoticeRules,
        *,
        to_send: Wakeup,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._cases = cases
        self._handovers = handovers
        self._window = window
        self._approved = approved
        self._words = words
        self._owners = owners
        self._rules = rules
        self._to_send = to_send
        self._now = now
        self._new_id = new_id
        self._looked_at: datetime | None = None

    async def round(self) -> bool:
        """Tell what is due, say what a knock announced, and see to what did not get through."""
        now = self._now()
        await self._each(await self._store.heard(), self._follow)
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            await self._each(await self._store.not_arrived(now - LOOKED_AFTER), self._again)
            self._looked_at = now
        if self._rules.quiet(now):
            return False
        return await self._each(await self._store.due(now - self._rules.hold), self._tell)

    async def of_case(self, number: str) -> Sequence[Told]:
        """Return what a person was told of a case, oldest first."""
        return await self._store.of_case(number)

    async def _each(self, found: Sequence[Told], do: Callable[[Told], Awaitable[None]]) -> bool:
        """Do each, and return whether all went well: what did not is due in the next round."""
        well = bool(found)
        for one in found:
            try:
                await do(one)
            except Exception:  # what ails one case must not keep others from being told
                log.exception("notice %s was not told", one.notice.id)
                well = False
        return well

    async def _tell(self, told: Told) -> None:
        notice, case, event, events = await self._read(told)
        if notice.kind in self._rules.off:
            await self._settle(told, NoticeState.DROPPED, reason="off")
        elif not still_so(notice, case, events):
            await self._settle(told, NoticeState.DROPPED, reason="overtaken")
        elif notice.kind in TO_STAFF:
            await self._owners.heard(notice.kind, case, key=notice.id)
            await self._settle(told, NoticeState.MAILED)
        else:
            await self._reach(told, case, event)

    async def _reach(self, told: Told, case: Case, event: CaseEvent) -> None:
        kind = told.notice.kind
        conversation = await self._conversation(case)
        if conversation is None:
            await self._call(told, case, event)
            return
        until = await self._window.open_until(conversation)
        if until is None or until > self._now():
            await self._say(told, conversation, case, event)
            return
        facts = self._words.facts(kind, case, event)
        name = APPROVED.get(kind, NEWS)
        if case.confidential or (name in WHOLE and not facts[DAY]):
            name = NEWS
        line = self._approved.approved(conversation, name, case.language, facts)
        if line is None:
            await self._call(told, case, event)
            return
        rest = name not in WHOLE or bool(words_for(kind, event))
        state = NoticeState.KNOCKED if rest else NoticeState.SAID
        await self._put(told, conversation, case, line[0], line[1], state)

    async def _follow(self, told: Told) -> None:
        """Say what a knock announced: the person has written, so the window is open."""
        notice, case, event, events = await self._read(told)
        conversation = await self._conversation(case)
        if conversation is None or not still_so(notice, case, events):
            await self._settle(told, NoticeState.DROPPED, reason="overtaken")
            return
        until = await self._window.open_until(conversation)
        if until is None or until > self._now():
            await self._say(told, conversation, case, event)

    async def _again(self, told: Told) -> None:
        """What the service did not take is said another way."""
        if told.reason == WINDOW_CLOSED and told.state is NoticeState.SAID:
            await self._settle(told, NoticeState.DUE, reason=told.reason)
            return
        _, case, event, _ = await self._read(told)
        await self._call(told, case, event, reason=told.reason)

    async def _say(
        self, told: Told, conversation: Conversation, case: Case, event: CaseEvent
    ) -> None:
        kind = told.notice.kind
        if not case.confidential:
            text = self._words.text(kind, case, event)
            await self._put(told, conversation, case, text, {}, NoticeState.SAID)
            return
        words = words_for(kind, event)
        await self._put(
            told,
            conversation,
            case,
            self._words.discreet(kind, case, event),
            {},
            NoticeState.SAID,
            to_tell=self._to_tell(told, case, event) if words else None,
        )

    async def _put(
        self,
        told: Told,
        conversation: Conversation,
        case: Case,
        text: str,
        metadata: Mapping[str, Any],
        state: NoticeState,
        *,
        to_tell: Reply | None = None,
    ) -> None:
        at, message_id = self._now(), self._new_id()
        line = NewMessage(
            id=message_id,
            sender=Sender.SYSTEM,
            text=text,
            language=case.language,
            state=MessageState.PENDING,
            reason=NOTICE,
            at=at,
            sent_at=at,
            metadata={**metadata, CASE: case.number, NOTICE: told.notice.kind.value},
        )
        try:
            await self._store.say(
                told.notice.id,
                conversation.id,
                _saying(line, case.number),
                was=told.state,
                state=state,
                message_id=message_id,
                at=at,
                to_tell=to_tell,
            )
        except ConversationNotFound:
            await self._settle(told, NoticeState.DROPPED, reason=ConversationNotFound.code)
        else:
            self._to_send.wake()

    async def _call(
        self, told: Told, case: Case, event: CaseEvent, *, reason: str | None = None
    ) -> None:
        """Leave it to somebody of the unit to call."""
        to_tell = self._to_tell(told, case, event)
        await self._settle(told, NoticeState.TO_TELL, reason=reason, to_tell=to_tell)

    def _to_tell(self, told: Told, case: Case, event: CaseEvent) -> Reply:
        at = self._now()
        return Reply(
            id=self._new_id(),
            case_number=case.number,
            author_id=ACTOR,
            text=self._words.text(told.notice.kind, case, event),
            language=case.language,
            at=at,
            send_at=at,
            state=ReplyState.TO_TELL,
            metadata={NOTICE: told.notice.id},
        )

    async def _settle(
        self,
        told: Told,
        state: NoticeState,
        *,
        reason: str | None = None,
        to_tell: Reply | None = None,
    ) -> None:
        await self._store.settle(
            told.notice.id, state, was=told.state, at=self._now(), reason=reason, to_tell=to_tell
        )

    async def _read(self, told: Told) -> tuple[Notice, Case, CaseEvent, Sequence[CaseEvent]]:
        notice = told.notice
        case = await self._cases.get(notice.case_number)
        events = await self._cases.timeline(notice.case_number)
        return notice, case, next(one for one in events if one.version == notice.version), events

    async def _conversation(self, case: Case) -> Conversation | None:
        try:
            return await self._handovers.conversation(case.conversation_id)
        except ConversationNotFound:
            return None


def _saying(line: NewMessage, number: str) -> Decide:
    """Return what puts the line in, whoever has the word: it takes nothing from anybody."""

    def say(floor: Floor) -> Change:
        return Change(
            what="told_of_case",
            actor=ACTOR,
            spell=floor.spell,
            controller=floor.conversation.controller,
            lines=(line,),
            facts={CASE: number},
        )

    return say
