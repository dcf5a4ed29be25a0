"""``python -m bench.release``: from pressing release to the new answer, with chats going on.

The app as ``baddala run`` runs it, on a content folder of its own, with a Rasa of its own. Chats
ask one question after another through the REST channel that the relay uses; each is timed. An
editor changes one answer and adds a wording in each language, sends it to review, and another
presses release when its figures are there (``prepared``: what a reviewer does) or at once, when
nothing was prepared (``at_once``; ``answer``: at once, and no wording changed). Measured: from
the press to the first chat that gets the new answer. The trainer is warm before the first, as it
is while somebody edits. Writes ``var/bench/release.json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from app.bootstrap import PROJECT, now, open_house
from app.rasa_process import RasaProcess
from app.running import live_model, migrate, train, write_endpoints
from app.server import serving
from app.settings import load_settings
from bench.rasa_process import free_port
from content.entries import Question
from content.folder import ContentFolder
from content.release import Editor, Release, ReleaseState
from kernel.language import Language

EDITOR, OTHER = Editor("bench-1", "Bench"), Editor("bench-2", "Bench two")
TOPIC = "working_hours"
MARK = "BENCH"
ASKED = ("متى تداومون", "what are your hours", "how do I register as a supplier", "hello", "شكرا")
TARGET_S, SLOW_S = 30.0, 2.0
KINDS = ("at_once", "prepared", "answer")


class Refused(Exception):
    """A guarded figure fell: an editor would look at the wording, and so it is not a time."""


@dataclass
class Chats:
    """People who ask without a pause of more than ``every_s``; keeps how long each waited."""

    url: str
    every_s: float
    waited: list[tuple[float, float]] = field(default_factory=list)
    failed: int = 0

    async def one(self, http: ClientSession, number: int) -> None:
        """Ask until cancelled."""
        count = 0
        while True:
            began = time.monotonic()
            text = ASKED[(number + count) % len(ASKED)]
            try:
                told = {"sender": f"bench-{number}-{count // 20}", "message": text}
                async with http.post(self.url, json=told) as answer:
                    said = await answer.json()
                    self.failed += answer.status != 200 or not said
            except (ClientError, TimeoutError, ValueError):
                self.failed += 1
            self.waited.append((began, time.monotonic() - began))
            count += 1
            await asyncio.sleep(self.every_s)


async def answers_with(http: ClientSession, url: str, mark: str, within_s: float) -> float:
    """Return when the first answer with the mark came, by the monotonic clock."""
    until = time.monotonic() + within_s
    count = 0
    while time.monotonic() < until:
        count += 1
        told = {"sender": f"watch-{mark}-{count}", "message": "متى تداومون"}
        async with http.post(url, json=told) as answer:
            if any(mark in one.get("text", "") for one in await answer.json()):
                return time.monotonic()
        await asyncio.sleep(0.1)
    raise TimeoutError(mark)


async def measure(rounds: int, chats: int, kinds: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return the figures."""
    rasa_port, actions, port = free_port(), free_port(), free_port()
    environment: Mapping[str, str] = {
        **os.environ,
        "BADDALA_DATA_DIR": str(folder / "var"),
        "BADDALA_CONTENT_DIR": str(folder / "content"),
        "BADDALA_RASA_URL": f"http://127.0.0.1:{rasa_port}",
        "BADDALA_ACTIONS_PORT": str(actions),
        "BADDALA_PORT": str(port),
        "BADDALA_CONTENT_FOUR_EYES": "yes",
    }
    settings = load_settings(environment, folder)
    await asyncio.to_thread(migrate, settings)
    model = await asyncio.to_thread(train, settings, print)
    rasa = RasaProcess(
        project=PROJECT,
        model=lambda: live_model(settings, model),
        port=rasa_port,
        endpoints=write_endpoints(settings),
        log_file=settings.logs / "rasa.log",
    )
    running = asyncio.create_task(rasa.run())
    try:
        async with (
            open_house(settings) as house,
            serving(house),
            ClientSession(timeout=ClientTimeout(total=60)) as http,
        ):
            while not await rasa.ready(http):  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.2)
            house.studio.drafting.draft.prepare()
            await house.releasing.releasing.warm_up()  # as the app does once a draft is edited
            url = f"{settings.rasa_url}/webhooks/rest/webhook"
            people = Chats(url, 1.0)
            talking = [asyncio.create_task(people.one(http, n)) for n in range(chats)]
            found: dict[str, list[float]] = {kind: [] for kind in kinds}
            costs, swaps, refused = [], [], []
            for number in range(rounds):
                kind = kinds[number % len(kinds)]
                try:
                    pressed, done, mark = await one_release(house, http, url, number, kind)
                except Refused as error:
                    refused.append(f"{number + 1}: {error}")
                    print(f"{kind}: refused ({refused[-1]})", flush=True)
                    continue
                found[kind].append(done - pressed)
                swaps.append((pressed, done))
                costs.append({"kind": kind, **house.releasing.trainer.last_training})
                print(f"{kind}: {done - pressed:.1f} s ({mark})", flush=True)
            for task in talking:
                task.cancel()
    finally:
        await rasa.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    during = [took for began, took in people.waited if any(a - 5 < began < b + 5 for a, b in swaps)]
    return {
        "seconds": {kind: [round(one, 1) for one in times] for kind, times in found.items()},
        "refused": refused,
        "messages": len(people.waited),
        "messages_during": len(during),
        "failed": people.failed,
        "over_2_s": sum(took > SLOW_S for _, took in people.waited),
        "worst_s": round(max(took for _, took in people.waited), 2),
        "median_s": round(statistics.median(took for _, took in people.waited), 3),
        "trainer": costs,
        "load": os.getloadavg(),
        "cpu_s": round(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), 1),
    }


