"""A content folder of a few entries, so that tests of the studio read little."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.bootstrap import PROJECT
from content.draft import Draft
from tests.app.webchat_house import Running

PARTS = (
    "domain.yml",
    "config.yml",
    *(f"data/{kind}/faq_supplier.yml" for kind in ("answers", "nlu_ar", "nlu_en")),
    *(f"data/{kind}/small_talk.yml" for kind in ("nlu_ar", "nlu_en")),
)


def small_content(folder: Path) -> Path:
    """Make the folder out of the project's files."""
    for name in PARTS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, folder / name)
    return folder


def with_small_content(running: Running, folder: Path) -> Running:
    """Let the studio of a house work on a small folder."""
    running.house.studio.drafting.draft = Draft(folder / "draft", small_content(folder / "live"))
    return running
