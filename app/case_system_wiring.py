"""Wire the other systems that are told of cases."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from aiohttp import ClientSession

from app.settings import Settings
from cases.mirror import CaseSystem, MirrorStore
from cases.mirroring import Mirroring
from cases.service import CaseService
from conversations.rounds import Rounds
from stores.rt_case_system import RtAccess, RtCaseSystem
from stores.webhook_case_system import WebhookCaseSystem

EVERY_S = 5.0


def mirrorings(
    settings: Settings,
    http: ClientSession,
    store: MirrorStore,
    cases: CaseService,
    *,
    now: Callable[[], datetime],
) -> list[Rounds]:
    """Return a worker per system in the settings."""
    systems: list[CaseSystem] = []
    if settings.rt_url:
        access = RtAccess(
            url=settings.rt_url,
            token=settings.rt_token,
            user=settings.rt_user,
            password=settings.rt_password,
            queues=dict(one.split("=", 1) for one in settings.rt_queues),
        )
        systems.append(RtCaseSystem(http, access))
    if settings.case_webhook_url:
        key = settings.case_webhook_secret.encode()
        systems.append(WebhookCaseSystem(http, settings.case_webhook_url, key, now=now))
    owner = secrets.token_hex(8)
    return [_rounds(Mirroring(one, store, cases, owner=owner, now=now)) for one in systems]


def _rounds(mirroring: Mirroring) -> Rounds:
    async def make_round() -> bool:
        return await mirroring.round() > 0

    return Rounds(mirroring.name, make_round, every_s=EVERY_S, finish=False)
