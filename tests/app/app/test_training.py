"""A model is named after what it is made from, and after nothing else."""

import os
from pathlib import Path

import pytest

from app.training import content_hash


def a_project(folder: Path) -> Path:
    for name in ("config.yml", "domain.yml"):
        (folder / name).write_text("version: '3.1'", "utf-8")
    for name in ("data/nlu_ar/faq.yml", "bot/heads.py", "kernel/numbers.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("متى الدوام INV-9", "utf-8")
    return folder


def test_every_source_counts(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    seen = {content_hash(project)}
    for name in ("domain.yml", "data/nlu_ar/faq.yml", "bot/heads.py"):
        (project / name).write_text("شكوى", "utf-8")
        seen.add(content_hash(project))
    assert len(seen) == 4


def test_the_environment_beside_the_code_is_not_walked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = a_project(tmp_path)
    before = content_hash(project)
    library = project / "bot" / ".venv" / "lib" / "rasa"
    library.mkdir(parents=True)
    (library / "model.py").write_text("x", "utf-8")
    walked: list[Path] = []
    walk = os.walk

    def told(start: Path) -> object:
        for folder, inside, names in walk(start):
            walked.append(Path(folder))
            yield folder, inside, names

    monkeypatch.setattr(os, "walk", told)
    assert content_hash(project) == before
    assert walked
    assert not any(".venv" in folder.parts for folder in walked)
