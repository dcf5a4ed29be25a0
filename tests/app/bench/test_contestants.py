"""A model that took a quarter of an hour is trained again only for another sample."""

from pathlib import Path

import pytest

from bench import contestants
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
