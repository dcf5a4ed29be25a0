"""What a person is told of a change of their case, in whole sentences."""

from __future__ import annotations

from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.departments import DEPARTMENTS
from cases.law import Law
from cases.model import Case, CaseEvent
from cases.notices import WITH_WORDS, NoticeKind, words_for
from kernel.language import Language
from phrases.catalogue import Catalogue
from phrases.days import say_day

PROMISING = frozenset(
    {
        NoticeKind.OPENED,
        NoticeKind.SENT_ON,
        NoticeKind.RECLASSIFIED,
        NoticeKind.REOPENED,
        NoticeKind.GRIEVANCE,
    }
)
"""After these it is said by which day the answer comes."""

OF_EACH_KIND = frozenset({NoticeKind.OPENED, NoticeKind.LATE})
"""These have a sentence for each kind of case."""

DAY, NUMBER, DEPARTMENT = "day", "number", "department"


class NoticeWords:
    """Says the phrases ``notice_<kind>`` in the language of the case."""

    def __init__(self, phrases: Catalogue, law: Law, calendar: WorkingCalendar) -> None:
        self._phrases = phrases
        self._law = law
        self._calendar = calendar

    def text(self, kind: NoticeKind, case: Case, event: CaseEvent) -> str:
        """Return all that is to be said, with what staff wrote for the person."""
        language, facts = case.language, self.facts(kind, case, event)
        words = words_for(kind, event)
        said = [self._say(self._key(kind, case, words), language, facts)]
        if words:
            said.append(words)
        if kind in PROMISING and facts[DAY]:
            said.append(self._say("notice_answer_by", language, facts))
        if kind is NoticeKind.ASKED:
            said.append(self._say("notice_asked_how", language, facts))
        if kind is NoticeKind.RESOLVED and self._law.closing[case.kind].appeal and facts[DAY]:
            said.append(self._say(f"notice_appeal_{case.kind.value}", language, facts))
        return ("\n" if words or kind is NoticeKind.ASKED else " ").join(said)

    def discreet(self, kind: NoticeKind, case: Case, event: CaseEvent) -> str:
        """Return what is said of a confidential case: that there is news, not which."""
        calls = kind in WITH_WORDS and bool(words_for(kind, event))
        key = "notice_discreet_call" if calls else "notice_discreet"
        return self._phrases.say(key, case.language, number=case.number)

    def facts(self, kind: NoticeKind, case: Case, event: CaseEvent) -> dict[str, str]:
        """Return what fills the sentences and the approved lines; an unknown day is empty."""
        day, unit = self._day(kind, case, event), DEPARTMENTS.get(case.department)
        return {
            NUMBER: case.number,
            DEPARTMENT: unit.name(case.language) if unit else "",
            DAY: say_day(self._phrases, day, case.language) if day else "",
            "kind": self._phrases.say(f"kind_{case.kind.value}", case.language),
            "other": case.merged_into or "",
        }

    def _day(self, kind: NoticeKind, case: Case, event: CaseEvent) -> datetime | None:
        match kind:
            case NoticeKind.NEW_DATE:
                return datetime.fromisoformat(str(event.after["promised_for"]))
            case NoticeKind.LATE:
                return self._calendar.add_working_days(event.at, self._law.interim_days)
            case NoticeKind.RESOLVED:
                return case.course.grievance_until
            case NoticeKind.ASKED | NoticeKind.ASKED_AGAIN:
                pauses = case.course.pauses
                return self._law.limit(pauses[-1], self._calendar) if pauses else None
        return case.clocks.resolve_due_at

    def _key(self, kind: NoticeKind, case: Case, words: str) -> str:
        if kind is NoticeKind.RESOLVED and case.course.outcome:
            return f"notice_outcome_{case.course.outcome}"
        if kind is NoticeKind.ASKED and not words:
            return "notice_asked_plain"
        if kind in OF_EACH_KIND:
            return f"notice_{kind.value}_{case.kind.value}"
        return f"notice_{kind.value}"

    def _say(self, key: str, language: Language, facts: dict[str, str]) -> str:
        return self._phrases.say(key, language, **facts)
