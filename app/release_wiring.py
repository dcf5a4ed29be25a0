"""Wire releasing: repository, trainer, Rasa that takes models over, and the work itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from app.live_model import SwapFailed
from app.release_figures import Recent
from app.releasing import At, Releasing, nowhere
from app.settings import Settings
from app.trainer_process import TrainerProcess
from app.training import model_for
from app.warming_up import WarmingUp
from cases.departments import DEPARTMENTS
from content.improvements import ImprovementStore
from content.measuring import LabelledMessage, labelled_message
from content.releases import Releases
from content.repository import ContentRepository, project_git_dir
from content.topics import forget_topics
from conversations.rounds import Rounds
from conversations.workers import Running
from stores.sql_improvement_store import SqlImprovementStore
from stores.sql_release_store import SqlReleaseStore

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

PROJECT = Path(__file__).resolve().parents[1]
LOOK_EVERY_S = 1.0
WARM_EVERY_S = 20.0  # after the last change; sooner would be work for nothing at each save
SWAPPED_WITHIN_S = 90.0
ASKED_WITHIN_S = 20.0
MODEL_ADDRESS = "/models/live"
LABELS_HOLD = timedelta(days=90)
MOST_LABELS = 200
"""Each costs some 8 ms of CPU in each of two models."""


@dataclass(frozen=True, slots=True)
class ReleaseParts:
    """What the screens, the servers and the tests need of releasing."""

    releases: Releases
    releasing: Releasing
    trainer: TrainerProcess
    rounds: Rounds
    warming: Rounds
    live: Path
    models: Path

    def workers(self) -> Sequence[Running]:
        """Return what works off releases."""
        return [self.rounds, self.warming]

    def live_model(self) -> Path:
        """Return the file of the model of what is live."""
        return model_for(PROJECT, self.models, self.live)

    def attach(self, app: web.Application) -> None:
        """Serve the live model as Rasa's model-server protocol asks, on loopback."""
        app.router.add_get(MODEL_ADDRESS, self._served)

    async def _served(self, request: web.Request) -> web.StreamResponse:
        """Give the model, or 304 to a server that has it, or 404 while there is none."""
        model = await asyncio.to_thread(self.live_model)  # reads all of the content
        tag = model.name.removesuffix(".tar.gz")
        if request.headers.get("If-None-Match", "").strip('"') == tag:
            return web.Response(status=304, headers={"ETag": tag})
        if not model.exists():
            return web.Response(status=404)
        return web.FileResponse(model, headers={"ETag": tag, "filename": model.name})


def build_releasing(
    settings: Settings,
    engine: AsyncEngine,
    http: ClientSession,
    *,
    live: Path,
    now: Callable[[], datetime],
    at: At = nowhere,
) -> ReleaseParts:
    """Return all of it; nothing runs yet, and the trainer only starts when it is needed."""
    studio = settings.data_dir / "studio"
    if settings.content_repository == "project":
        repository = ContentRepository(project_git_dir(live, os.environ), os.environ, branch="")
    else:
        repository = ContentRepository((settings.data_dir / "content.git").absolute(), os.environ)
    releases = Releases(
        SqlReleaseStore(engine),
        repository,
        draft=(studio / "draft").absolute(),
        live=live,
        four_eyes=settings.content_four_eyes,
        now=now,
    )
    trainer = TrainerProcess(PROJECT, settings.logs / "trainer.log")

    async def swap(model: Path) -> None:
        if not settings.rasa_pulls_models:
            await put_model(http, settings.rasa_url, model)

    releasing = Releasing(
        releases,
        trainer,
        swap,
        project=PROJECT,
        models=settings.models.absolute(),
        place=(studio / "releases").absolute(),
        now=now,
        messages=recent_labels(SqlImprovementStore(engine), now),
        departments=lambda: tuple(DEPARTMENTS),
        at=at,
    )
    forget_topics(live)
    rounds = Rounds("releases", releasing.round, every_s=LOOK_EVERY_S, finish=False)
    getting_ready = WarmingUp(releases.draft, releasing.warm_up)
    warming = Rounds("warming up", getting_ready.round, every_s=WARM_EVERY_S, finish=False)
    models = settings.models.absolute()
    return ReleaseParts(releases, releasing, trainer, rounds, warming, live, models)


def recent_labels(store: ImprovementStore, now: Callable[[], datetime]) -> Recent:
    """Return what gives the messages that editors gave a meaning lately."""

    async def recent() -> Sequence[LabelledMessage]:
        found = await store.labelled(since=now() - LABELS_HOLD, limit=MOST_LABELS)
        return [labelled_message(one) for one in found]

    return recent


async def put_model(http: ClientSession, rasa_url: str, model: Path) -> None:
    """Let Rasa take a model over, unless it has it; raises SwapFailed if it does not answer by it.

    A turn that waits is answered by the old model until the new one is whole.
    """
    timeout = ClientTimeout(total=SWAPPED_WITHIN_S)
    try:
        if await _answering(http, rasa_url) == model.name:
            return
        told = {"model_file": str(model)}
        async with http.put(f"{rasa_url}/model", json=told, timeout=timeout) as answer:
            if answer.status != 204:
                raise SwapFailed(f"Rasa answered {answer.status}: {(await answer.text())[:300]}")
        now = await _answering(http, rasa_url)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        raise SwapFailed(f"Rasa does not answer: {type(error).__name__}") from error
    if now != model.name:
        raise SwapFailed(f"Rasa answers by {now}")


async def _answering(http: ClientSession, rasa_url: str) -> str | None:
    """Return the name of the model that Rasa answers by."""
    timeout = ClientTimeout(total=ASKED_WITHIN_S)
    async with http.get(f"{rasa_url}/status", timeout=timeout) as answer:
        status = await answer.json(content_type=None)
    return str(status.get("model_file")) if isinstance(status, dict) else None
