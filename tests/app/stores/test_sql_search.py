"""What is found, however typed, and by whom; and that no write is forgotten. On both databases."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.model import CaseKind, CaseState
from cases.ports import CaseQuery
from cases.timeline import moved
from conversations.model import Address
from search.model import Narrowed, Seeker
from search.question import read_question
from stores.case_tables import CaseRow
from stores.conversation_tables import IdentityRow, MessageRow
from stores.floor_tables import InternalNoteRow, SpellRow
from stores.migrate import downgrade_async, upgrade_async
from stores.search_tables import PersonNoteRow, SearchEntryRow
from stores.sql_case_store import SqlCaseStore
from stores.sql_search import SqlSearch
from tests.app.stores.search_rows import NOON, a_case, new_id, seeker, spell, talks

ANY = Narrowed()
ALL = seeker(supervises=True)


async def cases(
    engine: AsyncEngine, typed: str, who: Seeker = ALL, narrowed: Narrowed = ANY
) -> list[str]:
    found = await SqlSearch(engine).cases(read_question(typed), who, narrowed)
    return [one.case.number for one in found.hits]


async def messages(engine: AsyncEngine, typed: str, who: Seeker = ALL) -> list[str]:
    found = await SqlSearch(engine).messages(read_question(typed), who)
    return ["".join(piece.text for piece in one.text) for one in found.hits]


async def people(engine: AsyncEngine, typed: str, who: Seeker = ALL) -> list[str]:
    found = await SqlSearch(engine).people(read_question(typed), who)
    return [one.person_id for one in found.hits]


SAID = "أرسلتُ الفَاتُورَةَ إلى الدائـــرة برقم INV-2026-٠٠١٢٣ والمبلغ ٥٠٬٠٠٠ درهم، هاتفي ۰۵۰ ۱۲۳ ۴۵۶۷"


WAYS = [
    "فاتورة",
    "الفاتوره",
    "والفاتورة",
    "ارسلت الفاتورة",
    "أرسلت إلى الدائرة",
    "الي الدائره",
    "الفاتو",
    "inv-2026-00123",
    "INV 2026 00123",
    "INV2026-00123",
    "inv ٢٠٢٦ ٠٠١٢٣",
    "202600123",
    "۲۰۲۶۰۰۱۲۳",
    "50000",
    "٥٠٠٠٠",
    "50,000",
    "0501234567",
    "+971 50 123 4567",
    "00971501234567",
    "٠٥٠-١٢٣-٤٥٦٧",
    "971501234567",
    "050 123",
    "501234567",
]


async def test_finds_a_message_however_it_is_typed(engine: AsyncEngine) -> None:
    await talks(engine, SAID, "سؤال آخر عن الرواتب 2025")
    assert [typed for typed in WAYS if await messages(engine, typed) != [SAID]] == []


NOTHING = ["فاتورة الرواتب", "فات", "٩٩٩", "ا", "", "'; DROP", '" OR *', "¤"]


async def test_finds_nothing_where_nothing_answers(engine: AsyncEngine) -> None:
    await talks(engine, "شكرا جزيلا")
    for typed in NOTHING:
        assert await messages(engine, typed) == await cases(engine, typed) == [], typed
        assert await people(engine, typed) == [], typed


NAMES = [
    "DF-26-004173",
    "df26004173",
    "26004173",
    "26 004173",
    "٢٦-٠٠٤١٧٣",
    "د ف ۲۶ ۰۰۴۱۷۳",
    "26-0041",
    "inv-9",
    "INV9",
    "520.50",
    "٥٢٠٫٥٠",
    "0501234567",
    "+971 50 123 4567",
    "انخصم مرتين",
]


async def test_finds_a_case_by_number_words_reference_amount_or_contact(
    engine: AsyncEngine,
) -> None:
    number = await a_case(engine)
    await a_case(engine, 900, text="طلب آخر", contact=None, reference=None, amount=None)
    assert [typed for typed in NAMES if await cases(engine, typed) != [number]] == []


async def test_a_contact_is_found_whole_only(engine: AsyncEngine) -> None:
    person, _ = await talks(engine, phone="971509876543")
    await a_case(engine, contact="noura@example.ae", person_id=person)
    assert await people(engine, "050 987 6543") == [person]
    assert await people(engine, "+971509876543") == [person]
    assert await people(engine, "NOURA@example.ae") == [person]
    for guess in ("05098765", "97150", "noura@", "noura@example"):
        assert await people(engine, guess) == []
        assert await cases(engine, guess) == []


async def test_a_case_whose_number_was_typed_says_so(engine: AsyncEngine) -> None:
    await a_case(engine)
    found = await SqlSearch(engine).cases(read_question("26004173"), ALL, ANY)
    assert [one.named for one in found.hits] == [True]


async def test_what_was_found_is_told_apart_and_stays_as_written(engine: AsyncEngine) -> None:
    attack = "<script>alert(1)</script> والفاتورةُ <b>INV-9</b>"
    await talks(engine, attack)
    [hit] = (await SqlSearch(engine).messages(read_question("فاتورة inv9"), ALL)).hits
    assert "".join(piece.text for piece in hit.text) == attack
    assert [piece.text for piece in hit.text if piece.found] == ["والفاتورةُ", "INV", "9"]


async def test_as_typed_before_whole_before_begun_before_older(engine: AsyncEngine) -> None:
    begun, apart, typed = "مستحقاتي للعقد", "العقد له مستحق", "عن مستحق العقد"
    older = "مستحق العقد"
    await talks(engine, older, typed, apart, begun)
    assert await messages(engine, "مستحق العقد") == [typed, older, apart]
    assert await messages(engine, "العقد مستحق") == [apart, typed, older, begun]


async def test_pages_follow_each_other(engine: AsyncEngine) -> None:
    await talks(engine, *(f"فاتورة رقم {n}" for n in range(5)))
    search = SqlSearch(engine)
    question = read_question("فاتورة")
    first = await search.messages(question, ALL, limit=3)
    second = await search.messages(question, ALL, offset=3, limit=3)
    assert (first.more, second.more, first.ranked) == (True, False, 5)
    assert [one.seq for one in [*first.hits, *second.hits]] == [5, 4, 3, 2, 1]


async def test_filters_of_cases(engine: AsyncEngine) -> None:
    complaint = await a_case(engine)
    await a_case(engine, 418, kind=CaseKind.SUGGESTION)
    other = await a_case(engine, 419, department="DFS")
    narrowed = Narrowed(kind=CaseKind.COMPLAINT)
    assert await cases(engine, "المبلغ", ALL, narrowed) == [other, complaint]
    narrowed = Narrowed(kind=CaseKind.COMPLAINT, department="DFS")
    assert await cases(engine, "المبلغ", ALL, narrowed) == [other]


async def test_cases_are_found_by_those_who_have_them_in_their_lists(engine: AsyncEngine) -> None:
    store = SqlCaseStore(engine)
    await a_case(engine, 417, department="DPS")
    await a_case(engine, 418, department="DPS", confidential=True)
    await a_case(engine, 419, department="DFS")
    await a_case(engine, 420, department="DFS", confidential=True)
    for departments in ((), ("DPS",), ("DFS",), ("DPS", "DFS"), ("XYZ",)):
        listed = await store.list(
            CaseQuery(departments=frozenset(departments), with_confidential=bool(departments))
        )
        found = await cases(engine, "المبلغ", seeker(*departments))
        assert sorted(found) == sorted(one.number for one in listed)


async def test_messages_are_found_by_those_whose_business_they_are(engine: AsyncEngine) -> None:
    await talks(engine, "فاتورة 1", department="DPS")
    await talks(engine, "فاتورة 2", department=None)
    await talks(engine, "فاتورة 3", department="DFS", owner="noura")
    await talks(engine, "فاتورة 4", department="DFS")
    await talks(engine, "فاتورة 5", with_people=False)
    _, moved_on = await talks(engine, "فاتورة 6", department="DPS")
    async with engine.begin() as connection:
        later = NOON.replace(hour=13)
        await connection.execute(sa.insert(SpellRow).values(**spell(moved_on, "DFS", None, later)))

    async def numbers(who: Seeker) -> str:
        return "".join(sorted(text[-1] for text in await messages(engine, "فاتورة", who)))

    assert await numbers(seeker("DPS")) == "123"
    assert await numbers(seeker("DFS", name="khalid")) == "2346"
    assert await numbers(seeker()) == "12346"
    assert await numbers(seeker("DPS", supervises=True)) == "123456"


async def test_people_are_found_by_those_who_may_see_something_of_theirs(
    engine: AsyncEngine,
) -> None:
    person, _ = await talks(engine, phone="971509876543", department="DPS")
    assert await people(engine, "0509876543", seeker("DPS")) == [person]
    assert await people(engine, "0509876543", seeker("DFS")) == []
    await a_case(engine, person_id=person, department="DFS", contact=None)
    assert await people(engine, "0509876543", seeker("DFS")) == [person]
    [hit] = (await SqlSearch(engine).people(read_question("0509876543"), seeker("DFS"))).hits
    assert (hit.addresses, hit.cases) == ([Address("whatsapp", "phone", "971509876543")], 1)


async def test_notes_are_found_and_the_lines_of_the_assistant_are_not(engine: AsyncEngine) -> None:
    person, conversation = await talks(engine, "مرحبا")
    await talks(engine, "المستفيد سيتصل غدا", sender="bot")
    async with engine.begin() as connection:
        row = {"author_id": "noura", "text": "المستفيد سيتصل غدا", "at": NOON}
        more = {"conversation_id": conversation, "after_seq": 1, "mentions": []}
        await connection.execute(sa.insert(InternalNoteRow).values(id=new_id(7), **row, **more))
        await connection.execute(
            sa.insert(PersonNoteRow).values(id=new_id(7), person_id=person, **row)
        )
    [hit] = (await SqlSearch(engine).messages(read_question("سيتصل"), ALL)).hits
    assert (hit.note, hit.by_person, hit.seq) == (True, False, 1)
    assert await people(engine, "سيتصل") == [person]


async def unread(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        wanted = sa.select(sa.func.count()).where(SearchEntryRow.folded.is_(None))
        return int(await connection.scalar(wanted) or 0)


async def test_a_case_is_read_in_the_transaction_that_keeps_it(engine: AsyncEngine) -> None:
    store = SqlCaseStore(engine)
    number = await a_case(engine)
    assert await unread(engine) == 0
    await store.save(moved(await store.get(number), CaseState.OPEN, at=NOON, actor="agent:n"))
    assert await unread(engine) == 0


async def test_words_that_go_are_found_no_more_and_new_ones_are(engine: AsyncEngine) -> None:
    number = await a_case(engine)
    await talks(engine, "فاتورة المورد", phone="971501111111")
    assert await messages(engine, "فاتورة") != []
    async with engine.begin() as connection:
        await connection.execute(sa.update(MessageRow).values(text="تم المسح"))
        await connection.execute(sa.update(CaseRow).values(text="كلام جديد", contact=None))
        await connection.execute(sa.update(IdentityRow).values(value="971502222222"))
    assert await messages(engine, "فاتورة") == []
    assert len(await messages(engine, "المسح")) == 1
    assert await cases(engine, "انخصم") == await cases(engine, "0501234567") == []
    assert await cases(engine, "جديد") == [number]
    assert await people(engine, "0501111111") == []
    assert len(await people(engine, "0502222222")) == 1
    async with engine.begin() as connection:
        await connection.execute(sa.delete(MessageRow))
    assert await messages(engine, "المسح") == []


async def test_what_is_rolled_back_is_not_found(engine: AsyncEngine) -> None:
    await a_case(engine)
    async with engine.connect() as connection:
        await connection.execute(sa.update(CaseRow).values(text="كلام آخر"))
        await connection.rollback()
    assert await cases(engine, "آخر") == []
    assert len(await cases(engine, "انخصم")) == 1


async def test_the_migration_reads_what_is_there_already(
    engine: AsyncEngine, database_url: str
) -> None:
    await talks(engine, "فاتورة قديمة", phone="971509876543")
    number = await a_case(engine)
    await downgrade_async(database_url, "0021")
    await upgrade_async(database_url)
    assert await unread(engine) == 0
    assert await messages(engine, "قديم") == ["فاتورة قديمة"]
    assert await cases(engine, "0501234567") == [number]
    assert len(await people(engine, "0509876543")) == 1
