"""Wire the search of the desk and the pages of the people who write to us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.audit import AuditLog
from accounts.ports import AccountStore
from cases.service import CaseService
from conversations.people import PersonReader
from conversations.queues import QueueReader
from desk.application import Pages
from desk.customer_pages import CustomerPages
from desk.customers import Customers
from desk.rendering import Rendering
from desk.search_pages import SearchPages
from search.ports import SearchIndex
from stores.sql_people import SqlPeople
from stores.sql_search import SqlSearch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What searches, and what knows the people, on one database."""

    index: SearchIndex
    people: PersonReader

    def customers(self, cases: CaseService, queues: QueueReader) -> Customers:
        """Return what screens may show of a person."""
        return Customers(self.people, cases, queues)

    def pages(
        self,
        customers: Customers,
        accounts: AccountStore,
        audit: AuditLog,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> list[Pages]:
        """Return the search and the page of a person."""
        return [
            SearchPages(self.index, audit, rendering, now=now),
            CustomerPages(
                customers, self.people, accounts, audit, rendering, now=now, new_id=new_id
            ),
        ]


def build_search(engine: AsyncEngine) -> SearchParts:
    """Return the search on one database."""
    return SearchParts(SqlSearch(engine), SqlPeople(engine))
