"""The short form of ``python -m bench.desk_load``: few agents, few chats, what must be seen is."""

from pathlib import Path

from bench.desk_load import Day, measure, settings_for

DAY = Day(
    agents=6,
    chats=12,
    per_second=6.0,
    wishes_per_second=1.0,
    seconds=4.0,
    pages_per_second=2.0,
    settle_s=60.0,
)


async def test_every_escalation_is_seen_by_each_agent_whom_it_concerns(
    database_url: str, tmp_path: Path
) -> None:
    outcome = await measure(await settings_for(tmp_path, database_url), DAY)
    assert outcome.escalations == 4
    assert outcome.not_visible == 0
    assert 0 < outcome.visible_p50 <= outcome.visible_p95
    assert outcome.failed_pages == 0
    assert outcome.unanswered == 0
    assert outcome.app_resident_mb > 0
