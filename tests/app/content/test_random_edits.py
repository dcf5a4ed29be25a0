"""Random edits through the studio and by hand on the same files: 15 here, 500 with ``--long``."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import IO

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from content.check import findings_of, repeated
from content.near_duplicates import near_duplicates
from content.reading import PROJECT, read_content
from tests.app.content.random_edits import House

SHORT, LONG = 15, 500
LOOK_EVERY = 25
"""In the long form, after so many edits Rasa itself and all checks look at the files."""


@pytest.fixture(scope="module")
def edits(request: pytest.FixtureRequest) -> int:
    return LONG if request.config.getoption("--long") else SHORT


class Rasa:
    """``rasa data validate`` in a process that stays (tests/rasa/validating.py)."""

    def __init__(self, asked: IO[str], told: IO[str]) -> None:
        self._asked, self._told = asked, told

    def validates(self, root: Path) -> dict[str, object]:
        """Return whether the command is content with a folder, and what it said."""
        shutil.copy(PROJECT / "config.yml", root)
        self._asked.write(f"{root}\n")
        self._asked.flush()
        return dict(json.loads(self._told.readline()))


@contextmanager
def a_validator() -> Iterator[Rasa]:
    python = PROJECT / "bot" / ".venv" / "bin" / "python"
    process = subprocess.Popen(
        [str(python), "-m", "tests.rasa.validating"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "RASA_TELEMETRY_ENABLED": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield Rasa(process.stdin, process.stdout)
        process.stdin.close()


def looked_at(house: House) -> None:
    """Hold the files against everything that a release is held against."""
    content = read_content(house.root)
    assert [str(one) for one in findings_of(content, house.root)] == []
    pairs = [p for p in near_duplicates(content.examples) if p.equal or not p.same_label]
    assert [str(one) for one in repeated(content.examples, pairs)] == []


def edited_at_random(edits: int, rasa: Rasa | None) -> None:
    rounds = max(1, edits // 100)

    @settings(
        max_examples=rounds,
        deadline=None,
        database=None,
        derandomize=edits == SHORT,
        phases=[Phase.generate],  # a run of edits is too dear to be made smaller
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def edited(random: Random) -> None:
        with TemporaryDirectory() as folder:
            house = House(Path(folder), Random(random.random()))
            for _ in range(edits // rounds):
                house.edit()
                if house.count % LOOK_EVERY == 0 and rasa is not None:
                    looked_at(house)
                    assert rasa.validates(house.root) == {"good": True, "said": []}
            looked_at(house)

    edited()


def refuses_what_is_spoilt(rasa: Rasa) -> None:
    with TemporaryDirectory() as folder:
        house = House(Path(folder), Random(1))
        path = house.answers()[0]
        path.write_text(path.read_text("utf-8").replace("  - condition:", "  - conditon:"))
        assert rasa.validates(house.root)["good"] is False


def test_nothing_but_the_edited_entry_changes(edits: int) -> None:
    if edits == SHORT:
        edited_at_random(edits, None)
        return
    with a_validator() as rasa:
        refuses_what_is_spoilt(rasa)
        edited_at_random(edits, rasa)
