"""Keep one Rasa server alive on loopback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from app.training import rasa_environment, rasa_python

log = logging.getLogger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
STOP_PATIENCE_S = 15.0
STEADY_S = 60.0


class RasaProcess:
    """Starts ``rasa run`` and starts it again when it dies, waiting longer each time.

    ``model`` is asked at every start: another may be live by then. A run of a minute counts as
    steady and resets the waiting. Output goes to ``log_file``.
    However this process ends, Rasa does not outlive it: it ends when its input is closed.
    """

    def __init__(
        self,
        *,
        project: Path,
        model: Callable[[], Path],
        port: int,
        endpoints: Path,
        log_file: Path,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._project = project
        self._port = port
        self._log_file = log_file
        self._sleep = sleep
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self.restarts = 0
        self._model = model
        self._command = [
            *(str(rasa_python(project)), "-m", "bot.serve", "--with-parent", "run", "--enable-api"),
            *("--interface", "127.0.0.1", "--port", str(port)),
            *("--endpoints", str(endpoints), "--credentials", str(project / "credentials.yml")),
        ]

    @property
    def url(self) -> str:
        """Return the server's address, loopback only."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def run(self) -> None:
        """Run until ``stop``; cancelled, it stops Rasa too."""
        wait = FIRST_WAIT_S
        loop = asyncio.get_running_loop()
        try:
            while not self._stopping:
                began = loop.time()
                code = await self._once()
                if self._stopping:
                    return
                wait = FIRST_WAIT_S if loop.time() - began > STEADY_S else wait
                log.error("Rasa ended with code %s; starting it again in %.0f s", code, wait)
                self.restarts += 1
                await self._sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
        finally:
            await self.stop()

    async def _once(self) -> int:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *(*self._command, "--model", str(self._model())),
                cwd=self._project,
                env=rasa_environment(self._project),
                stdin=asyncio.subprocess.PIPE,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            return await self._process.wait()

    async def stop(self) -> None:
        """End Rasa, first politely."""
        self._stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_PATIENCE_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def ready(self, http: ClientSession) -> bool:
        """Tell whether the server has a model and can answer."""
        try:
            async with http.get(f"{self.url}/status", timeout=ClientTimeout(total=2)) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError):
            return False