async def one_release(
    house: Any, http: ClientSession, url: str, number: int, kind: str
) -> tuple[float, float, str]:
    """Change an answer and release it; return when it was pressed, when it came, and its mark.

    The wording of the release before goes as the new one comes: many like it would teach the
    assistant something else.
    """
    mark = f"{MARK}-{number + 1}-{kind}"
    folder: ContentFolder = house.studio.drafting.draft.folder
    entry = folder.entry(TOPIC)
    assert entry is not None  # noqa: S101  # it ships
    for language in Language:
        side = entry.side(language)
        known = tuple(one for one in side.questions if not one.text.startswith(MARK))
        question = Question(f"{mark} {known[0].text}", known[0].variety)
        questions = side.questions if kind == "answer" else (*known, question)
        text = re.sub(rf"^{MARK}\S* ", "", side.text)
        side = replace(side, text=f"{mark} {text}", questions=questions)
        entry = entry.with_side(language, side)
    # a mark has a number in it, which only another source may vouch for
    sources = [one for one in entry.sources if MARK not in one]
    entry = replace(entry, sources=(*sources, f"https://bench.example/{mark}"))
    folder.save(entry, seen=folder.version(TOPIC))
    releases = house.releasing.releases
    sent: Release = await releases.send_to_review(EDITOR, mark)
    if kind == "prepared":
        await until(house, sent.number, lambda one: bool(one.model) and one.share > 0.98)
    pressed = time.monotonic()
    await releases.approve(sent.number, OTHER)
    try:
        async with asyncio.TaskGroup() as both:  # one that is refused would be waited for in vain
            both.create_task(until(house, sent.number, lambda one: one.state is ReleaseState.LIVE))
            seen = both.create_task(answers_with(http, url, mark, 300))
    except ExceptionGroup as group:
        raise group.exceptions[0] from group
    return pressed, seen.result(), mark


async def until(house: Any, number: int, told: Any) -> None:
    """Wait until the release is so; raise where it went wrong."""
    while True:
        one = await house.releasing.releases.store.get(number)
        if told(one):
            return
        if one.state is ReleaseState.REFUSED:
            raise Refused(", ".join(drop.figure for drop in one.drops) or str(one.findings))
        if one.state is ReleaseState.FAILED or one.failure:
            raise RuntimeError(f"{one.state}: {one.failure} {one.findings} {one.drops}")
        await asyncio.sleep(0.1)


def p95(times: Sequence[float]) -> float:
    """Return what 19 of 20 do not exceed (nearest rank); of fewer than 20 it is the longest."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def main() -> int:
    """Print and keep the figures; return 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(description="Measure releases.")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--chats", type=int, default=4)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baddala-release-") as folder:
        told = asyncio.run(measure(given.rounds, given.chats, given.kinds, Path(folder)))
    told["p95_s"] = {kind: p95(times) for kind, times in told["seconds"].items() if times}
    told["measured_at"] = now().isoformat()
    place = PROJECT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    place.joinpath("release.json").write_text(json.dumps(told, indent=1), "utf-8")
    print(json.dumps(told, indent=1))
    quick = all(one < TARGET_S for one in told["p95_s"].values())
    kept = quick and not told["failed"] and not told["over_2_s"]
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
