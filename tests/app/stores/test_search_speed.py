"""A short form of the measurement in decision 0017: a search stays quick when much is kept."""

import random
from functools import partial
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from search.model import Narrowed, Seeker
from search.question import read_question
from stores.conversation_tables import MessageRow
from stores.search_tables import SearchEntryRow
from stores.search_writes import read_unread
from stores.sql_search import SqlSearch
from tests.app.stores.search_rows import message, seeker, talks

MESSAGES, A_CONVERSATION = 4_000, 100
MOST_S = 0.3
WORDS = [
    "فاتورة",
    "المورد",
    "مستحقات",
    "الراتب",
    "دفعة",
    "متأخرة",
    "طلب",
    "الدائرة",
    "شكوى",
    "موعد",
    "رسوم",
    "عقد",
    "شهادة",
]
ASKED = ("فاتورة", "فا", "ال", "راتب متأخر", "INV-2026-00123", "0501234567", "2026", "زرافة")


def said(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randint(4, 25))
    return " ".join([*words, f"INV-2026-{chance.randint(1, 99999):05d}"])


async def filled(engine: AsyncEngine) -> None:
    chance = random.Random(7)
    for number in range(MESSAGES // A_CONVERSATION):
        department = chance.choice(["DPS", "DFS", None])
        _, conversation = await talks(engine, department=department, phone=f"97150{number:07d}")
        rows = [message(conversation, seq, said(chance)) for seq in range(1, A_CONVERSATION + 1)]
        async with engine.begin() as connection:
            await connection.execute(sa.insert(MessageRow), rows)
            await read_unread(connection)


async def slowest(engine: AsyncEngine, who: Seeker) -> float:
    """Return the longest that one search takes; the best of three looks past a busy machine."""
    search, longest = SqlSearch(engine), 0.0
    for typed in ASKED:
        question = read_question(typed)
        for find in (partial(search.cases, narrowed=Narrowed()), search.messages, search.people):
            taken = []
            for _ in range(3):
                began = perf_counter()
                await find(question, who)
                taken.append(perf_counter() - began)
            longest = max(longest, min(taken))
    return longest


async def test_a_search_among_thousands_takes_a_moment(engine: AsyncEngine) -> None:
    await filled(engine)
    async with engine.connect() as connection:
        left = sa.select(sa.func.count()).where(SearchEntryRow.folded.is_(None))
        assert await connection.scalar(left) == 0
    for who in (seeker(supervises=True), seeker("DPS"), seeker("XYZ")):
        assert await slowest(engine, who) < MOST_S
