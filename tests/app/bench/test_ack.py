"""The short form of ``python -m bench.ack``: a played Rasa, a few seconds, counts not times."""

from pathlib import Path

from bench.ack import Flood, limit, measure, settings_for

FLOOD = Flood(per_second=40.0, seconds=4.0, drain_s=120.0)


async def test_a_flood_is_acknowledged_drained_and_nothing_of_it_lost(
    database_url: str, tmp_path: Path
) -> None:
    outcome = await measure(await settings_for(tmp_path, database_url), FLOOD, real_rasa=None)
    assert outcome.messages == 160
    assert (outcome.refused, outcome.lost, outcome.doubled, outcome.failed) == (0, 0, 0, 0)
    assert outcome.drained_after_s is not None
    assert outcome.sent == 160
    assert outcome.ack_p50 < 10_000, "it is the load test that judges times"


def test_the_limit_is_the_slower_of_the_two_processes_or_of_the_processors() -> None:
    row = {"messages": 1000, "app_cpu_s": 50.0, "rasa_cpu_s": 30.0}
    assert limit(row).endswith("at most 20 a second")
    row = {"messages": 1000, "app_cpu_s": 40.0, "rasa_cpu_s": 40.0}
    assert limit(row).endswith("at most 25 a second")
