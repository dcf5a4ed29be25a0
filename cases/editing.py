"""Put right what was written down about a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cases.contact import masked_contact
from cases.model import Case, EventKind, Segment
from cases.opening import kept_contact, kept_detail
from cases.ports import Change
from cases.timeline import changed, differences


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
    before, told = differences(was, now)
    if after.contact != case.contact:  # also when another one looks the same when masked
        before["contact"], told["contact"] = was["contact"], now["contact"]
    renamed = after.subject != case.subject
    return changed(
        after,
        EventKind.EDITED,
        at=at,
        actor=actor,
        before=before,
        after=told | ({"subject": True} if renamed else {}),
        note=case.subject if renamed else None,
    )


def _told(case: Case) -> dict[str, object]:
    return {
        "contact": masked_contact(case.contact) if case.contact else None,
        "segment": case.segment.value if case.segment else None,
        "reference": case.reference,
        "amount": case.amount,
    }
