"""Wire the desk: accounts, the way in, and the screens."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
from aiohttp import ClientSession, web

from accounts.administration import Administration
from accounts.audit import AuditLog
from accounts.model import Account
from accounts.passwords import Passwords
from accounts.ports import AccountStore
from accounts.sealing import Sealing
from accounts.signing_in import SignIn, SignInRules
from app.attachment_wiring import Attachments
from app.back_office import BackOffice
from app.case_wiring import case_pages
from app.floor_wiring import FloorParts
from app.search_wiring import SearchParts
from app.secret import signing_secret
from app.service_rules import ChannelRules
from app.settings import Settings
from app.studio_wiring import Studio
from app.survey_wiring import Surveys
from cases.handling import Handling
from cases.service import CaseService
from cases.work import CaseWork
from channels.whatsapp.templates import Templates
from conversations.duty import AgentStore
from conversations.resending import Resending
from conversations.sending import SendingStore
from conversations.understanding import Understanding
from conversations.wakeup import Wakeup
from desk.access import Tokens
from desk.application import Pages, desk_application
from desk.attachment_pages import AttachmentPages
from desk.audit_pages import AuditPages
from desk.cases_pages import CasesPages
from desk.conversation_cases import ConversationCases
from desk.conversation_files import ConversationFiles
from desk.conversation_moves import ConversationMoves
from desk.events_pages import EventsPages
from desk.inbox_pages import InboxPages
from desk.me_pages import MePages
from desk.new_case_pages import NewCasePages
from desk.news_pages import NewsPages
from desk.people_pages import PeoplePages
from desk.rendering import Rendering
from desk.sign_in_pages import SignInPages
from desk.single_sign_on import Provider, SingleSignOn
from desk.understanding_pages import UnderstandingPages
from desk.viewer import agent_of
from desk.work_account_pages import WorkAccountPages
from phrases.catalogue import Catalogue
from phrases.days import ZONE

ONE_TIME_LETTERS = string.ascii_lowercase + string.digits
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """What the server and the command line need of the desk."""

    application: web.Application
    administration: Administration
    sign_in: SignIn
    agents: AgentStore


def new_token() -> str:
    """Return a random token for a session or a form."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def one_time_password() -> str:
    """Return a password to be read aloud, for example ``k7m2-x9d4-p3wq-8hrt``."""
    groups = ("".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def administration_of(
    store: AccountStore,
    agents: AgentStore,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Administration:
    """Return what administers the accounts of a store, and keeps ``agents`` in step."""

    async def tell(account: Account) -> None:
        await agents.enrol(agent_of(account))

    return Administration(
        store,
        passwords=Passwords(),
        now=now,
        new_id=new_id,
        new_password=one_time_password,
        tell=tell,
    )


def build_desk(
    settings: Settings,
    store: AccountStore,
    agents: AgentStore,
    audit: AuditLog,
    cases: CaseService,
    work: CaseWork,
    handling: Handling,
    phrases: Catalogue,
    http: ClientSession,
    floor: FloorParts,
    files: Attachments,
    sending: SendingStore,
    to_send: Wakeup,
    understanding: Understanding,
    *,
    searching: SearchParts,
    back_office: BackOffice,
    studio: Studio,
    surveys: Surveys,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    browser: Path,
) -> Desk:
    """Return the desk on a migrated database."""
    secret = signing_secret(settings.webchat_secret, settings.data_dir)
    sealing = Sealing(secret, "second factor")
    tokens = Tokens(secret)
    administration = administration_of(store, agents, now=now, new_id=new_id)
    sign_in = SignIn(
        store,
        passwords=Passwords(),
        sealing=sealing,
        rules=SignInRules(
            idle=timedelta(seconds=settings.desk_idle_s),
            second_factor=settings.desk_second_factor,
        ),
        now=now,
        new_token=new_token,
    )
    rendering = Rendering(phrases, tokens, default=settings.default_language, zone=ZONE)
    secure = settings.public_url.startswith("https://")
    way_in = SignInPages(
        sign_in,
        rendering,
        sealing=sealing,
        new_secret=pyotp.random_base32,
        new_token=new_token,
        choose=secrets.choice,
        secure=secure,
        single_sign_on=settings.single_sign_on,
    )
    rules = ChannelRules(floor.window, Templates.load())
    pages: list[Pages] = [
        way_in,
        MePages(administration, sign_in, rendering, secure=secure),
        PeoplePages(administration, rendering),
        AuditPages(audit, store, rendering),
        CasesPages(cases, rendering, now=now, zone=ZONE),
        NewCasePages(cases, rendering, new_id=new_id),
        *case_pages(
            cases,
            work,
            handling,
            store,
            audit,
            files.store,
            rendering,
            floor.replies,
            floor.notices,
            rules,
            floor.queues,
            now=now,
            new_id=new_id,
            zone=ZONE,
        ),
    ]
    customers = searching.customers(cases, floor.queues)
    inbox = InboxPages(
        floor.queues,
        floor.lists,
        floor.looks,
        agents,
        cases,
        rendering,
        back_office.canned,
        rules,
        customers,
        floor.ledger,
        now=now,
        new_id=new_id,
    )
    chosen = ConversationFiles(files.store, files.intake, floor.queues, floor.handover, rendering)
    pages += [
        inbox,
        chosen,
        ConversationMoves(
            floor.handover,
            floor.queues,
            floor.looks,
            inbox,
            rendering,
            now=now,
            zone=ZONE,
            files=chosen,
            canned=back_office.canned,
            resending=Resending(floor.handover, sending, to_send=to_send, now=now),
        ),
        AttachmentPages(files.store, floor.queues, cases, audit, now=now),
        ConversationCases(cases, floor.handover, floor.queues, inbox, rendering, now=now),
        UnderstandingPages(understanding, floor.queues, rendering, now=now),
        EventsPages(floor.feed, agents, floor.heartbeats, sign_in, now=now),
        NewsPages(floor.lists, floor.queues, back_office.mentions, agents, rendering, now=now),
    ]
    pages += back_office.pages(rendering, sending, to_send)
    pages += studio.pages(understanding, floor.queues, rendering)
    pages += surveys.pages(rendering)
    pages += searching.pages(customers, store, audit, rendering, now=now, new_id=new_id)
    if settings.single_sign_on:
        pages.append(
            WorkAccountPages(
                SingleSignOn(http, provider_of(settings), now=now),
                sign_in,
                store,
                way_in,
                sealing=Sealing(secret, "work account"),
                public_url=settings.public_url,
                new_token=new_token,
                now=now,
            )
        )
    application = desk_application(
        pages, sign_in=sign_in, rendering=rendering, tokens=tokens, browser=browser
    )
    return Desk(application, administration, sign_in, agents)


def provider_of(settings: Settings) -> Provider:
    """Return the single sign-on that the settings name."""
    return Provider(
        issuer=settings.sso_issuer,
        endpoints=settings.sso_endpoints,
        client_id=settings.sso_client_id,
        client_secret=settings.sso_client_secret,
        scope=settings.sso_scope,
        trust_email=settings.sso_trust_email,
    )
