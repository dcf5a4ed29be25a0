"""Random edits through the studio and by hand on the same files: 15 here, 500 with ``--long``."""

import os
import shutil
import subprocess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from content.check import findings_of, repeated
from content.near_duplicates import near_duplicates
from content.reading import PROJECT, read_content
from tests.app.content.random_edits import House

SHORT, LONG = 15, 500


@pytest.fixture(scope="module")
def edits(request: pytest.FixtureRequest) -> int:
    return LONG if request.config.getoption("--long") else SHORT


def rasa_validates(root: Path) -> int:
    """Return the code with which ``rasa data validate`` ends."""
    shutil.copy(PROJECT / "config.yml", root)
    python = PROJECT / "bot" / ".venv" / "bin" / "python"
    command = [str(python), "-m", "rasa", "data", "validate"]
    ended = subprocess.run(
        [*command, "--domain", "domain.yml", "--data", "data", "--config", "config.yml"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        check=False,
    )
    return ended.returncode


def test_nothing_but_the_edited_entry_changes(edits: int) -> None:
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
            content = read_content(house.root)
            assert [str(one) for one in findings_of(content, house.root)] == []
            pairs = [p for p in near_duplicates(content.examples) if p.equal or not p.same_label]
            assert [str(one) for one in repeated(content.examples, pairs)] == []
            if edits == LONG:
                assert rasa_validates(house.root) == 0

    edited()
