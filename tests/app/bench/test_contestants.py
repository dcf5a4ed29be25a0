"""A model that took a quarter of an hour is trained again only for another sample."""

import re
from pathlib import Path

import pytest

import bench.__main__ as bench_of_all
from bench import contestants
from bench.__main__ import stock_config
from bench.contestants import Kept, content_of


def test_a_kept_model_is_known_by_what_it_was_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contestants, "WORK", tmp_path)
    (tmp_path / "models").mkdir()
    kept = Kept("0f", "2026-11-25", 960.0)
    kept.note("stock")
    assert Kept.of("stock") is None  # the model itself is gone
    (tmp_path / "models" / "stock.tar.gz").write_bytes(b"model")
    assert Kept.of("stock") == kept


def test_another_sample_is_another_content(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("recipe: default.v1", "utf-8")
    sample = tmp_path / "sample" / "nlu"
    sample.mkdir(parents=True)
    (sample / "one.yml").write_text("متى الدوام DF-26", "utf-8")
    before = content_of(config, [tmp_path / "sample"])
    assert content_of(config, [tmp_path / "sample"]) == before
    (sample / "one.yml").write_text("متى الدوام DF-27", "utf-8")
    assert content_of(config, [tmp_path / "sample"]) != before


def test_a_shorter_training_of_stock_is_told_from_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_of_all, "WORK", tmp_path)
    whole, short = stock_config(None), stock_config(3)
    assert "epochs: 100" in whole.read_text("utf-8")
    assert set(re.findall(r"epochs: (\d+)", short.read_text("utf-8"))) == {"3"}
    assert content_of(whole, []) != content_of(short, [])
