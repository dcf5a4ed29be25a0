"""One's own account: language and look, password, open sessions; and the desk's front door."""

from __future__ import annotations

from aiohttp import web

from accounts.administration import Administration
from accounts.errors import PasswordTooWeak, SignInPaused, SignInRefused
from accounts.signing_in import SignIn, hashed
from desk.access import ACCOUNT, COOKIE, TOKEN, Open, Routes
from desk.rendering import THEMES, Rendering, rail_of
from kernel.language import Language


class MePages:
    """For everybody who has signed in."""

    def __init__(
        self,
        administration: Administration,
        sign_in: SignIn,
        rendering: Rendering,
        *,
        secure: bool,
    ) -> None:
        self._administration = administration
        self._sign_in = sign_in
        self._rendering = rendering
        self._secure = secure

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/", self.front_door, Open.TO_SIGNED_IN)
        routes.get("/me", self.show, Open.TO_SIGNED_IN)
        routes.post("/me/look", self.choose_look, Open.TO_SIGNED_IN)
        routes.post("/me/password", self.change_password, Open.TO_SIGNED_IN)
        routes.post("/me/sessions", self.end_others, Open.TO_SIGNED_IN)

    async def front_door(self, request: web.Request) -> web.StreamResponse:
        """Lead to the first screen that the account may see."""
        entries = rail_of(request[ACCOUNT])
        raise web.HTTPSeeOther(entries[0].path if entries else "/desk/me")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page."""
        return await self._page(request)

    async def _page(
        self, request: web.Request, *, problem: str = "", done: str = "", status: int = 200
    ) -> web.StreamResponse:
        sessions = await self._administration.store.sessions(request[ACCOUNT].id)
        facts = {
            "sessions": sessions,
            "this": hashed(request[TOKEN]),
            "problem": problem,
            "done": done,
            "themes": THEMES,
        }
        return self._rendering.page(request, "me.html", facts, status=status)

    async def choose_look(self, request: web.Request) -> web.StreamResponse:
        """Keep language and theme."""
        form = await request.post()
        language, theme = str(form.get("language", "")), str(form.get("theme", ""))
        if language not in list(Language) or theme not in THEMES:
            raise web.HTTPBadRequest
        await self._administration.choose_look(request[ACCOUNT], Language(language), theme)
        raise web.HTTPSeeOther("/desk/me")

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        """Replace the password; other sessions end, this one goes on under a new token."""
        form = await request.post()
        wanted = str(form.get("password", ""))
        if wanted != str(form.get("again", "")):
            problem = self._rendering.say(request, "desk_passwords_differ")
            return await self._page(request, problem=problem, status=422)
        try:
            token = await self._sign_in.change_password(
                request[TOKEN], request[ACCOUNT], str(form.get("current", "")), wanted
            )
        except PasswordTooWeak as weak:
            problem = self._rendering.say(request, str(weak.facts["rule"]))
            return await self._page(request, problem=problem, status=422)
        except SignInPaused as paused:
            count = int(paused.facts["minutes"])
            problem = self._rendering.say(request, paused.code, count=count)
            return await self._page(request, problem=problem, status=429)
        except SignInRefused:
            problem = self._rendering.say(request, "desk_password_refused")
            return await self._page(request, problem=problem, status=422)
        answer = web.Response(status=303, headers={"Location": "/desk/me"})
        answer.set_cookie(
            COOKIE, token, path="/desk", httponly=True, samesite="Lax", secure=self._secure
        )
        return answer

    async def end_others(self, request: web.Request) -> web.StreamResponse:
        """End all sessions but this one."""
        account = request[ACCOUNT]
        await self._sign_in.end_others(request[TOKEN], account)
        raise web.HTTPSeeOther("/desk/me")
