"""The settings of the content and its releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app import setting_values as read
from app.setting_values import about as _about


@dataclass(frozen=True, kw_only=True)
class ContentSettings:
    """Where the content lies, who keeps its versions, and how it is released."""

    content_dir: Path | None = field(
        default=None,
        metadata=_about(
            "Where the content lies that is live: data/ and domain.yml. Filled at the first start. "
            "Empty: the project's own files.",
            read.folder_or_none,
        ),
    )
    content_repository: str = field(
        default="own",
        metadata=_about(
            "Which git repository keeps releases: own (in the data folder) or project (the branch "
            "that is checked out).",
            read.own_or_project,
        ),
    )
    content_four_eyes: bool = field(
        default=True,
        metadata=_about(
            "Whether a release needs another editor than its author: yes or no.", read.yes_or_no
        ),
    )
    rasa_pulls_models: bool = field(
        default=False,
        metadata=_about(
            "Whether the Rasa servers fetch released models from us instead of being told: yes or "
            "no. For several of them.",
            read.yes_or_no,
        ),
    )
