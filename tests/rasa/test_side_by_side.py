"""Two jobs done at once give what they give one after the other."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

from bot.side_by_side import side_by_side


def test_both_results_come_back_whole() -> None:
    one, other = side_by_side(lambda: {"نوع": "شكوى INV-9"}, lambda: np.arange(300_000))
    assert one == {"نوع": "شكوى INV-9"}
    assert np.array_equal(other, np.arange(300_000))


def test_the_second_job_is_done_elsewhere_where_a_core_is_free() -> None:
    one, other = side_by_side(os.getpid, os.getpid)
    assert (one != other) == (len(os.sched_getaffinity(0)) > 1)


def test_a_job_whose_process_dies_is_done_here() -> None:
    here = os.getpid()

    def dies_elsewhere() -> str:
        if os.getpid() != here:
            os._exit(9)
        return "معاش"

    assert side_by_side(os.getpid, dies_elsewhere) == (here, "معاش")


def test_a_job_that_fails_fails_here(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="two labels"):
        side_by_side(os.getpid, _fails)
    capfd.readouterr()  # the forked one says why it ended


def _fails() -> None:
    raise ValueError("two labels")


def test_what_was_forked_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: nothing is forked")
    told = tmp_path / "pid"

    def other() -> bytes:
        told.write_text(str(os.getpid()))
        return b"0" * 10_000_000  # more than a pipe holds

    parent = multiprocessing.get_context("fork").Process(
        target=side_by_side, args=(lambda: time.sleep(600), other)
    )
    parent.start()
    deadline = time.monotonic() + 30
    while not (told.exists() and told.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.kill()
    parent.join()
    state = Path("/proc", told.read_text(), "stat")
    while state.exists() and state.read_text().rpartition(") ")[2][0] != "Z":
        assert time.monotonic() < deadline, "it waits for ever"
        time.sleep(0.05)
