"""The model of what is live, and that Rasa answers by it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.training import model_for
from content.release import Release
from conversations.model import RELEASE

log = logging.getLogger(__name__)

Swap = Callable[[Path], Awaitable[None]]


class SwapFailed(Exception):
    """Rasa did not take the model over."""

    code = "rasa"


class LiveModel:
    """Hands models to Rasa, and once it is in doubt which it has, the live one until it has it.

    Args:
        live: the folder of what is live.
        swap: lets Rasa take a model over; returns when it answers by it, at once if it does.
    """

    def __init__(self, project: Path, models: Path, live: Path, swap: Swap) -> None:
        self._project = project
        self._models = models
        self._live = live
        self.swap = swap
        self._said_by: dict[str, Any] = {}
        self._in_doubt = False

    def said_by(self) -> dict[str, Any]:
        """Return what an answer remembers: the release that is live, and its model."""
        return {RELEASE: self._said_by} if self._said_by else {}

    def path(self) -> Path:
        """Return where the model of what is live is, if it is still kept."""
        return model_for(self._project, self._models, self._live)

    def kept(self) -> Path | None:
        """Return the model of what is live, None where it is gone."""
        live = self.path()
        return live if live.exists() else None

    async def look_up(self, release: Release | None) -> None:
        """Learn which release is live: another node may have brought it."""
        number = release.number if release else None
        if not self._said_by or self._said_by["number"] != number:
            model = release.model if release else ""
            if not model:
                model = (await asyncio.to_thread(self.path)).name
            self._said_by = {"number": number, "model": model.removesuffix(".tar.gz")}

    def doubt(self) -> None:
        """Note that Rasa may answer by another model than the live one."""
        self._in_doubt = True

    async def settle(self) -> None:
        """Where it is in doubt, let Rasa have the live model; it is asked again until it has it."""
        if not self._in_doubt:
            return
        live = await asyncio.to_thread(self.kept)
        if live is not None:
            try:
                await self.swap(live)
            except SwapFailed as error:
                log.warning("Rasa does not take the live model: %s", error)
                return
        self._in_doubt = False
