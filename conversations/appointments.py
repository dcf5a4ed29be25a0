"""Make a call-back case of a conversation that nobody can take, and say when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.model import CaseKind
from cases.service import CaseService, OpenRequest
from conversations.floor import Spell
from conversations.handover_ports import HandoverStore
from conversations.model import Conversation
from conversations.timekeeper import Appointment
from conversations.unattended import TIMEKEEPER
from phrases.catalogue import Catalogue
from phrases.days import say_day

PHONE = "phone"


class CaseAppointments:
    """One case per spell, whoever asks and how often."""

    def __init__(
        self,
        cases: CaseService,
        store: HandoverStore,
        *,
        calendar: WorkingCalendar,
        phrases: Catalogue,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._store = store
        self._calendar = calendar
        self._phrases = phrases
        self._now = now

    async def make(self, spell: Spell, conversation: Conversation) -> Appointment:
        """Open the case, or return the one that this spell has already."""
        language, address = conversation.language, conversation.address
        words = await self._store.last_words(conversation.id)
        case = await self._cases.open(
            OpenRequest(
                kind=CaseKind.CALLBACK,
                text=words or self._phrases.say("callback_text", language),
                language=language,
                channel=address.channel,
                person_id=conversation.person_id,
                conversation_id=conversation.id,
                caused_by=spell.id,
                department=spell.department,
                department_confidence=1.0 if spell.department else 0.0,
                contact=address.value if address.kind == PHONE else None,
                opened_by=TIMEKEEPER,
            )
        )
        now = self._now()
        if self._calendar.is_open(now):
            return Appointment(case.number, self._phrases.say("callback_today", language))
        day = say_day(self._phrases, self._calendar.next_opening(now), language)
        return Appointment(case.number, self._phrases.say("callback_on", language, day=day))
