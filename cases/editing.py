"""Put right what was written down about a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cases.contact import masked_contact
from cases.model import Case, CaseEvent, EventKind, Segment
from cases.opening import kept_contact, kept_detail
from cases.ports import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The fields as they shall be; ``contact`` None leaves it as it is."""

    subject: str | None = None
    contact: str | None = None
    segment: Segment | None = None
    reference: str | None = None
    amount: str | None = None


def edited(case: Case, edit: Edit, *, at: datetime, actor: str) -> Change | None:
    """Return ``case`` with what ``edit`` says; None when all of it is so already.

    A former subject is words of people: it stays in the event's note, which can be taken
    out. Contacts are told masked.
    """
    after = replace(
        case,
        subject=kept_detail(edit.subject),
        contact=kept_contact(edit.contact) or case.contact,
        segment=edit.segment,
        reference=kept_detail(edit.reference),
        amount=kept_detail(edit.amount),
    )
    if after == case:
        return None
    was, now = _told(case), _told(after)
    changed = [name for name in was if was[name] != now[name]]
    if after.contact != case.contact and "contact" not in changed:
        changed.append("contact")  # another one that looks the same when masked
    renamed = after.subject != case.subject
    event = CaseEvent(
        case_number=case.number,
        version=case.version + 1,
        kind=EventKind.EDITED,
        at=at,
        actor=actor,
        before={name: was[name] for name in changed},
        after={name: now[name] for name in changed} | ({"subject": True} if renamed else {}),
        note=case.subject if renamed else None,
    )
    return Change(replace(after, changed_at=at), event)


def _told(case: Case) -> dict[str, object]:
    return {
        "contact": masked_contact(case.contact) if case.contact else None,
        "segment": case.segment.value if case.segment else None,
        "reference": case.reference,
        "amount": case.amount,
    }
