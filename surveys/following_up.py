"""A low score becomes a case of its own: with an owner, a next step and the ladder of all cases."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from cases.errors import CaseChanged, CaseNotFound
from cases.model import CaseKind
from cases.service import CaseService, OpenRequest
from cases.work import CaseWork
from phrases.catalogue import Catalogue
from surveys.ports import FollowUps, FollowUpStore, LowScore

SETTLED = timedelta(minutes=10)
"""So long people may still change their minds or write a line."""

LOOK_BACK = timedelta(days=14)
AT_ONCE = 50
CAUSED_BY, OPENED_BY = "rating:", "system:surveys"

log = logging.getLogger(__name__)


class FollowUpCases:
    """Opens a call-back case for the unit whose work was rated, related to that; one per rating."""

    def __init__(self, cases: CaseService, work: CaseWork, phrases: Catalogue) -> None:
        self._cases = cases
        self._work = work
        self._phrases = phrases

    async def open(self, score: LowScore) -> str | None:
        """Return the number of the case that follows it up."""
        about = None
        if score.case_number is not None:
            try:
                about = await self._cases.get(score.case_number)
            except CaseNotFound:
                about = None
        case = await self._cases.open(
            OpenRequest(
                kind=CaseKind.CALLBACK,
                text=self._text(score),
                language=score.language,
                channel=score.channel,
                person_id=score.person_id,
                conversation_id=score.conversation_id,
                caused_by=f"{CAUSED_BY}{score.rating_id}",
                department=about.department if about else score.department,
                department_confidence=1.0,
                segment=about.segment if about else None,
                contact=about.contact if about else None,
                reference=score.case_number,
                opened_by=OPENED_BY,
            )
        )
        if about is not None:
            try:
                await self._work.link(case.number, about.number, actor=OPENED_BY)
            except CaseChanged:  # somebody saves one of them this very moment
                log.info("case %s is not linked to %s", case.number, about.number)
        return case.number

    def _text(self, score: LowScore) -> str:
        """Return what colleagues read; of a confidential case nothing but its number."""
        say = self._phrases.say
        if score.case_number is None:
            text = say("survey_follow_up_talk", score.language)
        else:
            text = say("survey_follow_up_case", score.language, number=score.case_number)
        if score.words and not score.confidential:
            text += "\n" + say("survey_follow_up_words", score.language, words=score.words)
        return text


class FollowingUp:
    """Makes rounds. A kill between opening and noting opens nothing twice."""

    def __init__(
        self, store: FollowUpStore, follow_ups: FollowUps, *, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._follow_ups = follow_ups
        self._now = now

    async def make_round(self) -> bool:
        """Follow up what has settled; return whether there may be more at once."""
        at = self._now()
        scores = await self._store.low_scores(
            since=at - LOOK_BACK, until=at - SETTLED, limit=AT_ONCE
        )
        for score in scores:
            number = await self._follow_ups.open(score)
            await self._store.followed_up(score.rating_id, number, at=self._now())
        return len(scores) >= AT_ONCE
