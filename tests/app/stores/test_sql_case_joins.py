"""Several cases in one transaction, on both databases."""

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.joining import linked
from stores.audit_tables import AuditRow
from stores.sql_case_joins import SqlCaseJoins
from tests.contracts.case_store import AGENT, NOON
from tests.contracts.join_store import JoinStoreContract, two


class TestSqlCaseJoins(JoinStoreContract):
    @pytest.fixture
    def store(self, engine: AsyncEngine) -> SqlCaseJoins:
        return SqlCaseJoins(engine)


async def test_each_case_has_its_own_audit_row(engine: AsyncEngine) -> None:
    store = SqlCaseJoins(engine)
    first, second = await two(store)
    await store.save_all(linked(first, second, at=NOON, actor=AGENT))
    async with engine.connect() as connection:
        rows = await connection.execute(
            sa.select(AuditRow.subject_id, AuditRow.actor, AuditRow.after)
            .where(AuditRow.action == "case_linked")
            .order_by(AuditRow.id)
        )
        assert [tuple(row) for row in rows] == [
            (first.number, AGENT, {"case": second.number}),
            (second.number, AGENT, {"case": first.number}),
        ]
