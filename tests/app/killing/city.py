"""Twenty people who write over WhatsApp while the app is killed: what plays Meta, Rasa and
the people survives, and counts."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from aiohttp import ClientConnectorError, ClientError, ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.whatsapp.fake_graph import (
    NUMBER_ID,
    SECRET,
    TOKEN,
    FakeGraph,
    envelope_of,
    wamid_of,
)
from conversations.fake_rasa import FakeRasa, Item
from stores.case_tables import CaseRow
from stores.conversation_rows import MESSAGES
from stores.database import engine_for
from tests.app.killing.nursery import ROOT, Child, nursery
from tests.app.killing.real_rasa import RealRasa
from tests.app.webchat_house import free_port

PEOPLE = 20
LEASE_S = 1.5
ANSWERED_WITHIN_S = 120.0
SECRET_OF_SESSIONS = "s" * 32
LINES = (
    "السلام عليكم، عندي فاتورة INV-9",
    "اعتمد الشكوى: انخصم المبلغ مرتين",
    "كم تستغرق؟",
    "أريد موظفًا",
    "شكرًا",
)
FINISHED = ("answered", "for_agent")


class PatientMeta(FakeGraph):
    """Repeats what was not answered with 200, as Meta does for seven days; ``ways`` lead to
    the processes of the app, as a proxy would."""

    def __init__(self, ways: Sequence[str]) -> None:
        super().__init__(webhook=ways[0], statuses=("delivered",), started_at=int(time.time()))
        self._ways = cycle(ways)

    async def post(self, told: dict[str, Any]) -> int:
        while True:
            self.webhook = next(self._ways)
            try:
                if await super().post(told) == 200:
                    return 200
            except (ClientError, OSError):
                pass
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        for call in self._calls:
            call.cancel()
        await super().stop()


class Rasa(Protocol):
    """A played one, or the real one."""

    @property
    def url(self) -> str:
        """Return where it listens."""

    async def start(self) -> object:
        """Listen, after a stop on the same port again."""

    async def stop(self) -> None:
        """Listen no longer."""


class City:
    """Meta, Rasa, people, and how to start and look at the app between them.

    ``lines`` is what everybody writes; the line ``confirms`` of them opens a complaint. The
    app gives a message up after ``give_up_s``, long enough for a machine that other tests use.
    """

    def __init__(
        self,
        database_url: str,
        folder: Path,
        processes: int,
        *,
        lines: Sequence[str] = LINES,
        confirms: int = 1,
        give_up_s: float = 60.0,
    ) -> None:
        self.lines = tuple(lines)
        self.confirms = confirms
        self.give_up_s = give_up_s
        self.database_url = database_url
        self.folder = folder
        self.engine: AsyncEngine = engine_for(database_url)
        self.ports = [free_port() for _ in range(processes)]
        self.actions_ports = [free_port() for _ in range(processes)]
        self.meta = PatientMeta(
            [f"http://127.0.0.1:{port}/channels/whatsapp" for port in self.ports]
        )
        self.played = FakeRasa(self.answering)
        self.rasa: Rasa = self.played
        self.written: list[str] = []

    async def answering(
        self, sender: str, text: str, metadata: Mapping[str, Any]
    ) -> Sequence[Item]:
        """Answer as the assistant would: a confirmed complaint calls the app's own action."""
        if text.startswith("اعتمد"):
            return await self._opened(sender, text, metadata)
        if "موظف" in text:
            return [
                {"text": "سأوصلك بأحد الزملاء."},
                {"custom": {"escalate": {"reason": "asked", "department": None}}},
            ]
        return [{"text": f"سمعت: {text}"}]

    async def _opened(self, sender: str, text: str, metadata: Mapping[str, Any]) -> Sequence[Item]:
        slots = {
            "language": "ar",
            "case_kind": "complaint",
            "case_text": text,
            "case_confirmed": True,
            "case_department": "DPS",
        }
        message = {"text": text, "metadata": dict(metadata), "intent": {"name": "affirm"}}
        tracker = {
            "sender_id": sender,
            "slots": slots,
            "latest_message": message,
            "events": [],
            "active_loop": {},
            "paused": False,
            "followup_action": None,
            "latest_event_time": 0.0,
        }
        call = {"next_action": "action_open_case", "sender_id": sender, "tracker": tracker}
        told = await self._run_action(call)
        return [
            {"text": f"{one['response']} {one.get('number', '')}"}
            for one in told["responses"]
            if one.get("response")
        ]

    async def _run_action(self, call: Item) -> Item:
        """Call the action server of the first process that lives; raises when none does."""
        async with ClientSession() as http:
            for port in self.actions_ports:
                try:
                    address = f"http://127.0.0.1:{port}/webhook"
                    async with http.post(address, json=call) as answer:
                        answer.raise_for_status()
                        told: Item = await answer.json()
                        return told
                except ClientConnectorError:
                    continue
        raise ClientError("no action server")

    async def start_app(self, point: str | None = None, *, n: int = 0) -> Child:
        """Start the app as a process of its own, with no more environment than it needs."""
        settings = {
            "DATA_DIR": str(self.folder / f"app{n}"),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.ports[n]),
            "ACTIONS_PORT": str(self.actions_ports[n]),
            "RASA_URL": self.rasa.url,
            "WEBCHAT_SECRET": SECRET_OF_SESSIONS,
            "LEASE_S": str(LEASE_S),
            "GIVE_UP_S": str(self.give_up_s),
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "WHATSAPP_TOKEN": TOKEN,
            "WHATSAPP_APP_SECRETS": SECRET,
            "WHATSAPP_VERIFY_TOKEN": "v",
            "WHATSAPP_GRAPH_URL": self.meta.url,
            "WHATSAPP_PER_SECOND": "80",
        }
        environment = {f"BADDALA_{name}": value for name, value in settings.items()}
        environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        (self.folder / f"app{n}").mkdir(exist_ok=True)
        log = self.folder / "stderr.log"
        return await nursery().start(environment, folder=self.folder, log=log, point=point)

    async def everybody_writes(self) -> None:
        """Let twenty people write their lines, each when the one before was taken."""
        await asyncio.gather(*(self._person(n) for n in range(PEOPLE)))

    async def _person(self, n: int) -> None:
        from_ = f"9715000000{n:02}"
        for line, text in enumerate(self.lines):
            provider_id = wamid_of(f"{from_}-{line}")
            self.written.append(provider_id)
            message = {
                "from": from_,
                "id": provider_id,
                "timestamp": str(self.meta.tick()),
                "type": "text",
                "text": {"body": text},
            }
            await self.meta.post(envelope_of({"messages": [message]}, wa_id=from_))

    async def answered(self, count: int) -> None:
        """Wait until so many messages are answered."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWERED_WITHIN_S
        while (states := await self.states())["citizen", "answered"] < count:
            assert loop.time() < until, states
            await asyncio.sleep(0.05)

    async def finished(self, within_s: float) -> float:
        """Wait until every message is answered and every answer went out; return how long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            counts = await self.states()
            left = [state for _, state in counts if state in ("waiting", "pending")]
            theirs = sum(n for (sender, _), n in counts.items() if sender == "citizen")
            if theirs == len(self.lines) * PEOPLE and not left:
                return loop.time() - began
            if loop.time() - began > within_s:
                raise AssertionError(f"not finished within {within_s:.0f} s: {dict(counts)}")
            await asyncio.sleep(0.1)

    async def states(self) -> Counter[tuple[str, str]]:
        wanted = sa.select(MESSAGES.c.sender, MESSAGES.c.state, sa.func.count()).group_by(
            MESSAGES.c.sender, MESSAGES.c.state
        )
        async with self.engine.connect() as connection:
            rows = (await connection.execute(wanted)).all()
        return Counter({(sender, state): n for sender, state, n in rows})

    async def messages(self) -> Sequence[sa.RowMapping]:
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                sa.select(MESSAGES).order_by(MESSAGES.c.conversation_id, MESSAGES.c.seq)
            )
            return rows.mappings().all()

    async def complaints(self) -> list[str]:
        wanted = sa.select(CaseRow.caused_by).where(CaseRow.kind == "complaint")
        async with self.engine.connect() as connection:
            return list(await connection.scalars(wanted))


