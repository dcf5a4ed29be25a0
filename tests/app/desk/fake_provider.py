"""A small real OpenID Connect provider: discovery, keys, codes with PKCE, userinfo."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from yarl import URL

CLIENT, SECRET = "baddala", "a secret with ümlaut"


class FakeProvider:
    """``who`` comes back from it; ``claims`` changes what the id_token says."""

    def __init__(self) -> None:
        self.who: dict[str, Any] = {
            "sub": "784-1",
            "email": "noura@finance.example",
            "email_verified": True,
        }
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signing_key = self.key
        self.with_id_token = True
        self._codes: dict[str, dict[str, str]] = {}
        self._running: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> FakeProvider:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        app.router.add_get("/keys", self._keys)
        self._running = web.AppRunner(app)
        await self._running.setup()
        await web.TCPSite(self._running, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._running.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        if self._running is not None:
            await self._running.cleanup()

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(f"{self.url}/{name}" for name in ("authorize", "token", "userinfo"))

    async def _discovery(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return web.Response(status=400)
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = URL(asked["redirect_uri"]).update_query(code=code, state=asked["state"])
        return web.Response(status=302, headers={"Location": str(back)})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        asked = self._codes.pop(str(form["code"]), None)
        proof = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or proof != f"{CLIENT}:{quote_plus(SECRET)}"
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        given = {"access_token": "access-1", "token_type": "Bearer"}
        if self.with_id_token:
            now = int(datetime.now(UTC).timestamp())
            claims = {
                "iss": self.url,
                "aud": CLIENT,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.who,
                **self.claims,
            }
            header = {"alg": "RS256", "kid": "one"}
            given["id_token"] = jwt.encode(header, claims, self.signing_key)
        return web.json_response(given)

    async def _userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer access-1":
            return web.Response(status=401)
        return web.json_response(self.who)
