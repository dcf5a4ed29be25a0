"""The short form of ``python -m bench.managers_screens``: 300 cases, every page measured."""

from pathlib import Path

from bench.desk_load import settings_for
from bench.managers_screens import MOST_MS, PAGES, measure


async def test_every_page_of_managers_comes(database_url: str, tmp_path: Path) -> None:
    told = await measure(await settings_for(tmp_path, database_url), count=300, times=1)
    assert told["cases"] == 300
    assert told["unfinished"] == 60
    assert len(told["pages"]) > len(PAGES)
    for page, ms in told["pages"].items():
        assert 0 < ms["p50"] <= ms["p95"] < 100 * MOST_MS, page  # among other tests
