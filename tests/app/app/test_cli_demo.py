from pathlib import Path

import pytest

from app.cli_demo import make_demo
from app.settings import Settings


def test_makes_a_demonstration_once_and_says_its_passwords(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    assert make_demo(settings, cases=12, seed=1, again=False) == 0
    said = capsys.readouterr().out
    assert "12 cases" in said
    assert "admin@baddala.local" in said
    made = (tmp_path / "demo" / "baddala.sqlite").stat()
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == [
        "baddala.sqlite",
        "models",
    ]
    assert make_demo(settings, cases=12, seed=1, again=False) == 0
    assert "stays as it is" in capsys.readouterr().out
    assert (tmp_path / "demo" / "baddala.sqlite").stat().st_mtime_ns == made.st_mtime_ns
    assert make_demo(settings, cases=9, seed=1, again=True) == 0
    assert "9 cases" in capsys.readouterr().out


def test_refuses_to_make_nothing(tmp_path: Path) -> None:
    assert make_demo(Settings(data_dir=tmp_path), cases=0, seed=1, again=False) == 2
