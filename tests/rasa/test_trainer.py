import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.rasa.models import PROJECT

TINY = PROJECT / "tests" / "rasa" / "tiny"
STORIES = """\
version: "3.1"
stories:
- story: تحية INV-9
  steps:
  - intent: greet
    user: "[مرحبا](language:ar)"
  - action: utter_greet
- story: تحية تُفهم شكرًا
  steps:
  - intent: thank
    user: "[مرحبا](language:ar)"
  - action: utter_welcome
- story: ما لا قاعدة له
  steps:
  - intent: greet
    user: "[مرحبا](language:ar)"
  - action: utter_noted
- story: النموذج يُقاطع
  steps:
  - active_loop: note_form
  - slot_was_set:
    - requested_slot: what
  - intent: greet
    user: "[مرحبا](language:ar)"
  - action: utter_greet
"""


def test_trains_judges_and_ends_with_its_input(tmp_path: Path) -> None:
    model = tmp_path / "models" / "نموذج-9.tar.gz"
    stories = tmp_path / "stories"
    stories.mkdir()
    stories.joinpath("test_talk_ar.yml").write_text(STORIES, "utf-8")
    jobs = [
        {"id": 1, "do": "train", "content": str(TINY), "config": "config.yml", "model": str(model)},
        {
            "id": 2,
            "do": "judge",
            "model": str(model),
            "texts": ["مرحبا", "hello INV-9"],
            "stories": str(stories),
        },
        {"id": 3, "do": "judge", "model": str(tmp_path / "none.tar.gz"), "texts": []},
        {"id": 4, "do": "warm_up", "content": str(TINY), "base": str(model)},
        {
            "id": 5,
            "do": "train",
            "content": str(TINY),
            "config": "config.yml",
            "model": str(model.with_name("again.tar.gz")),
            "base": str(model),
        },
        {"id": 6, "do": "judge", "model": str(model.with_name("again.tar.gz")), "texts": ["مرحبا"]},
    ]
    broken = shutil.copytree(TINY, tmp_path / "broken")
    domain = broken / "domain.yml"
    told = domain.read_text("utf-8").replace("entities: [language]", "entities: INV-9")
    domain.write_text(told, "utf-8")
    jobs += [  # what was accepted once is not looked at again, what was refused is
        {
            **jobs[0],
            "id": again,
            "content": str(broken),
            "model": str(model.with_name("bad.tar.gz")),
        }
        for again in (7, 8)
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
    shares = [one["share"] for one in said if one["event"] == "progress" and one["id"] == 1]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
    ended = {one["id"]: one for one in said if one["event"] in ("done", "failed")}
    assert model.is_file()
    names = sorted(one.name for one in model.parent.iterdir())
    assert names == ["again.tar.gz", model.name]  # nothing half made
    assert ended[4]["lines"] > 50
    assert (ended[1]["way"], ended[5]["way"]) == ("anew", "untouched")
    assert ended[6]["said"] == ended[2]["said"][:1]
    assert "train_bot.shared_network.SharedNetwork3" in ended[1]["stages"]
    assert [one["intent"] for one in ended[2]["said"]] == ["greet", "greet"]
    assert [(one["story"], one["went"]) for one in ended[2]["stories"]] == [
        ("تحية INV-9", True),
        ("تحية تُفهم شكرًا", False),
        ("ما لا قاعدة له", False),
        ("النموذج يُقاطع", True),
    ]
    assert [(one["wanted"], one["found"]) for one in ended[2]["stories"][1:3]] == [
        ("thank", "greet"),
        ("utter_noted", "utter_greet"),
    ]
    leads = [one["leads"]["مرحبا"] for one in ended[2]["stories"][:2]]
    assert leads[0] > 0 > leads[1]  # what is told to be meant leads, or trails
    assert [ended[one]["event"] for one in (3, 7, 8)] == ["failed"] * 3
    assert ended[7]["reason"] == ended[8]["reason"]
    assert ended[7]["reason"].startswith("YamlValidationException")
    assert "مرحبا" not in done.stderr  # people's words are never logged
