"""What happened to a case, in words: one entry for each event, newest first, by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from cases.departments import DEPARTMENTS
from cases.model import CaseEvent, EventKind
from cases.replies import BY_PHONE
from cases.timeline import ASKED
from kernel.language import Language

ICONS: Mapping[EventKind, str] = {
    EventKind.OPENED: "flag",
    EventKind.NOTED: "memo",
    EventKind.FOLLOWED_UP: "talk",
    EventKind.EDITED: "memo",
    EventKind.LINKED: "plus",
    EventKind.UNLINKED: "x",
    EventKind.REOPENED: "redo",
    EventKind.GRIEVED: "redo",
    EventKind.REPLIED: "send",
    EventKind.TOLD: "phone",
}
OTHER_ICON = "swap"
CUSTOMER_KNOWS = frozenset(
    {EventKind.OPENED, EventKind.FOLLOWED_UP, EventKind.GRIEVED, EventKind.TOLD}
)
VALUES = {
    "state": "desk_state_",
    "kind": "desk_kind_",
    "priority": "priority_",
    "segment": "segment_",
}
"""Fields whose values are words, and where these stand."""

LABELS = {
    "state": "cli_state",
    "kind": "cli_kind",
    "priority": "cli_priority",
    "department": "cli_department",
    "segment": "desk_segment",
    "contact": "cli_contact",
    "reference": "cli_reference",
    "amount": "desk_amount",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: the key of a phrase, or a text that is the same everywhere."""

    phrase: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """A field that changed: the phrase that names it, and what it was and is."""

    label: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as people read it. ``day`` is set on the first of its day.

    ``sentence`` is the key of a phrase, ``facts`` fill it.
    """

    event: CaseEvent
    icon: str
    sentence: str
    facts: Mapping[str, str]
    turned: Sequence[Turned]
    customer_knows: bool
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Makes entries in one language and one zone."""

    language: Language
    zone: ZoneInfo
    icons: Mapping[EventKind, str] = field(default_factory=lambda: ICONS)

    def entries(self, events: Sequence[CaseEvent]) -> list[Entry]:
        """Return the entries, newest first."""
        found: list[Entry] = []
        last: date | None = None
        for event in reversed(events):
            day = event.at.astimezone(self.zone).date()
            found.append(self._entry(event, None if day == last else day))
            last = day
        return found

    def _entry(self, event: CaseEvent, day: date | None) -> Entry:
        sentence, facts = self._sentence(event)
        return Entry(
            event=event,
            icon=self.icons.get(event.kind, OTHER_ICON),
            sentence=sentence,
            facts=facts,
            turned=[
                Turned(label, self._value(name, event.before[name]), self._value(name, value))
                for name, value in event.after.items()
                if (label := LABELS.get(name)) and name in event.before
            ],
            customer_knows=_customer_knows(event),
            day=day,
        )

    def _sentence(self, event: CaseEvent) -> tuple[str, dict[str, str]]:
        after, before = event.after, event.before
        match event.kind:
            case EventKind.OPENED if "split_from" in after:
                return "case_told_split_from", {"number": str(after["split_from"])}
            case EventKind.OPENED:
                by_staff = event.actor.startswith("agent:")
                return f"case_told_opened_{'staff' if by_staff else 'assistant'}", {}
            case EventKind.MERGED if "took_in" in after:
                return "case_told_took_in", {"number": str(after["took_in"])}
            case EventKind.MERGED:
                return "case_told_merged", {"number": str(after["merged_into"])}
            case EventKind.UNMERGED if "gave_back" in after:
                return "case_told_gave_back", {"number": str(after["gave_back"])}
            case EventKind.UNMERGED:
                return "case_told_unmerged", {"number": str(before["merged_into"])}
            case EventKind.SPLIT:
                unit = self._value("department", after["to"]).text
                return "case_told_split", {"number": str(after["split_into"]), "unit": unit}
            case EventKind.LINKED:
                return "case_told_linked", {"number": str(after["case"])}
            case EventKind.UNLINKED:
                return "case_told_unlinked", {"number": str(before["case"])}
            case EventKind.REOPENED | EventKind.GRIEVED:
                return f"case_told_{event.kind.value}", {}
            case EventKind.CHASED:
                return f"case_told_{after['step']}", {}
            case EventKind.RETURNED | EventKind.PROMISED | EventKind.RECOUNTED:
                return f"case_told_{event.kind.value}", {}
            case EventKind.MOVED if after.get(ASKED):
                return "case_told_asked", {}
            case EventKind.FOLLOWED_UP:
                added = event.actor.startswith("agent:")
                return f"case_told_followed_up{'_added' if added else ''}", {}
            case EventKind.REPLIED:
                by_phone = after.get("way") == BY_PHONE
                return f"case_told_replied{'_by_phone' if by_phone else ''}", {}
            case EventKind.TOLD:
                return "case_told_told", {}
            case EventKind.EDITED if after.get("subject"):
                return f"case_told_subject_{'changed' if event.note else 'given'}", {}
        return "", {}

    def _value(self, name: str, value: object) -> Value:
        if value is None or value == "":
            return Value(phrase="case_nothing")
        if name in VALUES:
            return Value(phrase=VALUES[name] + str(value))
        if name == "department" and str(value) in DEPARTMENTS:
            return Value(text=DEPARTMENTS[str(value)].name(self.language))
        return Value(text=str(value))


def _customer_knows(event: CaseEvent) -> bool:
    said = event.kind is EventKind.REPLIED and event.after.get("way") != BY_PHONE
    return said or event.kind in CUSTOMER_KNOWS
