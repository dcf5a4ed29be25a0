"""Turn templates into pages, in the language and the look that a person chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web
from jinja2.bccache import Bucket

from accounts.model import Account, Role
from desk.access import ACCOUNT, FORM_COOKIE, TOKEN, Access, Tokens, allows
from kernel.language import Language
from phrases.catalogue import Catalogue
from surveys.invitations import without_token

LANGUAGE_COOKIE, THEME_COOKIE = "baddala_language", "baddala_theme"
KILO = 1024
MOMENT, CLOCK = "%Y-%m-%d %H:%M", "%H:%M"
THEMES = ("auto", "light", "dark")


OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
MANAGING = frozenset({Role.MANAGER, Role.SUPERVISOR})

EDITORS = OVERSEERS | {Role.EDITOR}
"""Who changes what staff say: ready replies."""
CANNED = "/desk/administration/canned"


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One jack of the rail at the side: where it leads, for whom, its sign and its words."""

    path: str
    role: Access
    icon: str
    words: str


RAIL: tuple[RailEntry, ...] = (
    RailEntry("/desk/inbox", Role.AGENT, "inbox", "desk_inbox"),
    RailEntry("/desk/cases", Role.AGENT, "cases", "desk_cases"),
    RailEntry("/desk/search", Role.AGENT, "search", "desk_search"),
    RailEntry("/desk/oversight", MANAGING, "chart", "oversight"),
    RailEntry("/desk/surveys", MANAGING, "face", "desk_surveys"),
    RailEntry("/desk/reports", MANAGING, "file", "reports"),
    RailEntry("/desk/studio", Role.EDITOR, "book", "studio"),
    RailEntry("/desk/administration", EDITORS, "desk", "desk_administration"),
)

SECTIONS: tuple[RailEntry, ...] = (
    RailEntry("/desk/administration/health", OVERSEERS, "web", "desk_health"),
    RailEntry("/desk/people", Role.ADMIN, "desk", "desk_people"),
    RailEntry("/desk/administration/departments", Role.ADMIN, "cases", "units"),
    RailEntry("/desk/administration/calendar", Role.ADMIN, "clock", "calendar"),
    RailEntry("/desk/administration/blocks", OVERSEERS, "x", "desk_blocks"),
    RailEntry("/desk/administration/retention", Role.ADMIN, "clock", "desk_retention"),
    RailEntry("/desk/administration/erasure", Role.ADMIN, "lock", "desk_erasure"),
    RailEntry(CANNED, EDITORS, "talk", "desk_canned"),
    RailEntry("/desk/audit", Role.ADMIN, "memo", "desk_audit"),
)
"""What administration consists of; each page of it shows them as tabs."""

STUDIO: tuple[RailEntry, ...] = (
    RailEntry("/desk/studio/entries", Role.EDITOR, "book", "studio_entries"),
    RailEntry("/desk/studio/intents", Role.EDITOR, "talk", "studio_intents"),
    RailEntry("/desk/studio/inbox", Role.EDITOR, "inbox", "studio_inbox"),
    RailEntry("/desk/studio/releases", Role.EDITOR, "send", "studio_releases"),
    RailEntry("/desk/studio/bulk", Role.EDITOR, "dl", "studio_bulk"),
)
"""The parts of the content studio, as tabs."""


class Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates for all that this process renders with."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        bucket.code = self._codes.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[f"{bucket.key} {bucket.checksum}"] = bucket.code


_COMPILED = Compiled()


class Rendering:
    """Renders ``desk/templates``. A missing name in a template is an error, never a blank."""

    def __init__(
        self, phrases: Catalogue, tokens: Tokens, *, default: Language, zone: ZoneInfo
    ) -> None:
        self._phrases = phrases
        self._tokens = tokens
        self._default = default
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("desk"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self._templates.filters["unlinked"] = without_token
        self._templates.filters["moment"] = lambda at: at.astimezone(zone).strftime(MOMENT)
        self._templates.filters["clock"] = lambda at: at.astimezone(zone).strftime(CLOCK)

    def language(self, request: web.Request) -> Language:
        """Return the language of a page: the account's, else the browser's last choice."""
        account: Account | None = request.get(ACCOUNT)
        if account is not None:
            return account.language
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        return Language(chosen) if chosen in list(Language) else self._default

    @property
    def phrases(self) -> Catalogue:
        """Return every phrase in every language."""
        return self._phrases

    def form_token(self, bearer: str) -> str:
        """Return what a form carries that was made for ``bearer``."""
        return self._tokens.of(bearer)

    def fits(self, bearer: str, given: str) -> bool:
        """Tell whether a form carries what was made for ``bearer``."""
        return self._tokens.fits(bearer, given)

    def token(self, request: web.Request) -> str:
        """Return what the forms of a page carry; empty when it was made for nobody yet."""
        bearer = request.get(TOKEN) or request.cookies.get(FORM_COOKIE, "")
        return self._tokens.of(bearer) if bearer else ""

    def say(self, request: web.Request, key: str, **facts: str | int) -> str:
        """Return a phrase in the page's language."""
        return self._phrases.say(key, self.language(request), **facts)

    def file_size(self, size: int, language: Language) -> str:
        """Return the size of a file, given in bytes, as people read it."""
        if size < KILO * KILO:
            whole = max(1, round(size / KILO))
            return self._phrases.say("desk_file_kilobytes", language, size=whole)
        shown = f"{size / KILO / KILO:.1f}"
        return self._phrases.say("desk_file_megabytes", language, size=shown)

    def part(self, template: str, facts: Mapping[str, Any], language: Language) -> str:
        """Return a part of a page that is the same for everybody who reads this language."""
        say = partial(self._phrases.say, language=language)
        return self._templates.get_template(template).render(facts, say=say)

    def page(
        self,
        request: web.Request,
        template: str,
        facts: Mapping[str, Any],
        *,
        status: int = 200,
        language: Language | None = None,
    ) -> web.Response:
        """Return a page, or a part of one, with what every template may use."""
        language = language or self.language(request)
        account = request.get(ACCOUNT)
        text = self._templates.get_template(template).render(
            **facts,
            lang=language.value,
            other=_other(language).value,
            language=language,
            dir=language.direction,
            theme=account.theme if account else _theme(request),
            account=account,
            rail=rail_of(account),
            sections=sections_of(account),
            studio_tabs=STUDIO,
            path=request.path,
            csrf=self.token(request),
            say=partial(self._phrases.say, language=language),
            file_size=partial(self.file_size, language=language),
            Role=Role,
        )
        return web.Response(text=text, content_type="text/html", status=status)


def rail_of(account: Account | None) -> tuple[RailEntry, ...]:
    """Return what an account sees in the rail."""
    return tuple(one for one in RAIL if account is not None and allows(one.role, account))


def sections_of(account: Account | None) -> tuple[RailEntry, ...]:
    """Return what of the administration an account may open."""
    return tuple(one for one in SECTIONS if account is not None and allows(one.role, account))


def _other(language: Language) -> Language:
    return Language.EN if language is Language.AR else Language.AR


def _theme(request: web.Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"
