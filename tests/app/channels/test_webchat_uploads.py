"""Files into and out of a running house, as a browser sends and asks for them."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData

from channels.webchat.attachment_links import AttachmentLinks
from tests.app.webchat_house import Client, Running, running_house

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"\x00\x01" * 500
NAME = "إيصال INV-9.pdf"
MEGABYTE = 1024 * 1024


@pytest_asyncio.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_house(
        database_url,
        tmp_path,
        attachment_mb=6,
        attachment_hourly=4,
        webchat_origins=("https://finance.example",),
    ) as running:
        yield running


async def uploaded(
    url: str,
    session: str,
    data: bytes = PDF,
    *,
    name: str = NAME,
    language: str = "ar",
    origin: str | None = None,
) -> tuple[int, dict[str, Any]]:
    form = FormData(quote_fields=False)  # as browsers do
    form.add_field("file", io.BytesIO(data), filename=name, content_type="image/png")
    headers = {"Authorization": f"Bearer {session}"} | ({"Origin": origin} if origin else {})
    async with (
        ClientSession() as http,
        http.post(
            f"{url}/attachments", params={"language": language}, data=form, headers=headers
        ) as answer,
    ):
        told = await answer.json()
        if origin:
            told["allowed"] = answer.headers.get("Access-Control-Allow-Origin")
        return answer.status, told


async def test_a_file_goes_in_is_shown_and_comes_out_as_a_download(house: Running) -> None:
    async with Client(house.url, language="ar") as tab:
        status, told = await uploaded(house.url, tab.session)
        assert (status, told["ok"], told["name"]) == (200, True, NAME)
        assert (told["media_type"], told["size"]) == ("application/pdf", len(PDF))
        ack = await tab.say("هذا إيصال INV-9", client_id="c-1", attachments=[told["id"]])
        assert [one["id"] for one in ack["attachments"]] == [told["id"]]
        again = await tab.say("هذا إيصال INV-9", client_id="c-1", attachments=[told["id"]])
        assert again["seq"] == ack["seq"]
        link = await tab.call("attachment_link", {"id": told["id"]})
    async with Client(house.url, session=tab.session) as later:
        await later.until(lambda: len(later.history) >= 1)
        assert later.history[0]["kind"] == "document"
        assert later.history[0]["attachments"][0]["name"] == NAME
    async with ClientSession() as http, http.get(f"{house.url}/{link['url']}") as answer:
        assert await answer.read() == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment;")
        assert NAME in unquote(said)
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_larger_than_other_bodies_and_never_larger_than_allowed(house: Running) -> None:
    async with Client(house.url) as tab:
        status, told = await uploaded(house.url, tab.session, b"%PDF-" + b"0" * 5 * MEGABYTE)
        assert (status, told["ok"]) == (200, True)
        status, told = await uploaded(house.url, tab.session, b"%PDF-" + b"0" * 6 * MEGABYTE)
        assert (status, told["code"]) == (413, "attachment_too_large")
        assert "ميغابايت" in told["text"]
        status, told = await uploaded(
            house.url, tab.session, b"%PDF-" + b"0" * 7 * MEGABYTE, language="en"
        )
        assert (status, told["code"]) == (413, "attachment_too_large")
        assert "up to 6 MB" in told["text"]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "attachment_empty"),
        (b"<svg onload=alert(1)>", 415, "attachment_type_refused"),
        (b"MZ\x90\x00\x03", 415, "attachment_type_refused"),
    ],
)
async def test_a_refusal_says_why(house: Running, data: bytes, status: int, code: str) -> None:
    async with Client(house.url) as tab:
        got, told = await uploaded(house.url, tab.session, data, name="صورة\u202egpj.exe")
    assert (got, told["ok"], told["code"]) == (status, False, code)
    assert "\u2068صورةgpj.exe\u2069" in told["text"]


async def test_files_are_counted(house: Running) -> None:
    async with Client(house.url) as tab:
        for _ in range(4):
            assert (await uploaded(house.url, tab.session))[0] == 200
        status, told = await uploaded(house.url, tab.session)
    assert (status, told["code"]) == (429, "attachment_too_many")


@pytest.mark.parametrize("session", ["", "forged", "00000000-0000-0000-0000-000000000000.x"])
async def test_only_a_session_of_ours_may_upload(house: Running, session: str) -> None:
    status, told = await uploaded(house.url, session)
    assert (status, told["code"]) == (401, "session_unknown")


async def test_what_is_no_upload_is_told_so(house: Running) -> None:
    async with Client(house.url) as tab, ClientSession() as http:
        headers = {"Authorization": f"Bearer {tab.session}"}
        for body in (b"x", b"--a\r\n"):
            async with http.post(f"{house.url}/attachments", data=body, headers=headers) as answer:
                assert answer.status == 400
                assert json.loads(await answer.text())["code"] == "attachment_broken"


async def test_nobody_sends_or_opens_a_file_of_somebody_else(house: Running) -> None:
    async with Client(house.url) as mariam, Client(house.url) as salem:
        _, told = await uploaded(house.url, mariam.session)
        await salem.say("مرحبا")
        ack = await salem.say("هذا لي", attachments=[told["id"]])
        assert (ack["ok"], ack["code"]) == (False, "attachment_not_found")
        assert await salem.call("attachment_link", {"id": told["id"]}) == {"ok": False}
        assert (await mariam.call("attachment_link", {"id": told["id"]}))["ok"]


async def test_a_link_is_for_one_file_and_must_be_ours(house: Running) -> None:
    async with Client(house.url) as tab:
        _, one = await uploaded(house.url, tab.session)
        _, other = await uploaded(house.url, tab.session)
        url = (await tab.call("attachment_link", {"id": one["id"]}))["url"]
    async with ClientSession() as http:
        for wrong in (
            url.replace(one["id"], other["id"]),
            url.replace("until=", "until=9"),
            url.split("?")[0],
            url[:-2],
        ):
            async with http.get(f"{house.url}/{wrong}") as answer:
                assert answer.status == 410


async def test_pages_that_embed_the_chat_may_upload_and_no_others(house: Running) -> None:
    async with Client(house.url) as tab:
        for origin, allowed in (("https://finance.example", True), ("https://evil.example", False)):
            _, told = await uploaded(house.url, tab.session, origin=origin)
            assert (told["allowed"] == origin) is allowed
            headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            async with (
                ClientSession() as http,
                http.options(f"{house.url}/attachments", headers=headers) as answer,
            ):
                assert ("Access-Control-Allow-Origin" in answer.headers) is allowed


def test_a_link_lives_for_a_while() -> None:
    clock = [NOON]
    links = AttachmentLinks(b"s" * 32, now=lambda: clock[0], lifetime=timedelta(minutes=15))
    link = links.link("0" * 36, "إيصال.pdf")
    until, signature = (part.split("=")[1] for part in link.split("?")[1].split("&"))
    assert links.holds("0" * 36, until, signature)
    clock[0] = NOON + timedelta(minutes=16)
    assert not links.holds("0" * 36, until, signature)
    assert not links.holds("0" * 36, "٣", signature)
    assert not links.holds("0" * 36, until, "توقيع")


async def test_the_scanner_decides_before_the_upload_is_answered(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        running_house(database_url, tmp_path, clamd=f"unix:{tmp_path}/nobody.sock") as house,
        Client(house.url) as tab,
    ):
        house.house.uploads._verdict_s = 0.3
        status, told = await uploaded(house.url, tab.session)
        assert (status, told["state"]) == (200, "pending")
        assert (await tab.say("الإيصال", attachments=[told["id"]]))["ok"]
        assert await tab.call("attachment_link", {"id": told["id"]}) == {"ok": False}
