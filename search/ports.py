"""What the search needs from the outside; the implementation lives in ``stores/``."""

from __future__ import annotations

from typing import Protocol

from search.model import CaseHit, Found, MessageHit, Narrowed, PersonHit, Seeker
from search.question import Question

MOST_RANKED = 300
"""So many of the newest that match, and that the seeker may see, are ranked."""


class SearchIndex(Protocol):
    """Finds. ``tests/app/stores/test_sql_search.py`` is the other half of this contract.

    What is committed is found at once. A seeker finds only what the lists of the desk would
    show them. A question without groups finds nothing.
    """

    async def cases(
        self,
        question: Question,
        seeker: Seeker,
        narrowed: Narrowed,
        *,
        offset: int = 0,
        limit: int = 20,
    ) -> Found[CaseHit]:
        """Return cases by number, words, reference, amount or whole contact."""

    async def messages(
        self, question: Question, seeker: Seeker, *, offset: int = 0, limit: int = 20
    ) -> Found[MessageHit]:
        """Return messages and notes; what the assistant says is not kept for searching."""

    async def people(
        self, question: Question, seeker: Seeker, *, offset: int = 0, limit: int = 20
    ) -> Found[PersonHit]:
        """Return people by a whole address or contact, or by words of a note about them."""
