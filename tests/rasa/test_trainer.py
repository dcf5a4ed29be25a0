import json
import os
import subprocess
import sys
from pathlib import Path

from tests.rasa.models import PROJECT

TINY = PROJECT / "tests" / "rasa" / "tiny"


def test_trains_judges_and_ends_with_its_input(tmp_path: Path) -> None:
    model = tmp_path / "models" / "نموذج-9.tar.gz"
    jobs = [
        {"id": 1, "do": "train", "content": str(TINY), "config": "config.yml", "model": str(model)},
        {"id": 2, "do": "judge", "model": str(model), "texts": ["مرحبا", "hello INV-9"]},
        {"id": 3, "do": "judge", "model": str(tmp_path / "none.tar.gz"), "texts": []},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bot.trainer"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "RASA_TELEMETRY_ENABLED": "false"},
        input="".join(json.dumps(job) + "\n" for job in jobs),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=300,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[0]["event"] == "ready"
    shares = [one["share"] for one in said if one["event"] == "progress"]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    ended = {one["id"]: one for one in said if one["event"] in ("done", "failed")}
    assert model.is_file()
    assert [one.name for one in model.parent.iterdir()] == [model.name]  # nothing half made
    assert [one["intent"] for one in ended[2]["said"]] == ["greet", "greet"]
    assert ended[3]["event"] == "failed"
    assert "مرحبا" not in done.stderr  # people's words are never logged
