"""What one turn costs the Rasa process in CPU, early and late in a conversation.

A turn counts for its kind only when the tracker says that it went as meant; the custom
actions are the app's own, on a temporary database.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from aiohttp import ClientSession

from bench.action_house import Calls

FAQ, ACTION, ANSWER, ASIDE, OTHER = "faq", "one action", "form answer", "faq in form", "other"
KINDS = (FAQ, ACTION, ANSWER, ASIDE)
MIXED = "mean of all"
SETTLE_S = 0.004
LATE = 300


@dataclass(frozen=True, slots=True)
class Line:
    """What is said, what kind of turn it should be, and the actions that prove it."""

    text: str
    kind: str
    does: tuple[str, ...] = ()


def script(questions: Sequence[str], yes: str, complaint: str) -> tuple[Line, ...]:
    """Return one round: questions, a yes, and a complaint that is called off in the end."""
    first, second = questions
    said_yes = Line(yes, ACTION, ("action_yes_no",))
    return (
        Line(first, FAQ, ("utter_faq", "utter_did_this_help")),
        said_yes,
        Line(second, FAQ, ("utter_faq", "utter_did_this_help")),
        said_yes,
        Line('/choose{"choice": "complaint"}', OTHER),
        Line(complaint, ANSWER, ("complaint_form",)),
        Line('/inform{"department": "CSC"}', OTHER),  # asked only when the model is not sure
        Line('/inform{"segment": "public"}', ANSWER, ("complaint_form",)),
        Line(first, ASIDE, ("utter_faq", "complaint_form")),
        Line("٠٥٠ ١٢٣ ٤٥٦٧", ANSWER, ("complaint_form",)),
        Line(second, ASIDE, ("utter_faq", "complaint_form")),
        Line("/cancel", OTHER),
        Line("/affirm", OTHER),
    )


def cpu_ms(pid: int) -> float:
    """Return the CPU time a process has used in all its threads, in milliseconds (Linux)."""
    clock = (~pid << 3) | 2  # clock_getcpuclockid(3)
    return time.clock_gettime(clock) * 1000


def reference_ms() -> float:
    """Return the CPU milliseconds of a fixed piece of work here and now.

    Twice as much as on the idle machine means that whatever else was measured took twice as
    much as well: neighbours share the processor's caches and threads.
    """
    took = []
    for _ in range(9):
        began = time.process_time()
        sum({str(number): [number] for number in range(40_000)}["777"])
        took.append((time.process_time() - began) * 1000)
    return round(median(took), 1)


@dataclass(slots=True)
class Costs:
    """CPU milliseconds by kind of turn, and bytes of the action calls."""

    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bytes_sent: list[int] = field(default_factory=list)
    strayed: int = 0

    def row(self) -> dict[str, Any]:
        """Return medians, the tenth of each kind that was cheapest, and how many turns there were.

        The low end says what a turn costs when nothing else presses on the processor's caches.
        """
        counted = {kind: sorted(self.by_kind[kind]) for kind in KINDS if self.by_kind[kind]}
        medians = {kind: round(median(took), 1) for kind, took in counted.items()}
        every = [one for kind in KINDS for one in self.by_kind[kind]]
        return {
            **medians,
            "low": {kind: round(took[len(took) // 10], 1) for kind, took in counted.items()},
            MIXED: round(sum(every) / len(every), 1) if every else None,
            "turns": len(every),
            "strayed": self.strayed,
            "bytes_per_call": round(median(self.bytes_sent)) if self.bytes_sent else None,
        }


class Conversation:
    """One conversation over Rasa's REST channel, as the app holds it."""

    def __init__(self, http: ClientSession, url: str, pid: int, calls: Calls, sender: str) -> None:
        self._http = http
        self._url = url
        self._pid = pid
        self._calls = calls
        self._sender = sender
        self._said: list[tuple[Line, float, list[int]]] = []

    @property
    def turns(self) -> int:
        """Return how many messages were sent."""
        return len(self._said)

    async def say(self, line: Line) -> None:
        """Send one message and note what it cost."""
        told = {
            "sender": self._sender,
            "message": line.text,
            "metadata": {"mid": f"{self._sender}-{self.turns}", "channel": "webchat"},
        }
        self._calls.take()
        began = cpu_ms(self._pid)
        async with self._http.post(f"{self._url}/webhooks/rest/webhook", json=told) as answer:
            await answer.read()
        await asyncio.sleep(SETTLE_S)
        self._said.append((line, cpu_ms(self._pid) - began, self._calls.take()))

    async def costs(self, first: int = 0) -> Costs:
        """Return the costs from turn ``first`` on, of the turns that went as meant."""
        done = await self._done()
        costs = Costs()
        for (line, took, sizes), actions in list(zip(self._said, done, strict=True))[first:]:
            costs.bytes_sent += sizes
            if line.kind == OTHER:
                continue
            if actions == line.does:
                costs.by_kind[line.kind].append(took)
            else:
                costs.strayed += 1
        return costs

    async def _done(self) -> list[tuple[str, ...]]:
        """Return the actions that Rasa ran in each turn, without the listening."""
        place = f"{self._url}/conversations/{self._sender}/tracker?include_events=ALL"
        async with self._http.get(place) as answer:
            events: Sequence[Mapping[str, Any]] = (await answer.json())["events"]
        turns: list[list[str]] = []
        heard = False
        for event in events:
            if event["event"] == "user":
                turns.append([])
                heard = True
            elif event["event"] == "action" and heard:
                if event["name"] == "action_listen":
                    heard = False
                else:
                    turns[-1].append(str(event["name"]))
        return [tuple(actions) for actions in turns]


