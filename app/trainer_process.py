"""The warm trainer: a process of the Rasa side that is there while somebody releases."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.line_process import end, line_process
from app.training import rasa_python

log = logging.getLogger(__name__)

STOP_PATIENCE_S = 5.0
POLITE = 5
"""It trains at this nice level: who chats comes first."""

Progress = Callable[[str, float], Awaitable[None]]


class TrainerFailed(Exception):
    """The trainer died or could not do it; the message says what happened."""

    code = "trainer"


class TrainerEnded(TrainerFailed):
    """The process is gone."""

    code = "trainer_ended"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model makes of texts, in their order, and of each conversation test."""

    said: Sequence[dict[str, Any]]
    stories: Sequence[dict[str, Any]] = ()


class TrainerProcess:
    """Starts ``bot.trainer`` when it is needed and lets it go after ``idle_s`` without work.

    One job at a time. The process ends when this one does, however that happens.
    """

    def __init__(
        self,
        project: Path,
        log_file: Path,
        *,
        idle_s: float = 900.0,
        command: Sequence[str] | None = None,
    ) -> None:
        self._project = project
        self._log_file = log_file
        self._idle_s = idle_s
        self._command = command or (str(rasa_python(project)), "-m", "bot.trainer")
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._count = 0
        self._leaving: asyncio.TimerHandle | None = None
        self.last_training: dict[str, Any] = {}

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def train(
        self,
        content: Path,
        model: Path,
        told: Progress,
        *,
        base: Path | None = None,
        most: float | None = None,
    ) -> dict[str, Any]:
        """Make a model of a content folder; the file is there whole or not at all.

        Args:
            content: holds ``data/`` and ``domain.yml``.
            model: where it will lie.
            told: hears how far it is.
            base: a model of nearly the same lines, to go on from (bot/relearning.py).
            most: the share of lines that may differ for that; None: what is usual.

        Raises:
            TrainerFailed: there is no model.
        """
        job: dict[str, Any] = {
            "do": "train",
            "content": _whole(content),
            "config": str(self._project / "config.yml"),
            "model": _whole(model),
        }
        if base is not None:
            job["base"] = _whole(base)
        if most is not None:
            job["most"] = most
        return await self._done(job, told)

    async def warm_up(self, content: Path, base: Path | None) -> None:
        """Let it read what a training of nearly this content will need; raises TrainerFailed."""
        job = {"do": "warm_up", "content": _whole(content)}
        if base is not None:
            job["base"] = _whole(base)
        await self._done(job, _nothing)

    async def judge(
        self, model: Path, texts: Sequence[str], *, stories: Path | None = None
    ) -> Judged:
        """Return what a model makes of each text, and of the conversation tests in a folder.

        Raises:
            TrainerFailed: it cannot be asked.
        """
        job: dict[str, Any] = {"do": "judge", "model": _whole(model), "texts": list(texts)}
        if stories is not None:
            job["stories"] = _whole(stories)
        done = await self._done(job, _nothing)
        return Judged(done["said"], done.get("stories", ()))

    async def stop(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            await end(process, STOP_PATIENCE_S, at_once=True)

    async def _done(self, job: dict[str, Any], told: Progress) -> dict[str, Any]:
        async with self._lock:
            process = await self._started()
            self._count += 1
            try:
                return await self._answered(process, {"id": self._count, **job}, told)
            except (ConnectionError, ValueError) as error:
                raise TrainerEnded(f"the trainer broke off: {type(error).__name__}") from error
            except asyncio.CancelledError:
                await self.stop()  # what it is at would be in the way of the next job
                raise
            finally:
                self._rest()

    async def _answered(
        self, process: asyncio.subprocess.Process, job: dict[str, Any], told: Progress
    ) -> dict[str, Any]:
        if process.stdin is None or process.stdout is None:
            raise TrainerFailed("the trainer has no input")
        process.stdin.write(json.dumps(job).encode() + b"\n")
        await process.stdin.drain()
        while line := await process.stdout.readline():
            said = json.loads(line)
            if said.get("id") != job["id"]:
                continue
            if said["event"] == "progress":
                await told(said["part"], said["share"])
            elif said["event"] == "failed":
                raise TrainerFailed(said["reason"])
            else:
                cost = {key: said[key] for key in ("wall_s", "cpu_s", "memory_mb")}
                if job["do"] == "train":
                    self.last_training = {**cost, "way": said.get("way"), **_stages(said)}
                log.info("trainer: %s done, %s", job["do"], cost)
                return dict(said)
        code = await process.wait()
        raise TrainerEnded(f"the trainer ended with code {code}; see {self._log_file}")

    async def _started(self) -> asyncio.subprocess.Process:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if self._process is None or self._process.returncode is not None:
            command = ("nice", "-n", str(POLITE), *self._command)
            self._process = await line_process(self._project, command, self._log_file)
        return self._process

    def _rest(self) -> None:
        """Let it go when nobody asks for a while."""
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(
            self._idle_s, lambda: loop.create_task(self.stop(), name="trainer leaves")
        )


def _stages(said: dict[str, Any]) -> dict[str, Any]:
    return {"stages": said["stages"]} if "stages" in said else {}


async def _nothing(_part: str, _share: float) -> None:
    """Tell nobody."""


def _whole(path: Path) -> str:
    return str(path.absolute())
