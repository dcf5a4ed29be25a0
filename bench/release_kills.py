"""``python -m bench.release_kills``: kill app, trainer and Rasa in a release, all of them real.

The full content, the trainer and a Rasa server as the app runs them. Each of the three is killed
at each of six points of a release. After each death the next rounds see to it, and Rasa is asked
a question over REST: it must give the answer of the release that the studio says is live. Writes
``var/bench/release_kills.json``. ``--who`` and ``--points`` do a part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from app.bootstrap import PROJECT, now
from app.rasa_process import RasaProcess
from app.release_wiring import put_model
from app.releasing import At, Releasing, nowhere
from app.trainer_process import TrainerProcess
from app.training import ensure_model, model_for
from bench.rasa_process import free_port
from content.draft import Draft
from content.entries import Question
from content.folder import ContentFolder
from content.release import Editor, Release, ReleaseState
from content.releases import Releases
from content.repository import ContentRepository
from kernel.language import Language
from stores.database import engine_for
from stores.migrate import upgrade
from stores.sql_release_store import SqlReleaseStore

NURA, ALI = Editor("bench-1", "نورة"), Editor("bench-2", "علي")
TOPIC, ASKED = "working_hours", "متى تداومون"
AWAY = "no answer"
WHO = ("app", "trainer", "rasa")
POINTS = ("checked_out", "training_network", "measured", "before_swap", "swapped", "taken_over")
LEARNS = "training_network"
"""At this point wordings have changed too; at the others an answer alone, which is quicker."""
RIGHT_WITHIN_S = 90.0


@dataclass
class Place:
    """Where everything lies, and how Rasa is reached."""

    root: Path
    rasa_url: str

    @property
    def database(self) -> str:
        """Return the address of the database."""
        return f"sqlite+aiosqlite:///{self.root / 'app.sqlite'}"

    def releasing(
        self, engine: AsyncEngine, http: ClientSession, *, clock: Callable[[], datetime], at: At
    ) -> Releasing:
        """Return releasing as the app wires it."""
        releases = Releases(
            SqlReleaseStore(engine),
            ContentRepository(self.root / "content.git", os.environ),
            draft=self.root / "studio/draft",
            live=self.root / "live",
            four_eyes=True,
            now=clock,
        )
        return Releasing(
            releases,
            TrainerProcess(PROJECT, self.root / "trainer.log"),
            lambda model: put_model(http, self.rasa_url, model),
            project=PROJECT,
            models=self.root / "models",
            place=self.root / "studio/releases",
            now=clock,
            at=at,
        )


async def dies(place: Place, point: str, ahead: timedelta) -> None:
    """Work off what is approved, and die at the named point, as the app would."""

    async def die(here: str) -> None:
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = engine_for(place.database)
    async with ClientSession() as http:
        await place.releasing(engine, http, clock=lambda: now() + ahead, at=die).round()


@dataclass
class Scene:
    """A house in which one thing after another is killed."""

    place: Place
    engine: AsyncEngine
    http: ClientSession
    rasa: RasaProcess
    ahead: timedelta = timedelta()
    count: int = 0
    lives: str = ""

    def clock(self) -> datetime:
        """Return the time, put forward after each death so that nobody need wait."""
        return now() + self.ahead

    async def sent(self, *, wordings: bool) -> Release:
        """Change the answer so that it says its number, send it and approve it."""
        self.count += 1
        mark = f"KILL-{self.count}"
        draft = Draft(self.place.root / "studio/draft", self.place.root / "live")
        draft.prepare()
        entry = draft.folder.entry(TOPIC)
        live = ContentFolder(self.place.root / "live").entry(TOPIC)
        assert entry is not None and live is not None  # noqa: S101, PT018  # it ships
        for language in Language:
            side = live.side(language)
            text = f"{mark} {side.text.rpartition('KILL-')[2].lstrip('0123456789 ')}"
            questions = side.questions
            if wordings:
                asked = Question(f"{mark} {side.title}", questions[0].variety)
                questions = (*questions, asked)
            entry = entry.with_side(language, replace(side, text=text, questions=questions))
        entry = replace(entry, sources=(f"https://bench.example/{mark}",))
        draft.folder.save(entry, seen=draft.folder.version(TOPIC))
        releases = self.releasing().releases
        release = await releases.send_to_review(NURA, mark)
        return await releases.approve(release.number, ALI)

    def releasing(self, at: At = nowhere) -> Releasing:
        """Return what works releases off in this process."""
        return self.place.releasing(self.engine, self.http, clock=self.clock, at=at)

    async def answer(self) -> str:
        """Return the mark in Rasa's answer; where there is none, why."""
        told = {"sender": f"kills-{time.monotonic()}", "message": ASKED}
        url = f"{self.place.rasa_url}/webhooks/rest/webhook"
        try:
            async with self.http.post(url, json=told, timeout=ClientTimeout(20)) as answer:
                said = " ".join(str(one.get("text", "")) for one in await answer.json())
        except (ClientError, TimeoutError, ValueError):
            return AWAY
        if not said:
            return AWAY
        return next((word for word in said.split() if word.startswith("KILL-")), "")

    async def after(self, who: str, point: str, release: Release) -> dict[str, Any]:
        """Let rounds see to it until Rasa answers as it should; return what the studio says."""
        self.ahead += timedelta(minutes=1)
        releasing, began = self.releasing(), time.monotonic()
        wrong, right = [], False
        try:
            while not right and time.monotonic() - began < RIGHT_WITHIN_S:
                await releasing.round()
                told = await releasing.releases.store.get(release.number)
                if told.state is ReleaseState.LIVE:
                    self.lives = told.title
                answer = await self.answer()
                right = answer == self.lives
                wrong += [] if right or answer == AWAY else [answer]
                await asyncio.sleep(0 if right else 0.5)
        finally:
            await releasing.trainer.stop()
        ended = told.state in (ReleaseState.LIVE, ReleaseState.FAILED)
        return {
            "killed": who,
            "at": point,
            "state": told.state.value,
            "says": told.failure,
            "answers": answer,
            "should_answer": self.lives,
            "right_after_s": round(time.monotonic() - began, 1),
            "wrong_meanwhile": wrong,
            "good": right and ended and (told.state is ReleaseState.LIVE or bool(told.failure)),
        }


