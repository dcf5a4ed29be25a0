"""Who may open which route: every route says so, and one that does not opens for nobody."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web

from accounts.model import Account, Role, Session, Step
from accounts.signing_in import SignIn, Visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Open(Enum):
    """Access without a role."""

    TO_ALL = auto()
    TO_SIGNED_IN = auto()


Access = Open | Role | frozenset[Role] | Step
"""A step means: a session that has come just so far on its way in; a set: any of its roles."""

COOKIE, FORM_COOKIE = "baddala_desk", "baddala_form"
TOKEN_FIELD, TOKEN_HEADER = "csrf", "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD"})
SAME = frozenset({"same-origin", "none"})

ACCESS: web.AppKey[dict[Handler, Access]] = web.AppKey("access", dict)
ACCOUNT: web.RequestKey[Account] = web.RequestKey("account", Account)
SESSION: web.RequestKey[Session] = web.RequestKey("session", Session)
TOKEN: web.RequestKey[str] = web.RequestKey("token", str)


class Routes:
    """Adds routes to the desk, each with its access."""

    def __init__(self, app: web.Application) -> None:
        self._router = app.router
        self._access: dict[Handler, Access] = {}
        app[ACCESS] = self._access

    def get(self, path: str, handler: Handler, access: Access) -> None:
        """Add a page or a part of one."""
        self._access[handler] = access
        self._router.add_get(path, handler)

    def post(self, path: str, handler: Handler, access: Access) -> None:
        """Add something that changes something; it needs a token of the page it came from."""
        self._access[handler] = access
        self._router.add_post(path, handler)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Ties a form to the session, or before there is one to a cookie, that it was made for."""

    secret: bytes

    def of(self, bearer: str) -> str:
        """Return the token that forms carry."""
        return hmac.new(self.secret, f"form:{bearer}".encode(), hashlib.sha256).hexdigest()

    def fits(self, bearer: str, given: str) -> bool:
        """Tell whether a token was made for ``bearer``."""
        return hmac.compare_digest(self.of(bearer).encode(), given.encode())


def visitor_of(request: web.Request) -> Visitor:
    """Return where a request comes from."""
    return Visitor(request.remote or "", request.headers.get("User-Agent", ""))


def guard(sign_in: SignIn, tokens: Tokens) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the middleware that lets nobody through who may not."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        token = request.cookies.get(COOKIE, "")
        found = await sign_in.who(token) if token else None
        if found is not None:
            request[TOKEN], (request[SESSION], request[ACCOUNT]) = token, found
        if request.match_info.http_exception is not None:
            return await handler(request)  # no such route: 404 or 405
        access = request.app[ACCESS].get(request.match_info.handler)
        if access is None:
            raise web.HTTPInternalServerError(reason="this route names no role")
        _let_through(request, access)
        if request.method not in SAFE:
            await _came_from_our_page(request, tokens)
        return await handler(request)

    return guarded


def _let_through(request: web.Request, access: Access) -> None:
    """Raise what sends somebody elsewhere who may not come in here.

    Raises:
        HTTPSeeOther: to the step that is missing.
        HTTPForbidden: signed in, but without the role.
    """
    if access is Open.TO_ALL:
        return
    session = request.get(SESSION)
    if session is None:
        raise _elsewhere(request, "/desk/sign-in")
    if isinstance(access, Step):
        if session.step is not access:
            raise _elsewhere(request, STEPS[session.step])
        return
    if session.step is not Step.DONE:
        raise _elsewhere(request, STEPS[session.step])
    if not allows(access, request[ACCOUNT]):
        raise web.HTTPForbidden


def allows(access: Access, account: Account) -> bool:
    """Tell whether somebody who is signed in may come in."""
    if isinstance(access, Role):
        return account.may(access)
    return not isinstance(access, frozenset) or any(account.may(role) for role in access)


STEPS = {
    Step.CODE: "/desk/sign-in/code",
    Step.PASSWORD: "/desk/sign-in/password",
    Step.ENROL: "/desk/sign-in/second-factor",
    Step.DONE: "/desk/",
}


def _elsewhere(request: web.Request, path: str) -> web.HTTPException:
    """Return the answer that leads to a page; a part of a page takes the whole page along."""
    if request.headers.get("HX-Request") == "true":
        return web.HTTPNoContent(headers={"HX-Redirect": path})
    if request.method not in SAFE or request.headers.get("Accept") == "text/event-stream":
        return web.HTTPUnauthorized(headers={"Location": path})
    return web.HTTPSeeOther(path)


async def _came_from_our_page(request: web.Request, tokens: Tokens) -> None:
    """Refuse what another site's page sent: the token counts, and what the browser says.

    Raises:
        HTTPForbidden: no token of this session, or the browser names another origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in SAME:
        raise web.HTTPForbidden(reason="from another site")
    given = request.headers.get(TOKEN_HEADER, "")
    if not given and request.content_type == "application/x-www-form-urlencoded":
        given = str((await request.post()).get(TOKEN_FIELD, ""))
    bearer = request.get(TOKEN) or request.cookies.get(FORM_COOKIE, "")
    if not bearer or not tokens.fits(bearer, given):
        raise web.HTTPForbidden(reason="no token of this page")
