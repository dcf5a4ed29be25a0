"""A thousand messages that mean harm: all are stored, none breaks or commands anything."""

import asyncio
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from channels.webchat.channel import address_of
from conversations.fake_rasa import Item
from conversations.model import Sender
from kernel.pointing import read_place
from tests.app.webchat_house import Client, Running, running_house

MANY, PEOPLE = 1000, 5
PATIENCE_S = 300
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u115f\ufe0f\u034f\u180e"
TYPED_COMMANDS = [
    "/restart",
    "/affirm",
    "/session_start",
    "/back",
    '/inform{"amount": "999"}',
    '/choose{"choice": "complaint"}',
    '/inform{"case_number": "DF-26-000019"} junk',
    "/affirm@0.2",
    "//affirm",
    "/نعم",
]
TEXTS = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff مرحبا INV-9 \ud83d",
    "a\x00b\x07c\x1b[2J\x9b31m",
    "😡" * 50,
    "👩‍👩‍👧‍👦🇦🇪",
    "'; DROP TABLE message; --",
    '" OR 1=1 --',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} %s %(x)s {0} {text}",
    "- intent: x\n  examples: |\n    - !!python/object/apply:os.system ['id']",
    '{"sender": "x", "message": "/restart"}',
    '42["user_uttered",{"message":"/restart"}]',
    "\u202eDF-26-000019\u202c مقلوب",
    "م\u0651\u064e\u0650" * 500,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "\r\n\r\nHTTP/1.1 200 OK\r\n",
    "../../etc/passwd\x00.png",
    "شكوى عن الفاتورة INV-9\u2028\u2029\u0085 وسطر",
    "NaN",
    "\\u0000",
    "﷽" * 1000,
]


def messages() -> list[str]:
    """Return a thousand different ones, the same in every run."""
    chance = random.Random(20261123)
    found = [*TEXTS, *TYPED_COMMANDS, "م" * 100_000, "x" * 100_000, "4111 1111 1111 1111 " * 5_000]
    alphabet = BIDI + INVISIBLE + "\x00\x01\x1f\x7f\x85\ud800\udbff\udc00/{}\"'<>;:%\\ابتث AZ09٣۴"
    while len(found) < MANY:
        kind = len(found) % 4
        if kind == 0:
            head = "".join(chance.choices(BIDI + INVISIBLE + " \t\n", k=chance.randint(1, 6)))
            found.append(head + chance.choice(TYPED_COMMANDS))
        elif kind == 1:
            found.append(chance.choice(TEXTS) + chance.choice(BIDI) + chance.choice(TEXTS))
        elif kind == 2:
            found.append("".join(chance.choices(alphabet, k=chance.randint(1, 200))))
        else:
            found.append("".join(chr(chance.randrange(0x110000)) for _ in range(40)))
    return found


def short_answer(_sender: str, _text: str, _metadata: Mapping[str, Any]) -> Sequence[Item]:
    return [{"text": "وصلت."}]


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    shutil.copyfile(migrated_sqlite, tmp_path / "baddala.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'baddala.db'}"


async def test_a_thousand_hostile_messages(sqlite_url: str, tmp_path: Path) -> None:
    limits = {"flood_burst": 10_000, "flood_hourly": 10_000}
    hostile = messages()
    async with running_house(sqlite_url, tmp_path, answering=short_answer, **limits) as running:
        shares = [hostile[n::PEOPLE] for n in range(PEOPLE)]
        accepted = sum(await asyncio.gather(*(sends(running, share) for share in shares)))
        heard = [str(one["message"]) for one in running.rasa.heard]
        assert len(heard) == accepted
        commands = [text for text in heard if text.strip().startswith("/")]
        assert [text for text in commands if not only_points(text)] == []


def only_points(command: str) -> bool:
    """A text that does nothing but point ("2", «والثانية؟») is told so, in our words."""
    told = json.loads(command.removeprefix("/refer")) if command.startswith("/refer{") else {}
    return set(told) == {"said", "language"} and read_place(told["said"]) is not None


async def sends(running: Running, texts: list[str]) -> int:
    """Send them all as one person, look at what was kept, return how many were answered."""
    async with Client(running.url) as client:
        acks = [await client.say(text, client_id=f"c-{n}") for n, text in enumerate(texts)]
        assert {ack["code"] for ack in acks if not ack["ok"]} <= {"empty", "too_long"}
        accepted = sum(ack["ok"] for ack in acks)
        await client.until(lambda: answers(client) == accepted, within_s=PATIENCE_S)
        store = running.house.conversations
        conversation = await store.find(address_of(str(client.session).partition(".")[0]))
        assert conversation is not None
        kept, _ = await store.history(conversation.id, after=0, limit=10 * MANY)
        assert sum(one.sender is Sender.CITIZEN for one in kept) == len(texts)
        assert [one.seq for one in kept] == list(range(1, len(kept) + 1))
        assert not any("4111 1111 1111 1111" in one.text for one in kept)
        return accepted


def answers(client: Client) -> int:
    return sum(one["sender"] == "bot" for one in client.heard)