@asynccontextmanager
async def city(
    database_url: str,
    folder: Path,
    processes: int = 1,
    *,
    rasa: RealRasa | None = None,
    **more: Any,
) -> AsyncIterator[City]:
    built = City(database_url, folder, processes, **more)
    if rasa is not None:
        rasa.calls_at = built.actions_ports[rasa.calls]
        built.rasa = rasa
    await built.rasa.start()
    await built.meta.start()
    try:
        yield built
    finally:
        await built.meta.stop()
        await built.rasa.stop()
        await built.engine.dispose()


async def check(built: City, *, apologies: bool = False) -> dict[str, int]:
    """Fail when anything was lost or doubled; return what is unknown to have arrived.

    With ``apologies`` a message may have got one instead of an answer, and no case.
    """
    rows = await built.messages()
    theirs = [row for row in rows if row["sender"] == "citizen"]
    ours = [row for row in rows if row["sender"] != "citizen"]
    assert sorted(row["provider_id"] for row in theirs) == sorted(built.written)
    finished = {*FINISHED, *(("failed",) if apologies else ())}
    assert {row["state"] for row in theirs} <= finished, Counter(
        (row["state"], row["reason"], row["attempts"]) for row in theirs
    )
    # one turn is stored at one moment; the played Rasa says one thing in it
    said = [(row["answer_to"], row["stored_at"]) for row in ours if row["answer_to"]]
    turns = said if built.rasa is built.played else set(said)
    answered = Counter(message for message, _ in turns)
    expected = {row["id"]: 1 for row in theirs if row["state"] in ("answered", "failed")}
    assert answered == expected, "an answer is missing or doubled"
    caused = await built.complaints()
    asked = {row["id"]: row for row in theirs if row["text"] == built.lines[built.confirms]}
    for_case = [(row["state"], row["reason"], row["attempts"]) for row in asked.values()]
    wanted = [one for one, row in asked.items() if row["state"] != "failed" or one in caused]
    assert sorted(caused) == sorted(wanted), f"{len(caused)} cases: {Counter(for_case)}"
    taken = Counter(one["biz_opaque_callback_data"] for one in built.meta.taken)
    assert max(taken.values()) == 1, "a message went out twice"
    told = {row["id"] for row in ours if row["state"] == "sent"}
    unknown = {row["id"] for row in ours if row["state"] == "unknown"}
    # lines that tell of the time are no part of the load, and may come as the app stops
    assert told | unknown >= {row["id"] for row in ours if row["answer_to"]}
    assert told <= set(taken), "said to be sent, but never taken"
    for conversation in {row["conversation_id"] for row in theirs}:
        order = [row["id"] for row in ours if row["conversation_id"] == conversation]
        went = [one["biz_opaque_callback_data"] for one in built.meta.taken]
        assert [one for one in went if one in set(order)] == [o for o in order if o in taken]
    return {"unknown": len(unknown), "unknown_but_taken": len(unknown & set(taken))}
