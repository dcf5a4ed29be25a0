"""Who may see what, as conditions of a query: the rules of ``queues.concerns`` and the register."""

from __future__ import annotations

import sqlalchemy as sa

from search.model import Seeker
from stores.case_writes import CASES
from stores.conversation_rows import CONVERSATIONS
from stores.floor_rows import SPELLS


def case_seen(seeker: Seeker, cases: sa.FromClause = CASES) -> sa.ColumnElement[bool]:
    """Return the condition that a case is the seeker's to see.

    Confidential ones are seen by those whose own departments name the unit.
    """
    if not seeker.departments:
        return cases.c.confidential.is_(False)
    return cases.c.department.in_(sorted(seeker.departments))


def conversation_seen(
    conversation_id: sa.ColumnElement[str], seeker: Seeker
) -> sa.ColumnElement[bool]:
    """Return the condition of ``QueueReader.may_see``."""
    viewer = seeker.agent
    if viewer.supervises:
        return sa.true()
    of = SPELLS.alias()
    held = sa.exists().where(of.c.conversation_id == conversation_id, of.c.owner_id == viewer.id)
    if not viewer.departments:
        return sa.exists().where(of.c.conversation_id == conversation_id)
    latest = SPELLS.alias()
    concerned = sa.case(
        (latest.c.department.is_(None), True),
        (latest.c.department.in_(sorted(viewer.departments)), True),
        else_=False,
    )
    last = (
        sa.select(concerned)
        .where(latest.c.conversation_id == conversation_id)
        .order_by(latest.c.opened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.or_(sa.func.coalesce(last, sa.false()), held)


def person_seen(person_id: sa.ColumnElement[str], seeker: Seeker) -> sa.ColumnElement[bool]:
    """Return the condition that a case or a conversation of a person is the seeker's to see."""
    cases, conversations = CASES.alias(), CONVERSATIONS.alias()
    theirs = sa.exists().where(cases.c.person_id == person_id, case_seen(seeker, cases))
    spoken = sa.exists().where(
        conversations.c.person_id == person_id, conversation_seen(conversations.c.id, seeker)
    )
    return sa.or_(theirs, spoken)
