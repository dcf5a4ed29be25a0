"""What the command line reads of deliveries, without the rest of the house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.bootstrap import new_id
from app.settings import Settings
from conversations.delivery import DeliveryLedger
from conversations.reconciliation import ReconciliationStore
from conversations.sending import SendingStore
from stores.database import engine_for
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