async def killed_at(scene: Scene, who: str, point: str) -> dict[str, Any]:
    """Kill one of the three at a point of a release; return what became of it."""
    release = await scene.sent(wordings=point == LEARNS and who != "rasa")
    if who == "app":
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.release_kills", "--die", point),
            *(str(scene.place.root), scene.place.rasa_url, str(scene.ahead.total_seconds())),
            cwd=PROJECT,
        )
        died = await process.wait() == -signal.SIGKILL
    else:
        died = await _other_killed(scene, who, point)
    found = await scene.after(who, point, release)
    return {**found, "died": died}


async def _other_killed(scene: Scene, who: str, point: str) -> bool:
    """Kill trainer or Rasa, which this process watches; a trainer may have gone before."""
    killed: list[int] = []

    async def kill(here: str) -> None:
        pid = releasing.trainer.pid if who == "trainer" else scene.rasa.pid
        if here == point and pid is not None and not killed:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
            await asyncio.sleep(0.2)

    releasing = scene.releasing(kill)
    await releasing.trainer.warm_up(releasing.releases.draft, None)  # so that there is one
    await releasing.round()
    await releasing.trainer.stop()
    return bool(killed)


@asynccontextmanager
async def a_scene(root: Path) -> AsyncIterator[Scene]:
    """Lay out live content, its model, a database and a Rasa that answers."""
    live = root / "live"
    live.mkdir()
    shutil.copytree(PROJECT / "data", live / "data")
    shutil.copy(PROJECT / "domain.yml", live)
    model = await asyncio.to_thread(ensure_model, PROJECT, root / "models", root, print, live)
    endpoints = root / "endpoints.yml"
    tracker = {"type": "bot.episodes.SqlEpisodes", "dialect": "sqlite", "db": f"{root}/rasa.sqlite"}
    endpoints.write_text(yaml.safe_dump({"tracker_store": tracker}), "utf-8")
    port = free_port()
    place = Place(root, f"http://127.0.0.1:{port}")
    await asyncio.to_thread(upgrade, place.database)

    def live_model() -> Path:
        found = model_for(PROJECT, root / "models", live)
        return found if found.exists() else model

    rasa = RasaProcess(
        project=PROJECT,
        model=live_model,
        port=port,
        endpoints=endpoints,
        log_file=root / "rasa.log",
    )
    running = asyncio.create_task(rasa.run())
    engine = engine_for(place.database)
    try:
        async with ClientSession() as http:
            yield Scene(place, engine, http, rasa)
    finally:
        await rasa.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await engine.dispose()


async def killed(root: Path, who: Sequence[str], points: Sequence[str]) -> list[dict[str, Any]]:
    """Return what became of each death."""
    found = []
    async with a_scene(root) as scene:
        until = time.monotonic() + RIGHT_WITHIN_S
        while await scene.answer() == AWAY:
            if time.monotonic() > until:
                raise RuntimeError("Rasa does not answer")
            await asyncio.sleep(0.5)
        for one in who:
            for point in points:
                found.append(await killed_at(scene, one, point))
                print(json.dumps(found[-1], ensure_ascii=False), flush=True)
    return found


def main() -> int:
    """Kill everything once; return 1 where another release answers than the studio says."""
    parser = argparse.ArgumentParser(description="Kill what takes part in a release.")
    parser.add_argument("--die", nargs=4, metavar=("POINT", "ROOT", "RASA", "AHEAD_S"))
    parser.add_argument("--who", nargs="+", choices=WHO, default=WHO)
    parser.add_argument("--points", nargs="+", choices=POINTS, default=POINTS)
    given = parser.parse_args()
    if given.die:
        point, root, url, ahead = given.die
        asyncio.run(dies(Place(Path(root), url), point, timedelta(seconds=float(ahead))))
        return 0
    with tempfile.TemporaryDirectory(prefix="baddala-kills-") as folder:
        found = asyncio.run(killed(Path(folder), given.who, given.points))
    place = PROJECT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"deaths": found, "load": os.getloadavg()}, indent=1, ensure_ascii=False)
    place.joinpath("release_kills.json").write_text(told, "utf-8")
    return 0 if all(one["good"] and one["died"] for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
