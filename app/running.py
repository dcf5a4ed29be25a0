"""Run everything in one go: database, model, Rasa, the app; until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import yaml
from aiohttp import ClientSession

from app.bootstrap import PROJECT, House, open_house
from app.free_ports import LOOPBACK, CannotStart, check_ports, rasa_port
from app.logs import log_to_file, log_to_stderr
from app.rasa_process import RasaProcess
from app.server import SOCKET_CLIENT, serving
from app.settings import Settings
from app.training import ensure_model, model_for, rasa_python
from content.folder import ContentFolder
from content.reading import read_content
from stores.migrate import upgrade

RASA_STARTS_WITHIN_S = 180.0
MOST_EARLY_RESTARTS = 2
SAY_EVERY_S = 5.0
LOG_END = 1500

Say = Callable[[str], None]


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision; make the data folder if needed."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)


def train(settings: Settings, say: Say) -> Path:
    """Return the model of the present content, trained if there is none yet.

    Raises:
        ContentBroken: a content file cannot be read.
        TrainingFailed: the training ended without a model.
    """
    content = live_content(settings)
    read_content(content)
    return ensure_model(PROJECT, settings.models, settings.logs, say, content)


def live_content(settings: Settings) -> Path:
    """Return the folder whose content is live; a new one is filled with the project's own."""
    content = settings.content_dir
    if content is None:
        return PROJECT
    ContentFolder.filled(content, PROJECT)
    return content


def run(settings: Settings, say: Say) -> None:
    """Do all of it.

    Raises:
        CannotStart: a port is taken, a part is not installed, or Rasa does not come up.
        ContentBroken, TrainingFailed: see ``train``.
    """
    check_ports(settings, with_rasa=True)
    for part, path in (("Rasa", rasa_python(PROJECT)), ("The browser library", SOCKET_CLIENT)):
        if not path.is_file():
            raise CannotStart(f"{part} is not installed: run `make install`.")
    log_to_file(settings.logs / "app.log", settings.log_level)
    migrate(settings)
    model = train(settings, say)
    rasa = RasaProcess(
        project=PROJECT,
        model=lambda: live_model(settings, model),
        port=rasa_port(settings),
        endpoints=write_endpoints(settings),
        log_file=settings.logs / "rasa.log",
    )
    asyncio.run(_run(settings, rasa, say))


def live_model(settings: Settings, otherwise: Path) -> Path:
    """Return the model of what is live now, which a release may have changed since the start."""
    model = model_for(PROJECT, settings.models, live_content(settings))
    return (model if model.exists() else otherwise).resolve()


def serve(settings: Settings, say: Say) -> None:
    """Run the app alone, on a migrated database, with a Rasa that runs elsewhere."""
    check_ports(settings, with_rasa=False)
    log_to_stderr(settings.log_level)
    asyncio.run(_serve(settings, say))


def write_endpoints(settings: Settings) -> Path:
    """Write Rasa's endpoints with this installation's ports and data folder; return the file."""
    endpoints = yaml.safe_load((PROJECT / "endpoints.yml").read_text("utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://{LOOPBACK}:{settings.actions_port}/webhook"
    if endpoints["tracker_store"].get("dialect") == "sqlite":
        endpoints["tracker_store"]["db"] = str((settings.data_dir / "rasa.sqlite").resolve())
    path = settings.data_dir / "endpoints.yml"
    path.write_text(yaml.safe_dump(endpoints), "utf-8")
    return path.resolve()


async def _serve(settings: Settings, say: Say) -> None:
    stop = _stop_signal()
    async with open_house(settings) as house, serving(house):
        say(f"The chat is at {_chat_address(settings)}")
        await _first_admin(house, say)
        await stop.wait()
        say("Stopping.")


async def _run(settings: Settings, rasa: RasaProcess, say: Say) -> None:
    stop = _stop_signal()
    async with open_house(settings) as house, serving(house), _alive(rasa) as running:
        if not await _until_ready(house, rasa, running, stop, say):
            return
        for line in addresses(settings):
            say(line)
        await _first_admin(house, say)
        await stop.wait()
        say("Stopping.")


@contextlib.asynccontextmanager
async def _alive(rasa: RasaProcess) -> AsyncIterator[asyncio.Task[None]]:
    """Keep Rasa running while inside; it has ended when this is left."""
    running = asyncio.create_task(rasa.run(), name="rasa")
    try:
        yield running
    finally:
        await rasa.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _until_ready(
    house: House, rasa: RasaProcess, running: asyncio.Task[None], stop: asyncio.Event, say: Say
) -> bool:
    """Wait for Rasa and its model; False when told to stop meanwhile.

    Raises:
        CannotStart: it does not come up; the end of its log is told.
    """
    loop = asyncio.get_running_loop()
    began = said = loop.time()
    say("Starting Rasa ...")
    async with ClientSession() as http:
        while not await rasa.ready(http):
            if stop.is_set():
                return False
            waited = loop.time() - began
            if (
                running.done()
                or rasa.restarts > MOST_EARLY_RESTARTS
                or waited > RASA_STARTS_WITHIN_S
            ):
                raise CannotStart(_why_not(house.settings))
            if loop.time() - said >= SAY_EVERY_S:
                said = loop.time()
                say(f"Starting Rasa ... {waited:.0f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.2)
    say(f"Rasa is ready after {loop.time() - began:.0f} s.")
    return True


async def _first_admin(house: House, say: Say) -> None:
    """Make the first account of a new installation and say its password, this once."""
    made = await house.desk.administration.first_admin()
    if made is not None:
        email, password = made
        say("")
        say("The first administrator of the desk, shown this once:")
        say(f"  Email              {email}")
        say(f"  One-time password  {password}")


def _why_not(settings: Settings) -> str:
    log = settings.logs / "rasa.log"
    end = log.read_text("utf-8", "replace")[-LOG_END:] if log.exists() else ""
    return f"Rasa did not start. The end of {log}:\n{end}"


def _stop_signal() -> asyncio.Event:
    """Return an event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _chat_address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}/"


def addresses(settings: Settings) -> list[str]:
    """Return what a person may open now."""
    chat = _chat_address(settings)
    return [
        "",
        f"  Chat      {chat}",
        f"  Desk      {chat}desk/",
        f"  Health    {chat}health",
        f"  Ready     {chat}ready",
        f"  Rasa      {settings.rasa_url} (for this machine only)",
        f"  Logs      {settings.logs}/",
        "",
        "Ctrl-C stops everything.",
    ]
