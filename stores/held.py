"""What legal holds stand on, as conditions of queries."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa

from privacy.model import HoldKind
from stores.conversation_rows import CONVERSATIONS
from stores.erased_words import CASES
from stores.privacy_tables import STANDS, HoldRow

HOLDS = cast(sa.Table, HoldRow.__table__)


def held_subjects(kind: HoldKind) -> sa.Select[tuple[str]]:
    """Return the subjects of a kind on which a hold stands."""
    return sa.select(HOLDS.c.subject).where(HOLDS.c.kind == kind.value, STANDS)


def held_people() -> sa.Select[tuple[str]]:
    """Return the people who are held, or one of whose cases is."""
    held = CASES.c.number.in_(held_subjects(HoldKind.CASE))
    of_cases = sa.select(CASES.c.person_id).where(held)
    return sa.select(sa.union(held_subjects(HoldKind.PERSON), of_cases).subquery().c[0])


def held_conversations() -> sa.Select[tuple[str]]:
    """Return the conversations of people who are held, and of cases that are."""
    ids = sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.person_id.in_(held_people()))
    held = CASES.c.number.in_(held_subjects(HoldKind.CASE))
    of_cases = sa.select(CASES.c.conversation_id).where(held)
    return sa.select(sa.union(ids, of_cases).subquery().c[0])
