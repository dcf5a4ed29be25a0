"""What came is counted against what became of it, on both systems."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli import main
from app.running import migrate
from app.settings import Settings
from conversations.arrivals import RawWebhook
from conversations.reconciliation import DAY, STILL_COMING, Reconciler
from stores.sql_reconciliation import RECONCILED, SqlReconciliation
from stores.sql_webhook_store import SqlWebhookStore
from tests.app.conversations.parts import NOON, all_parts, new_id

SINCE, UNTIL = NOON - DAY, NOON + DAY


def raw(n: int) -> RawWebhook:
    return RawWebhook(f"r-{n}", "fake", f"d-{n}", "{}", 2, NOON + timedelta(seconds=n))


async def test_counts_what_became_of_people_s_messages(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        store = SqlReconciliation(engine)
        await parts.hear("أين الفاتورة INV-9؟")
        await parts.answer_all()
        found = await store.count(SINCE, UNTIL)
        assert (dict(found.states), found.unfinished) == ({"answered": 1}, 1)
        assert not found.in_order
        await parts.send_all()
        found = await store.count(SINCE, UNTIL)
        assert (found.missing, found.unfinished, found.in_order) == (0, 0, True)


async def test_sees_what_a_service_told_and_is_not_there(engine: AsyncEngine) -> None:
    webhooks, store = SqlWebhookStore(engine, new_id=new_id), SqlReconciliation(engine)
    await webhooks.quarantine(raw(1), "not_json")
    found = await store.count(SINCE, UNTIL)
    assert (found.aside, found.missing, found.in_order) == (1, 0, False)
    await webhooks.keep_group([(raw(2), ())])
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE raw_webhook SET messages = 3 WHERE id = 'r-2'")
    found = await store.count(SINCE, UNTIL)
    assert (found.told, found.stored, found.missing) == (3, 0, 3)
    assert (await store.count(UNTIL, UNTIL + DAY)).in_order


async def test_once_a_day_by_whoever_comes_first(engine: AsyncEngine) -> None:
    async with all_parts(engine) as parts:
        await parts.hear("سؤال")
        parts.clock.pass_(STILL_COMING.total_seconds() + 1)
        one, other = (Reconciler(SqlReconciliation(engine), now=parts.clock) for _ in range(2))
        found = await one.if_due()
        assert found is not None
        assert found.unfinished == 1
        assert await other.if_due() is None
        parts.clock.pass_(DAY.total_seconds())
        assert await other.if_due() is not None
        told = [e.data for e in await parts.store.events_after(0) if e.kind == RECONCILED]
        assert [one["unfinished"] for one in told] == [1, 0]


def test_the_command_tells_and_its_code_says_whether_all_is_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BADDALA_DATA_DIR", str(tmp_path))
    migrate(Settings(data_dir=tmp_path))
    assert main(["reconcile"]) == 0
    assert "In order." in capsys.readouterr().out
