"""All that is decided when a case is opened: route, priority, clocks, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.contact import read_contact
from cases.model import Case, CaseKind, Segment
from cases.ports import Change
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.timeline import opened
from kernel.folding import fold_digits, for_display
from kernel.language import Language
from kernel.masking import mask


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """What is known when a case is to be opened.

    ``caused_by`` is the id of the message that asks for it. ``department`` is the
    classifier's guess or the person's choice, with its confidence from 0 to 1.
    ``opened_by`` names the employee who types for the person, as ``agent:<id>``.
    """

    kind: CaseKind
    text: str
    language: Language
    channel: str
    person_id: str
    conversation_id: str
    caused_by: str
    department: str | None = None
    department_confidence: float = 0.0
    segment: Segment | None = None
    contact: str | None = None
    reference: str | None = None
    amount: str | None = None
    opened_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRules:
    """The four sets of rules that make a case of a request."""

    calendar: WorkingCalendar
    clocks: ServiceClocks
    priorities: PriorityRules
    routes: RoutingRules

    def draft(
        self, request: OpenRequest, now: datetime, *, has_overdue: bool
    ) -> Callable[[str], Change]:
        """Decide all of the new case but its number; the result makes it of that.

        What is kept is masked once more here, whatever the caller did.

        Args:
            has_overdue: whether another case of this person should be resolved by now.
        """
        text = keepable(request.text)
        assessed = self.priorities.assess(
            request.kind, text, segment=request.segment, has_overdue_case=has_overdue
        )
        route = self.routes.route(
            request.kind,
            text,
            request.department,
            request.department_confidence,
            request.segment,
        )
        clocks = self.clocks.due(request.kind, assessed.priority, now, self.calendar)
        why = {
            "route": route.reason,
            "refer_to": route.refer_to,
            "priority_reasons": list(assessed.reasons),
            "anger": assessed.anger,
            "confidential": list(assessed.confidential),
        }

        def numbered(number: str) -> Change:
            case = Case(
                number=number,
                kind=request.kind,
                department=route.department,
                segment=request.segment,
                priority=assessed.priority,
                language=request.language,
                channel=request.channel,
                person_id=request.person_id,
                conversation_id=request.conversation_id,
                contact=kept_contact(request.contact),
                text=text,
                reference=kept_detail(request.reference),
                amount=kept_detail(request.amount),
                confidential=bool(assessed.confidential),
                refer_to=route.refer_to,
                opened_at=now,
                clocks=clocks,
                caused_by=request.caused_by,
            )
            actor = request.opened_by or f"person:{request.person_id}"
            return opened(case, actor=actor, why=why)

        return numbered


def keepable(text: str) -> str:
    """Return what may be stored of a text: no secrets, nothing a database refuses."""
    return mask(for_display(text)).text


def kept_detail(detail: str | None) -> str | None:
    """Return what may be stored of a reference or an amount, with plain digits."""
    kept = keepable(fold_digits(detail)).strip() if detail else ""
    return kept or None


def kept_contact(contact: str | None) -> str | None:
    """Return a contact in its one form, or as it was written where it has none."""
    kept = (read_contact(contact) or keepable(contact).strip()) if contact else ""
    return kept or None
