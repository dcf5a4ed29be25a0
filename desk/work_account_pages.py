"""The way in by a work account: to the provider and back."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from accounts.errors import SignInRefused
from accounts.ports import AccountStore
from accounts.sealing import Sealing
from accounts.signing_in import SignIn
from accounts.work_account import NotVouchedFor, WorkAccountUnknown, account_of
from desk.access import Open, Routes, visitor_of
from desk.sign_in_pages import SignInPages
from desk.single_sign_on import SingleSignOn

COOKIE = "baddala_work_account"
WITHIN_S = 600
BACK = "/desk/sign-in/work-account/back"

log = logging.getLogger(__name__)


class WorkAccountPages:
    """Keeps state, nonce and verifier in a sealed cookie: whoever comes back set out from here."""

    def __init__(
        self,
        single_sign_on: SingleSignOn,
        sign_in: SignIn,
        store: AccountStore,
        pages: SignInPages,
        *,
        sealing: Sealing,
        public_url: str,
        new_token: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._single_sign_on = single_sign_on
        self._sign_in = sign_in
        self._store = store
        self._pages = pages
        self._sealing = sealing
        self._back = f"{public_url}{BACK}"
        self._new_token = new_token
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/sign-in/work-account", self.set_out, Open.TO_ALL)
        routes.get("/sign-in/work-account/back", self.come_back, Open.TO_ALL)

    async def set_out(self, request: web.Request) -> web.StreamResponse:
        """Send the browser to the provider."""
        kept = {name: self._new_token() for name in ("state", "nonce", "verifier")}
        try:
            address = await self._single_sign_on.address(**kept, back=self._back)
        except NotVouchedFor as failure:
            log.warning("single sign-on: %s", failure)
            return self._pages.refuse(request, failure.code)
        answer = web.HTTPSeeOther(address)
        self._pages.set(answer, COOKIE, self._sealing.seal(json.dumps(kept)), max_age=WITHIN_S)
        raise answer

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        """Let in whom the provider vouches for."""
        opened = self._sealing.unseal(request.cookies.get(COOKIE, ""))
        kept = json.loads(opened) if opened else {"state": ""}
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not opened or not code or not hmac.compare_digest(kept["state"], state):
            return self._pages.refuse(request, NotVouchedFor.code)
        try:
            vouched = await self._single_sign_on.vouched(
                code=code, nonce=kept["nonce"], verifier=kept["verifier"], back=self._back
            )
            account = await account_of(vouched, self._store, now=self._now)
            token = await self._sign_in.begin_known(account, visitor_of(request))
        except (NotVouchedFor, WorkAccountUnknown, SignInRefused) as failure:
            log.warning("single sign-on: %s", failure)
            code = failure.code if not isinstance(failure, SignInRefused) else "sign_in_refused"
            return self._pages.refuse(request, code)
        answer = self._pages.let_in(token)
        answer.del_cookie(COOKIE, path="/desk")
        return answer
