"""Tables out and in: a round trip changes nothing, a dry run lists everything, then it counts."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
import pytest_asyncio
from aiohttp import FormData

from accounts.model import Role
from content.sheets import COLUMNS, UnreadableTable, as_csv, as_workbook, read_table
from kernel.language import Language
from tests.app.desk.small_content import with_small_content
from tests.app.desk.staff import Staff, at_the_desk
from tests.app.webchat_house import Running, running_house

BULK = "/desk/studio/bulk"
TOPIC = "supplier_payment_time"


@pytest_asyncio.fixture
async def running(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(sqlite_url, tmp_path) as house:
        yield with_small_content(house, tmp_path)


async def checked(editor: Staff, data: bytes, name: str = "x.csv", **more: str) -> tuple[int, str]:
    form = FormData(more)
    form.add_field("file", data, filename=name)
    return await editor.send(f"{BULK}/check", form)


def answers(*rows: dict[str, str]) -> bytes:
    columns = COLUMNS["answers"]
    return as_csv("answers", [[row.get(column, "") for column in columns] for row in rows])


def wordings(*rows: tuple[str, str, str, str, str]) -> bytes:
    return as_csv("wordings", rows)


def the_token(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


async def test_what_is_taken_out_and_brought_in_again_changes_nothing(running: Running) -> None:
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        for path in ("content.xlsx", "answers.csv", "wordings.csv"):
            async with editor.http.get(f"{BULK}/{path}") as answer:
                data = await answer.read()
                assert answer.headers["Content-Disposition"].startswith("attachment")
            status, page = await checked(editor, data, path, instead="yes")
            assert (status, "لا جديد في الملف" in page) == (200, True), path


async def test_a_dry_run_lists_every_problem_by_row(running: Running) -> None:
    other = await running.house.studio.drafting.ask(lambda folder: folder.entry(TOPIC))
    assert other is not None
    alike = other.ar.questions[0].text + " لو سمحتوا"
    async with at_the_desk(running, "editor", Role.EDITOR) as editor:
        status, page = await checked(
            editor,
            answers(
                {"topic": "fresh_one", "owner": "NONE", "title_ar": "ت", "text_ar": "نص INV-9"},
                {"topic": "Bad Id", "owner": "REV", "title_ar": "ت", "text_ar": "نص"},
                {"topic": TOPIC, "valid_until": "31/12/2026", "owner": "ACC"},
                {"topic": TOPIC, "owner": "ACC"},
            ),
        )
        assert status == 422
        for row, column in ((2, "owner"), (3, "topic"), (4, "valid_until"), (5, "topic")):
            at = page.index(f'<bdi class="num">{row}</bdi></th>')
            assert f'<bdi class="ref">{column}</bdi>' in page[at : at + 120], row
        assert 'name="token"' not in page
        status, page = await checked(
            editor,
            wordings(
                ("faq/none", "ar", "msa", "", "ما هذا"),
                ("greet", "fr", "msa", "", "bonjour"),
                ("greet", "ar", "none", "", "هلا INV-9"),
                ("greet", "ar", "msa", "", alike),
                ("greet", "ar", "msa", "", "/restart"),
            ),
        )
        assert status == 422
        for row, words in (
            (2, "قيمة غير معروفة"),
            (3, "قيمة غير معروفة"),
            (4, "ليست من لهجات"),
            (5, "تكاد الصيغة تطابق"),
            (6, "شرطة مائلة"),
        ):
            at = page.index(f'<bdi class="num">{row}</bdi></th>')
            assert words in page[at : at + 250], row
        changes = await running.house.studio.drafting.about(lambda draft: draft.changes())
        assert changes == []


async def test_what_was_checked_is_brought_in(running: Running) -> None:
    fresh = {
        "topic": "fresh_one",
        "owner": "REV",
        "segment": "supplier",
        "title_ar": "جديد",
        "text_ar": "=نص يبدأ بعلامة INV-9",
        "title_en": "Fresh",
        "text_en": "Text",
        "valid_until": "2027-01-31",
        "sources": "https://a.example\nb",
    }
    async with (
        at_the_desk(running, "editor", Role.EDITOR) as editor,
        at_the_desk(running, "other", Role.EDITOR) as other,
    ):
        _, page = await checked(editor, answers(fresh))
        token = {"token": the_token(page)}
        assert (await other.send(f"{BULK}/bring-in", token))[0] == 422  # another's
        assert (await editor.send(f"{BULK}/bring-in", token))[0] == 303
        status, page = await editor.send(f"{BULK}/bring-in", token)
        assert (status, "لم يعد الملف محفوظًا" in page) == (422, True)
        rows = wordings(("faq/fresh_one", "ar", "gulf", "", "شو هالشي اليديد يا جماعة الخير"))
        _, page = await checked(editor, rows)
        token = {"token": the_token(page)}
        assert (await editor.send(f"{BULK}/bring-in", token))[0] == 303
    entry = await running.house.studio.drafting.ask(lambda folder: folder.entry("fresh_one"))
    assert entry is not None
    assert (entry.ar.text, entry.side(Language.EN).title) == (fresh["text_ar"], "Fresh")
    assert (str(entry.valid_until), entry.sources) == ("2027-01-31", ("https://a.example", "b"))
    assert [one.variety for one in entry.ar.questions] == ["gulf"]


def test_no_cell_is_a_formula() -> None:
    row = ["=1+1 ج", "+2", "-3", "@x", "INV-9", "", "", "", "", "", ""]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook({"answers": [row]})))
    assert {cell.data_type for line in book["answers"] for cell in line} <= {"s", "n"}
    [_, line] = csv.reader(io.StringIO(as_csv("answers", [row]).decode("utf-8-sig")))
    assert line[:5] == ["'=1+1 ج", "'+2", "'-3", "'@x", "INV-9"]
    assert read_table(as_csv("answers", [row]))[0].get("topic") == row[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 broken", "no_table"),
        ("عمود,آخر\n1,2".encode(), "no_columns"),
        ("topic,text_ar\nx,نص".encode("utf-16"), "no_utf8"),
        (b"topic\n" + b"x" * 4_000_000, "too_large"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_table(data)
    assert refused.value.facts["reason"] == reason


def test_a_semicolon_table_of_a_spreadsheet_is_read() -> None:
    rows = read_table("topic;text_ar\nx_y;نص، INV-9\n;\n".encode())
    assert [(row.number, row.get("text_ar")) for row in rows] == [(2, "نص، INV-9")]
