"""Coming in by a work account, against a small real provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar
from joserfc.jwk import RSAKey

from accounts.model import Role
from tests.app.desk.fake_provider import CLIENT, SECRET, FakeProvider
from tests.app.desk.staff import hired
from tests.app.webchat_house import Running, free_port, running_house

UNKNOWN = "غير مسجّل هنا بعد"
FAILED = "تعذّر الدخول بحساب الجهة"


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    fake = await FakeProvider().start()
    yield fake
    await fake.stop()


@asynccontextmanager
async def house(
    url: str, folder: Path, provider: FakeProvider, **changes: Any
) -> AsyncIterator[Running]:
    port = free_port()
    settings = {
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "sso_issuer": provider.url,
        "sso_client_id": CLIENT,
        "sso_client_secret": SECRET,
        **changes,
    }
    async with running_house(url, folder, **settings) as running:
        yield running


async def come_in(running: Running) -> tuple[str, str]:
    """Go to the provider and back; return where that ends, and the page there."""
    async with (
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as http,
        http.get(f"{running.url}/desk/sign-in/work-account") as answer,
    ):
        return answer.url.path, await answer.text()


async def test_a_known_address_comes_in_and_is_known_by_subject_from_then_on(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    async with house(sqlite_url, tmp_path, provider) as running:
        account = await hired(running, "noura", Role.AGENT)
        path, page = await come_in(running)
        assert path != "/desk/sign-in/work-account/back", page
        assert "نورة" in page
        provider.who["email"] = "new-name@finance.example"
        assert "نورة" in (await come_in(running))[1]
        store = running.house.desk.administration.store
        linked = await store.find_subject(f"{provider.url}|784-1")
        assert linked is not None
        assert linked.id == account.id


async def test_the_button_is_there_only_with_a_provider(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    address = "/desk/sign-in"
    async with (
        house(sqlite_url, tmp_path, provider) as running,
        ClientSession(running.url) as http,
        http.get(address) as answer,
    ):
        assert "الدخول بحساب الجهة" in await answer.text()
    async with (
        running_house(sqlite_url, tmp_path) as running,
        ClientSession(running.url) as http,
        http.get(address) as answer,
    ):
        assert "الدخول بحساب الجهة" not in await answer.text()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"who": {"email_verified": False}}, UNKNOWN),
        ({"who": {"email": "nobody@finance.example"}}, UNKNOWN),
        ({"claims": {"aud": "somebody else"}}, FAILED),
        ({"claims": {"iss": "https://elsewhere.example"}}, FAILED),
        ({"claims": {"nonce": "an older one"}}, FAILED),
        ({"claims": {"exp": 1_700_000_000}}, FAILED),
        ({"claims": {"sub": ""}}, FAILED),
    ],
)
async def test_what_does_not_hold_lets_nobody_in(
    sqlite_url: str,
    tmp_path: Path,
    provider: FakeProvider,
    changes: dict[str, dict[str, Any]],
    told: str,
) -> None:
    provider.who |= changes.get("who", {})
    provider.claims |= changes.get("claims", {})
    async with house(sqlite_url, tmp_path, provider) as running:
        await hired(running, "noura", Role.AGENT)
        path, page = await come_in(running)
        assert path == "/desk/sign-in/work-account/back"
        assert told in page


async def test_a_token_signed_by_somebody_else_lets_nobody_in(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    async with house(sqlite_url, tmp_path, provider) as running:
        await hired(running, "noura", Role.AGENT)
        assert FAILED in (await come_in(running))[1]


async def test_who_did_not_set_out_from_here_does_not_come_back(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    async with house(sqlite_url, tmp_path, provider) as running, ClientSession() as http:
        await hired(running, "noura", Role.AGENT)
        back = f"{running.url}/desk/sign-in/work-account/back?code=code-0&state="
        async with http.get(back) as answer:
            assert answer.status == 422
            assert FAILED in await answer.text()


async def test_plain_oauth_tells_by_userinfo_and_is_trusted_only_when_told_so(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    provider.with_id_token = False
    provider.who = {"uuid": "u-1", "sub": "784-1", "email": "noura@finance.example"}
    plain = {"sso_issuer": "", "sso_endpoints": provider.endpoints}
    async with house(sqlite_url, tmp_path, provider, **plain) as running:
        await hired(running, "noura", Role.AGENT)
        assert UNKNOWN in (await come_in(running))[1]
    async with house(sqlite_url, tmp_path, provider, **plain, sso_trust_email=True) as running:
        assert "نورة" in (await come_in(running))[1]


async def test_a_provider_that_is_away_is_said_in_words(
    sqlite_url: str, tmp_path: Path, provider: FakeProvider
) -> None:
    await provider.stop()
    async with house(sqlite_url, tmp_path, provider) as running:
        path, page = await come_in(running)
        assert (path, FAILED in page) == ("/desk/sign-in/work-account", True)
