"""Ask an OpenID Connect or plain OAuth 2.0 provider who somebody is.

Authorization code flow with PKCE, state and nonce (RFC 6749, RFC 7636, OpenID Connect Core
3.1). UAE PASS is OAuth 2.0 with a userinfo call and promises no id_token, so without an
issuer the three addresses are named by hand and userinfo alone tells.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote_plus

from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from yarl import URL

from accounts.work_account import NotVouchedFor, Vouched

DISCOVERY = ".well-known/openid-configuration"
ALGORITHMS = ["RS256", "PS256", "ES256"]
WITHIN = ClientTimeout(total=10)
CLOCKS_DIFFER_BY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as the settings name it.

    Args:
        issuer: of OpenID Connect; empty when ``endpoints`` names the addresses.
        endpoints: authorize, token and userinfo of a plain OAuth 2.0 provider.
        trust_email: its e-mail addresses are proved, though it does not say so.
    """

    issuer: str
    endpoints: tuple[str, ...]
    client_id: str
    client_secret: str
    scope: str
    trust_email: bool = False


class SingleSignOn:
    """One provider. What it says of itself is asked when first needed and kept."""

    def __init__(
        self, http: ClientSession, provider: Provider, *, now: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._provider = provider
        self._now = now
        self._known: Mapping[str, Any] | None = None

    async def address(self, *, state: str, nonce: str, verifier: str, back: str) -> str:
        """Return where the browser is sent.

        Raises:
            NotVouchedFor: the provider cannot be reached.
        """
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": back,
            "scope": self._provider.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        facts = await self._facts()
        return str(URL(facts["authorization_endpoint"]).update_query(asked))

    async def vouched(self, *, code: str, nonce: str, verifier: str, back: str) -> Vouched:
        """Return who came back with ``code``.

        Raises:
            NotVouchedFor: the provider says no, or what it says does not hold.
        """
        facts = await self._facts()
        given = await self._ask(
            "POST",
            facts["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "client_id": self._provider.client_id,
                "code_verifier": verifier,
            },
            headers={"Authorization": self._proof()},
        )
        if self._provider.issuer:
            claims = await self._checked(str(given.get("id_token", "")), nonce)
            if "email" not in claims and facts.get("userinfo_endpoint"):
                more = await self._userinfo(facts, given)
                if more.get("sub") != claims["sub"]:
                    raise NotVouchedFor(problem="userinfo tells of somebody else")
                claims = {**more, **claims}
        else:
            claims = await self._userinfo(facts, given)
        subject = claims.get("sub") or claims.get("uuid")
        if not subject:
            raise NotVouchedFor(problem="no subject")
        proved = claims.get("email_verified") is True or self._provider.trust_email
        email = str(claims.get("email") or "") if proved else ""
        origin = self._provider.issuer or str(URL(facts["token_endpoint"]).origin())
        return Vouched(subject=f"{origin}|{subject}"[:255], email=email or None)

    def _proof(self) -> str:
        """Return who asks, with both parts quoted first (RFC 6749, 2.3.1)."""
        return encode_basic_auth(
            quote_plus(self._provider.client_id), quote_plus(self._provider.client_secret)
        )

    async def _userinfo(
        self, facts: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        bearer = {"Authorization": f"Bearer {given.get('access_token', '')}"}
        return await self._ask("GET", facts["userinfo_endpoint"], headers=bearer)

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Return the claims of an id_token whose signature and claims hold."""
        facts = await self._facts()
        keys = await self._ask("GET", facts["jwks_uri"])
        try:
            decoded = jwt.decode(
                token, KeySet.import_key_set(cast(KeySetSerialization, keys)), algorithms=ALGORITHMS
            )
            rules = jwt.JWTClaimsRegistry(
                now=int(self._now().timestamp()),
                leeway=CLOCKS_DIFFER_BY_S,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._provider.client_id},
                exp={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            rules.validate(decoded.claims)
        except (JoseError, ValueError, KeyError) as error:
            raise NotVouchedFor(problem=type(error).__name__) from error
        return decoded.claims

    async def _facts(self) -> Mapping[str, Any]:
        if self._known is None:
            if self._provider.issuer:
                place = URL(self._provider.issuer.rstrip("/") + "/") / DISCOVERY
                said = await self._ask("GET", str(place))
                if said.get("issuer") != self._provider.issuer:
                    raise NotVouchedFor(problem="discovery names another issuer")
                self._known = said
            else:
                names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
                self._known = dict(zip(names, self._provider.endpoints, strict=True))
        return self._known

    async def _ask(self, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        try:
            async with self._http.request(method, url, timeout=WITHIN, **more) as answer:
                if answer.status != 200:
                    raise NotVouchedFor(problem="refused", status=answer.status)
                said = await answer.json(content_type=None)
        except (ClientError, TimeoutError, ValueError) as error:
            raise NotVouchedFor(problem=type(error).__name__) from error
        if not isinstance(said, dict):
            raise NotVouchedFor(problem="no object")
        return said
