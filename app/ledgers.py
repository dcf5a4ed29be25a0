"""What the command line needs of a database, without the rest of the house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from accounts.administration import Administration
from app.bootstrap import new_id, now
from app.calendar_wiring import open_office
from app.desk_wiring import administration_of
from app.follow_up_wiring import case_service, kept_cases
from app.settings import Settings
from cases.service import CaseService
from conversations.delivery import DeliveryLedger
from conversations.reconciliation import ReconciliationStore
from conversations.sending import SendingStore
from stores.database import engine_for
from stores.sql_account_store import SqlAccountStore
from stores.sql_agent_store import SqlAgentStore
from stores.sql_calendar_store import SqlCalendarStore
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_delivery_ledger import SqlDeliveryLedger
from stores.sql_reconciliation import SqlReconciliation


@asynccontextmanager
async def open_deliveries(
    settings: Settings,
) -> AsyncIterator[tuple[DeliveryLedger, SendingStore]]:
    """Give the delivery ledger and what sending keeps, on a migrated database."""
    engine = engine_for(settings.database)
    try:
        yield SqlDeliveryLedger(engine), SqlConversationStore(engine, new_id=new_id)
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_reconciliation(settings: Settings) -> AsyncIterator[ReconciliationStore]:
    """Give what counts what came against what became of it, on a migrated database."""
    engine = engine_for(settings.database)
    try:
        yield SqlReconciliation(engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_cases(settings: Settings) -> AsyncIterator[CaseService]:
    """Give the case service alone, on a migrated database."""
    engine = engine_for(settings.database)
    try:
        office = await open_office(SqlCalendarStore(engine), now=now)
        store = kept_cases(SqlCaseJoins(engine), office.calendar)
        yield case_service(store, office.calendar, now=now)
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Administration]:
    """Give what administers the accounts, on a migrated database."""
    engine = engine_for(settings.database)
    try:
        yield administration_of(
            SqlAccountStore(engine), SqlAgentStore(engine), now=now, new_id=new_id
        )
    finally:
        await engine.dispose()