def together(costs: Iterable[Costs]) -> Costs:
    """Return the costs of several conversations as one."""
    whole = Costs()
    for one in costs:
        for kind, took in one.by_kind.items():
            whole.by_kind[kind] += took
        whole.bytes_sent += one.bytes_sent
        whole.strayed += one.strayed
    return whole


async def measure_turns(
    url: str, pid: int, calls: Calls, lines: Sequence[Line], *, early: int, late_rounds: int
) -> dict[str, Any]:
    """Return the costs of the first turns of ``early`` conversations and around turn 300 of one.

    Early turns are a round from the second turn on: the very first also starts the session.
    """
    async with ClientSession() as http:

        async def round_of(conversation: Conversation) -> None:
            for line in lines:
                await conversation.say(line)

        warm = Conversation(http, url, pid, calls, "warm")
        await round_of(warm)
        young = [Conversation(http, url, pid, calls, f"early-{n}") for n in range(early)]
        for conversation in young:
            await conversation.say(lines[0])
            await round_of(conversation)
        first = together([await conversation.costs(1) for conversation in young])
        old = Conversation(http, url, pid, calls, "long")
        while old.turns < LATE - len(lines) * late_rounds // 2:
            await round_of(old)
        begin = old.turns
        for _ in range(late_rounds):
            await round_of(old)
        last = await old.costs(begin)
        return {
            "early": first.row(),
            "late": {"from_turn": begin + 1, **last.row()},
            "understanding": await understanding(http, url, pid, [line.text for line in lines]),
        }


async def understanding(
    http: ClientSession, url: str, pid: int, texts: Sequence[str], times: int = 20
) -> float:
    """Return the median CPU of parsing a typed message, the bare HTTP request taken off, in ms."""

    async def cost(method: str, path: str, **more: Any) -> float:
        began = cpu_ms(pid)
        async with http.request(method, url + path, **more) as answer:
            await answer.read()
        await asyncio.sleep(SETTLE_S)
        return cpu_ms(pid) - began

    typed = [text for text in dict.fromkeys(texts) if not text.startswith("/")]
    bare = median([await cost("GET", "/version") for _ in range(times)])
    whole = [
        await cost("POST", "/model/parse", json={"text": text})
        for _ in range(times)
        for text in typed
    ]
    return round(median(whole) - bare, 2)


def growth(figures: Mapping[str, Any]) -> dict[str, float]:
    """Return late cost over early cost, by kind of turn."""
    early, late = figures["early"], figures["late"]
    return {
        kind: round(late[kind] / early[kind], 2)
        for kind in (*KINDS, MIXED, "bytes_per_call")
        if early.get(kind) and late.get(kind)
    }
