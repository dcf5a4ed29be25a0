"""The process in which drafts are tried out: started when asked, gone after a while of quiet."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.line_process import end, line_process
from app.training import rasa_python
from content.trying import Learning, Line, Stolen, Tried, TryingFailed

LEARNS_WITHIN_S = 300.0
ANSWERS_WITHIN_S = 30.0
QUIET_S = 900.0

log = logging.getLogger(__name__)


class TryoutProcess:
    """Speaks with ``bot.tryout_process`` over its input and output, one question at a time.

    Args:
        monotonic: seconds that only grow.
        quiet_s: after so long without a question its memory is given back.
    """

    def __init__(
        self,
        project: Path,
        log_file: Path,
        *,
        monotonic: Callable[[], float],
        quiet_s: float = QUIET_S,
    ) -> None:
        self.name = "tryout"
        self._project = project
        self._log_file = log_file
        self._monotonic = monotonic
        self._quiet_s = quiet_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._known: str | None = None
        self._wanted: str | None = None
        self._since: float | None = None
        self._failed: str | None = None
        self._learning: asyncio.Task[None] | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self.running = True

    def start(self) -> None:
        """Nothing is started before somebody asks."""

    async def stop(self, patience_s: float = 5.0) -> None:
        """End the process."""
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
        await self._end(patience_s)

    def learning(self) -> Learning:
        """Return how far it is."""
        since = None if self._since is None else self._monotonic() - self._since
        return Learning(self._known, since, self._failed)

    def learn(self, version: str, lines: Sequence[Line]) -> None:
        """Begin to learn, unless this version is known or being learnt."""
        if version in (self._wanted, self._known if self._learning is None else None):
            return
        self._wanted, self._since, self._failed = version, self._monotonic(), None
        before = self._learning
        self._learning = asyncio.create_task(self._learn(version, list(lines), before))

    async def parse(self, text: str) -> Tried:
        """Return what is made of a text by what was learnt last; raises TryingFailed."""
        told = await self._ask({"do": "parse", "text": text})
        return Tried(told["parse"], [(w["word"], w["weight"]) for w in told["why"]], told["ms"])

    async def steals(self, topic: str, before: Sequence[str]) -> Sequence[Stolen]:
        """Return the questions of others that a topic takes with what is new in it."""
        asked = {"do": "steals", "answer": f"faq/{topic}", "before": list(before)}
        told = await self._ask(asked)
        return [Stolen(one["text"], one["of"].removeprefix("faq/")) for one in told["steals"]]

    async def _learn(
        self, version: str, lines: list[Line], before: asyncio.Task[None] | None
    ) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        if version != self._wanted:
            return  # somebody saved again meanwhile
        try:
            await self._told({"do": "learn", "lines": lines}, LEARNS_WITHIN_S)
            self._known = version
        except TryingFailed as error:
            self._failed = str(error.facts.get("problem"))
            log.warning("a draft could not be learnt: %s", self._failed)
        finally:
            if version == self._wanted:
                self._wanted = self._since = self._learning = None

    async def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._known is None:
            raise TryingFailed(problem="nothing is learnt yet")
        return await self._told(asked, ANSWERS_WITHIN_S)

    async def _told(self, asked: dict[str, Any], within_s: float) -> dict[str, Any]:
        async with self._turn:
            process = await self._alive()
            assert process.stdin is not None  # noqa: S101 it was opened with pipes
            assert process.stdout is not None  # noqa: S101
            try:
                async with asyncio.timeout(within_s):
                    process.stdin.write(json.dumps(asked, ensure_ascii=False).encode() + b"\n")
                    await process.stdin.drain()
                    line = await process.stdout.readline()
                told = json.loads(line)
            except (TimeoutError, ValueError, OSError) as error:
                await self._end(1.0)
                raise TryingFailed(problem=type(error).__name__) from error
            except asyncio.CancelledError:
                await self._end(1.0)
                raise
        if "failed" in told:
            raise TryingFailed(problem=told["failed"])
        return dict(told)

    async def _alive(self) -> asyncio.subprocess.Process:
        """Return the process, started if there is none; forget it again after a quiet while."""
        if self._leaving is not None:
            self._leaving.cancel()
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(self._quiet_s, self._leave)
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._known = None
        command = (str(rasa_python(self._project)), "-m", "bot.tryout_process")
        self._process = await line_process(self._project, command, self._log_file)
        return self._process

    def _leave(self) -> None:
        """Close its input: it ends by itself."""
        self._known = None
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _end(self, patience_s: float) -> None:
        self._known = None
        process, self._process = self._process, None
        if self._leaving is not None:
            self._leaving.cancel()
        if process is not None:
            await end(process, patience_s)
