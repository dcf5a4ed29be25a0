"""The way in: address and password, code, new password, second factor; and the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import segno
from aiohttp import web

from accounts.codes import new_recovery_codes, provisioning_uri
from accounts.errors import PasswordTooWeak, SignInPaused, SignInRefused
from accounts.model import Step
from accounts.sealing import Sealing
from accounts.signing_in import SignIn
from desk.access import (
    ACCOUNT,
    COOKIE,
    FORM_COOKIE,
    SESSION,
    STEPS,
    TOKEN,
    Open,
    Routes,
    visitor_of,
)
from desk.rendering import LANGUAGE_COOKIE, Rendering
from kernel.errors import BaddalaError
from kernel.language import Language

FOR_A_YEAR_S = 31_536_000
ENROL_FIELD, PAPER_FIELD = "secret", "paper"


class SignInPages:
    """One page per step; the session says which step is next, whatever page is asked for."""

    def __init__(
        self,
        sign_in: SignIn,
        rendering: Rendering,
        *,
        sealing: Sealing,
        new_secret: Callable[[], str],
        new_token: Callable[[], str],
        choose: Callable[[str], str],
        secure: bool,
        single_sign_on: bool,
    ) -> None:
        self._sign_in = sign_in
        self._rendering = rendering
        self._sealing = sealing
        self._new_secret = new_secret
        self._new_token = new_token
        self._choose = choose
        self._secure = secure
        self._single_sign_on = single_sign_on

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get("/sign-in", self.ask, Open.TO_ALL)
        routes.post("/sign-in", self.begin, Open.TO_ALL)
        routes.get("/language/{language:ar|en}", self.choose_language, Open.TO_ALL)
        routes.get("/sign-in/code", self.ask_code, Step.CODE)
        routes.post("/sign-in/code", self.prove_code, Step.CODE)
        routes.get("/sign-in/password", self.ask_password, Step.PASSWORD)
        routes.post("/sign-in/password", self.change_password, Step.PASSWORD)
        routes.get("/sign-in/second-factor", self.ask_second_factor, Step.ENROL)
        routes.post("/sign-in/second-factor", self.enrol, Step.ENROL)
        routes.post("/sign-out", self.leave, Open.TO_ALL)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Show the first page; whoever is in already goes on to where they are."""
        session = request.get(SESSION)
        if session is not None:
            raise web.HTTPSeeOther(STEPS[session.step])
        return self._first_page(request)

    def _first_page(
        self, request: web.Request, *, email: str = "", problem: str = "", status: int = 200
    ) -> web.StreamResponse:
        known = request.cookies.get(FORM_COOKIE)
        bearer = known or self._new_token()
        page = self._rendering.page(
            request,
            "sign_in.html",
            {
                "email": email,
                "problem": problem,
                "single_sign_on": self._single_sign_on,
                "form_token": self._rendering.form_token(bearer),
            },
            status=status,
        )
        if known is None:
            self.set(page, FORM_COOKIE, bearer)
        return page

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Check address and password."""
        form = await request.post()
        email = str(form.get("email", ""))[:254].strip()
        try:
            token, step = await self._sign_in.begin(
                email, str(form.get("password", "")), visitor_of(request)
            )
        except (SignInRefused, SignInPaused) as refusal:
            return self._first_page(
                request, email=email, problem=self._why(request, refusal), status=_status(refusal)
            )
        return self._onward(token, step)

    async def choose_language(self, request: web.Request) -> web.StreamResponse:
        """Remember the language of the pages before anybody has signed in."""
        answer = web.HTTPSeeOther("/desk/sign-in")
        language = Language(request.match_info["language"])
        self.set(answer, LANGUAGE_COOKIE, language.value, max_age=FOR_A_YEAR_S)
        raise answer

    async def ask_code(self, request: web.Request) -> web.StreamResponse:
        """Ask for the code of the authenticator app."""
        return self._rendering.page(request, "sign_in_code.html", {"problem": ""})

    async def prove_code(self, request: web.Request) -> web.StreamResponse:
        """Check the code."""
        typed = str((await request.post()).get("code", ""))[:40]
        try:
            token = await self._sign_in.prove_code(
                request[TOKEN], request[SESSION], request[ACCOUNT], typed
            )
        except (SignInRefused, SignInPaused) as refusal:
            problem = self._why(request, refusal, refused="desk_code_refused")
            return self._rendering.page(
                request, "sign_in_code.html", {"problem": problem}, status=_status(refusal)
            )
        return self._onward(token)

    async def ask_password(self, request: web.Request) -> web.StreamResponse:
        """Ask for a password of one's own in place of the one that was given."""
        return self._rendering.page(request, "sign_in_password.html", {"problem": ""})

    async def change_password(self, request: web.Request) -> web.StreamResponse:
        """Replace the password that was given."""
        form = await request.post()
        wanted = str(form.get("password", ""))
        problem = ""
        if wanted != str(form.get("again", "")):
            problem = self._rendering.say(request, "desk_passwords_differ")
        else:
            try:
                token = await self._sign_in.change_password(
                    request[TOKEN], request[ACCOUNT], str(form.get("current", "")), wanted
                )
                return self._onward(token)
            except PasswordTooWeak as weak:
                problem = self._rendering.say(request, str(weak.facts["rule"]))
            except (SignInRefused, SignInPaused) as refusal:
                problem = self._why(request, refusal, refused="desk_password_refused")
        return self._rendering.page(
            request, "sign_in_password.html", {"problem": problem}, status=422
        )

    async def ask_second_factor(self, request: web.Request) -> web.StreamResponse:
        """Show the QR code of a new second factor, and recovery codes for the drawer."""
        codes = new_recovery_codes(self._choose)
        return self._second_factor_page(request, self._new_secret(), codes)

    def _second_factor_page(
        self,
        request: web.Request,
        secret: str,
        codes: Sequence[str],
        *,
        problem: str = "",
        status: int = 200,
    ) -> web.StreamResponse:
        issuer = self._rendering.say(request, "desk_issuer")
        uri = provisioning_uri(secret, email=request[ACCOUNT].email, issuer=issuer)
        picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=2)
        facts = {
            "picture": picture,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "codes": codes,
            "sealed": self._sealing.seal(secret),
            "paper": self._sealing.seal(" ".join(codes)),
            "problem": problem,
        }
        return self._rendering.page(request, "sign_in_second_factor.html", facts, status=status)

    async def enrol(self, request: web.Request) -> web.StreamResponse:
        """Keep the second factor when its first code is right."""
        form = await request.post()
        secret = self._sealing.unseal(str(form.get(ENROL_FIELD, "")))
        paper = self._sealing.unseal(str(form.get(PAPER_FIELD, "")))
        if secret is None or paper is None:
            raise web.HTTPSeeOther(STEPS[Step.ENROL])
        try:
            token = await self._sign_in.enrol(
                request[TOKEN],
                request[ACCOUNT],
                secret,
                str(form.get("code", ""))[:40],
                paper.split(),
            )
        except SignInRefused:
            problem = self._rendering.say(request, "desk_code_refused")
            return self._second_factor_page(
                request, secret, paper.split(), problem=problem, status=422
            )
        return self._onward(token)

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End the session, here and in the database."""
        if request.get(SESSION) is not None:
            await self._sign_in.leave(request[TOKEN], request[ACCOUNT])
        answer = web.HTTPSeeOther("/desk/sign-in")
        answer.del_cookie(COOKIE, path="/desk")
        raise answer

    def let_in(self, token: str) -> web.StreamResponse:
        """Return the answer to somebody who came by single sign-on."""
        return self._onward(token)

    def refuse(self, request: web.Request, key: str) -> web.StreamResponse:
        """Show the first page with the sentence ``key``."""
        return self._first_page(request, problem=self._rendering.say(request, key), status=422)

    def _onward(self, token: str, step: Step = Step.DONE) -> web.StreamResponse:
        answer = web.Response(status=303, headers={"Location": STEPS[step]})
        self.set(answer, COOKIE, token)
        return answer

    def set(
        self, answer: web.StreamResponse, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        """Set a cookie that only the desk's own pages send back."""
        answer.set_cookie(
            name,
            value,
            path="/desk",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
            max_age=max_age,
        )

    def _why(
        self, request: web.Request, refusal: BaddalaError, *, refused: str = "sign_in_refused"
    ) -> str:
        if isinstance(refusal, SignInPaused):
            count = int(refusal.facts["minutes"])
            return self._rendering.say(request, refusal.code, count=count)
        return self._rendering.say(request, refused)


def _status(refusal: BaddalaError) -> int:
    return 429 if isinstance(refusal, SignInPaused) else 422
