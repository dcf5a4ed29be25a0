"""Which unit a rating is about, for everybody who counts ratings."""

from __future__ import annotations

import sqlalchemy as sa

from conversations.ratings import SPELL
from stores.case_writes import CASES
from stores.floor_rows import SPELLS
from stores.sql_rating_store import RATINGS
from stores.survey_rows import INVITATIONS
from surveys.invitations import CASE

RATED = (
    RATINGS.outerjoin(INVITATIONS, INVITATIONS.c.id == RATINGS.c.id)
    .outerjoin(
        CASES,
        CASES.c.number
        == sa.func.coalesce(
            INVITATIONS.c.subject, sa.case((RATINGS.c.subject_kind == CASE, RATINGS.c.subject_id))
        ),
    )
    .outerjoin(
        SPELLS, sa.and_(RATINGS.c.subject_kind == SPELL, SPELLS.c.id == RATINGS.c.subject_id)
    )
)
"""Ratings with the invitation, the case and the spell with people that they are about."""

UNIT = sa.func.coalesce(
    INVITATIONS.c.department, CASES.c.department, SPELLS.c.department, sa.literal("")
)
"""The unit: that of the case, or that held the chat; empty where none did."""

AFTER_CLOSING = RATINGS.c.subject_kind.in_([CASE, SPELL])
"""What was asked after a case or a chat, and not by a campaign."""
