"""Which lines of a public set are learnt, and how what was said of its tests is counted."""

from __future__ import annotations

from pathlib import Path

from bench.public_sets import PublicSet, accuracy, public_sets, read_lines

LINES = [(f"بطاقتي card {i}", f"label {i % 3}") for i in range(60)]


def test_the_sample_has_ten_of_each_label_and_is_the_same_each_time() -> None:
    whole = PublicSet("any", LINES, {})
    sample = whole.sample()
    assert len(set(sample)) == 30
    assert {sum(label == one for _, label in sample) for one in {label for _, label in LINES}} == {
        10
    }
    assert sample == PublicSet("any", LINES, {}).sample()


def test_accuracy_is_in_percent() -> None:
    assert accuracy(["label 0", "label 0"], LINES[:2]) == 50


def test_lines_are_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    file.write_text('\ufefflabel,text\nbalance,"كم رصيدي، please?"\n', "utf-8")
    assert read_lines(file, "text", "label") == [("كم رصيدي، please?", "balance")]


def test_without_the_sets_there_is_nothing_to_measure(tmp_path: Path) -> None:
    assert public_sets(tmp_path) == []
