"""Somebody with a session at the desk of a running house, over HTTP and without a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, CookieJar
from yarl import URL

from accounts.model import Account, Role
from accounts.signing_in import Visitor
from app.desk_wiring import one_time_password
from desk.access import COOKIE
from kernel.language import Language
from tests.app.webchat_house import Running

_TOKEN = re.compile(r'data-csrf="([0-9a-f]{64})"')


class Staff:
    """One signed-in person; ``token`` is what their pages carry."""

    def __init__(self, http: ClientSession, account: Account) -> None:
        self.http = http
        self.account = account
        self.token = ""

    async def see(self, path: str, **more: Any) -> tuple[int, str]:
        async with self.http.get(path, allow_redirects=False, **more) as answer:
            text = await answer.text(errors="replace")  # a file may be no text
        if found := _TOKEN.search(text):
            self.token = found.group(1)
        return answer.status, text

    async def send(self, path: str, form: Any, **more: Any) -> tuple[int, str]:
        headers = {"X-CSRF-Token": self.token, **more.pop("headers", {})}
        async with self.http.post(
            path, data=form, headers=headers, allow_redirects=False, **more
        ) as answer:
            return answer.status, await answer.text()


async def hired(running: Running, name: str, *roles: Role, departments: str = "") -> Account:
    account = Account(
        id=name,
        email=f"{name}@finance.example",
        name_ar="نورة المزروعي",
        name_en=name.title(),
        roles=frozenset(roles),
        departments=frozenset(departments.split()),
        language=Language.AR,
    )
    store = running.house.desk.administration.store
    await store.add(
        account,
        password_hash=None,
        actor="system:test",
        at=datetime(2026, 11, 25, 6, tzinfo=UTC),
    )
    return await store.get(name)


@asynccontextmanager
async def at_the_desk(
    running: Running, name: str, *roles: Role, departments: str = ""
) -> AsyncIterator[Staff]:
    account = await hired(running, name, *roles, departments=departments)
    token = await running.house.desk.sign_in.begin_known(
        account, Visitor("127.0.0.1", one_time_password())
    )
    jar = CookieJar(unsafe=True)
    jar.update_cookies({COOKIE: token}, URL(f"{running.url}/desk"))
    async with ClientSession(running.url, cookie_jar=jar) as http:
        staff = Staff(http, account)
        await staff.see("/desk/me")
        yield staff
