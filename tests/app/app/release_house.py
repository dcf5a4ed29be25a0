"""Releasing on a small content, with a trainer that learns nothing and a Rasa that only loads."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession, web
from sqlalchemy.ext.asyncio import AsyncEngine

from app.release_wiring import put_model
from app.releasing import At, Releasing, nowhere
from app.trainer_process import TrainerProcess
from content.finding import Finding
from content.release import Editor, Release
from content.releases import Releases
from content.repository import ContentRepository
from stores.database import engine_for
from stores.sql_release_store import SqlReleaseStore

NURA, ALI = Editor("a-1", "نورة", "nura@finance.example"), Editor("a-2", "علي")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
AT = "data/answers/faq_public.yml"
ANSWERS = """\
version: "3.1"
responses:
  utter_faq/refund:
  - condition: [{type: slot, name: language, value: ar}]
    text: "قدّم الطلب برقم INV-9."
    metadata: {title: "استرداد", owner: REV, segment: public, status: sourced}
"""
MESSAGE = (
    '{"text": "ابا فلوسي %d", "language": "ar", "variety": "gulf", "intent": "faq", '
    '"answer": "faq/refund"}\n'
)


def laid_out(folder: Path) -> None:
    """Make a project with live content, a draft and messages to measure by."""
    for part in ("live", "studio/draft"):
        (folder / part / "data/answers").mkdir(parents=True)
        (folder / part / AT).write_text(ANSWERS, "utf-8")
        (folder / part / "domain.yml").write_text("intents:\n- faq\n", "utf-8")
    heldout = folder / "project/tests/rasa/heldout"
    heldout.mkdir(parents=True)
    heldout.joinpath("faq.jsonl").write_text("".join(MESSAGE % n for n in range(8)), "utf-8")
    shutil.copy(Path(__file__).parents[3] / "config.yml", folder / "project")


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@dataclass
class FakeRasa:
    """Takes models over as Rasa does: whole, or not at all."""

    folder: Path
    broken: bool = False
    unheard: bool = False
    taken: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_put("/model", self._put)
        app.router.add_get("/status", self._status)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _put(self, request: web.Request) -> web.Response:
        if self.broken:
            return web.Response(status=500, text="LoadingError")
        self.taken.append(Path((await request.json())["model_file"]).name)
        return web.Response(status=500 if self.unheard else 204)

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": self.taken[-1] if self.taken else None})


async def no_findings(_folder: Path) -> list[Finding]:
    return []


def releasing_in(
    folder: Path,
    engine: AsyncEngine,
    http: ClientSession,
    rasa_url: str,
    *,
    now: Callable[[], datetime] = lambda: NOW,
    at: At = nowhere,
) -> Releasing:
    """Return releasing as the app wires it, on the small content."""
    releases = Releases(
        SqlReleaseStore(engine),
        ContentRepository(folder / "content.git", os.environ),
        draft=folder / "studio/draft",
        live=folder / "live",
        four_eyes=True,
        now=now,
    )
    trainer = TrainerProcess(
        folder / "project",
        folder / "trainer.log",
        command=(sys.executable, str(Path(__file__).with_name("stand_in_trainer.py"))),
    )
    return Releasing(
        releases,
        trainer,
        lambda model: put_model(http, rasa_url, model),
        project=folder / "project",
        models=folder / "models",
        place=folder / "studio/releases",
        now=now,
        check=no_findings,
        at=at,
    )


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "studio/draft" / AT
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def live_text(folder: Path) -> str:
    return (folder / "live" / AT).read_text("utf-8")


async def approved(house: Releasing, old: str, new: str) -> Release:
    edit(house.releases.draft.parents[1], old, new)
    sent = await house.releases.send_to_review(NURA, f"{old} ← {new}")
    return await house.releases.approve(sent.number, ALI)


async def state(house: Releasing, release: Release) -> Release:
    return await house.releases.store.get(release.number)


async def _mortal(folder: Path, database: str, rasa_url: str, point: str) -> None:
    """Work off what is approved, and die at the named point."""

    async def die(here: str) -> None:
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = engine_for(database)
    async with ClientSession() as http:
        later = NOW + timedelta(seconds=1)
        await releasing_in(folder, engine, http, rasa_url, now=lambda: later, at=die).round()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(_mortal(Path(sys.argv[1]), *sys.argv[2:]))
