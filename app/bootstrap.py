"""Wire everything together: the only place that knows all the parts."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import socketio
from aiohttp import ClientSession
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_executor
from app.action_forms import forms_only as forms_only
from app.attachment_wiring import Attachments, build_attachments, files_alone
from app.back_office import BackOffice
from app.calendar_wiring import open_office
from app.case_system_wiring import mirrorings
from app.desk_wiring import Desk, build_desk
from app.echo_wiring import build_echo
from app.floor_wiring import FloorParts, build_floor
from app.follow_up_wiring import FollowUp, build_follow_up, case_service, kept_cases
from app.notice_wiring import notice_worker
from app.proof_wiring import build_proofs
from app.release_wiring import ReleaseParts, build_releasing
from app.search_wiring import build_search
from app.settings import Settings
from app.studio_wiring import Studio
from app.survey_wiring import Surveys
from app.upkeep_wiring import build_upkeep
from app.webchat_wiring import build_webchat
from app.whatsapp_wiring import Whatsapp, service_window, whatsapp_for
from app.work_wiring import build_workers
from cases.calendar_store import CalendarOffice
from cases.escalation import EscalationRules
from cases.handling import Handling
from cases.service import CaseService
from cases.work import CaseWork
from channels.ports import Channel
from channels.webchat.channel import Told, WebchatChannel
from channels.webchat.proofs import WebchatProofs
from channels.webchat.server import socket_server
from channels.webchat.uploads import Uploads
from conversations.abuse import Abuse
from conversations.attention import Attention
from conversations.blocks import BlockList
from conversations.breaker import Breaker
from conversations.delivery import DeliveryLedger
from conversations.event_follower import EventFollower
from conversations.flood import FloodLimits
from conversations.inbox import Inbox
from conversations.lines import Lines
from conversations.loop_guard import LoopGuard, LoopLimits
from conversations.media import MediaQueue
from conversations.places import AnswerPlaces, SendPlaces
from conversations.ports import ConversationStore
from conversations.rasa_assistant import RasaAssistant
from conversations.rating_turns import RatingTurns
from conversations.ratings import RatingStore
from conversations.reconciliation import Reconciler
from conversations.sending import SendingStore
from conversations.wakeup import Wakeup
from conversations.webhook_groups import GroupingStore
from conversations.workers import Running
from phrases.catalogue import Catalogue
from stores.database import engine_for
from stores.health import database_answers
from stores.sql_account_store import SqlAccountStore
from stores.sql_agent_store import SqlAgentStore
from stores.sql_attachment_store import SqlAttachmentStore
from stores.sql_audit_log import SqlAuditLog
from stores.sql_block_store import SqlBlockStore
from stores.sql_calendar_store import SqlCalendarStore
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_case_notices import SqlCaseNotices
from stores.sql_case_replies import SqlCaseReplies
from stores.sql_conversation_store import SqlConversationStore
from stores.sql_delivery_ledger import SqlDeliveryLedger
from stores.sql_event_log import SqlEventLog
from stores.sql_failed_talks import SqlFailedTalks
from stores.sql_handover import SqlHandover
from stores.sql_looks import SqlLooks
from stores.sql_media_queue import SqlMediaQueue
from stores.sql_mirror_store import SqlMirrorStore
from stores.sql_proof_store import SqlProofStore
from stores.sql_queue_reader import SqlQueueReader
from stores.sql_rating_store import SqlRatingStore
from stores.sql_raw_webhooks import SqlRawWebhooks
from stores.sql_reconciliation import SqlReconciliation
from stores.sql_recount_store import SqlRecountStore
from stores.sql_webhook_store import SqlWebhookStore

PROJECT = Path(__file__).resolve().parents[1]
BROWSER = PROJECT / "node_modules"


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a random UUID."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The running parts that the servers and the command line need."""

    settings: Settings
    database_answers: Callable[[], Awaitable[bool]]
    cases: CaseService
    conversations: ConversationStore
    assistant: RasaAssistant
    breaker: Breaker
    sio: socketio.AsyncServer
    executor: ActionExecutor
    domain: dict[str, Any]
    workers: tuple[Running, ...]
    floor: FloorParts
    desk: Desk
    whatsapp: Whatsapp | None
    attachments: Attachments
    uploads: Uploads
    back_office: BackOffice
    studio: Studio
    releasing: ReleaseParts
    surveys: Surveys


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Build everything on a migrated database, and close what it opened.

    The workers are built but not started.
    """
    engine = engine_for(settings.database, connections=settings.database_connections)
    try:
        async with ClientSession() as http:
            conversations = SqlConversationStore(engine, new_id=new_id)
            phrases = Catalogue.load()
            office = await open_office(SqlCalendarStore(engine), now=now)
            joins = kept_cases(SqlCaseJoins(engine), office.calendar)
            cases = case_service(joins, office.calendar, now=now)
            webhooks = SqlWebhookStore(engine, new_id=new_id)
            back_office = BackOffice(
                settings, engine, phrases, office.calendar, now=now, new_id=new_id
            )
            follow_up = build_follow_up(
                joins, office, SqlRecountStore(engine), back_office.nudges(), now=now
            )
            surveys = Surveys(
                settings, engine, phrases, cases, joins, office.calendar, now=now, new_id=new_id
            )
            await back_office.prepare(cases.rules.routes, office, joins, follow_up)
            live = settings.content_dir or PROJECT
            releasing = build_releasing(settings, engine, http, live=live, now=now)
            studio = Studio(engine, settings, live, releasing.releases, now=now)
            events = SqlEventLog(engine)
            yield _furnished(
                settings,
                http,
                phrases,
                desk=partial(
                    build_desk,
                    settings,
                    SqlAccountStore(engine),
                    SqlAgentStore(engine),
                    SqlAuditLog(engine),
                    cases,
                    CaseWork(joins, cases.rules, now=now),
                    Handling(joins, joins.keeping.law, office.calendar, now=now),
                    phrases,
                    http,
                    searching=build_search(engine),
                    back_office=back_office,
                    studio=studio,
                    surveys=surveys,
                    now=now,
                    new_id=new_id,
                    browser=BROWSER,
                ),
                cases=cases,
                conversations=conversations,
                webhooks=webhooks,
                media=SqlMediaQueue(engine),
                ledger=SqlDeliveryLedger(engine),
                attachments=partial(
                    build_attachments,
                    settings,
                    SqlAttachmentStore(engine, settings.data_dir / "attachments"),
                    now=now,
                    new_id=new_id,
                ),
                blocks=BlockList(SqlBlockStore(engine), now=now),
                proving=partial(
                    build_proofs, settings, SqlProofStore(engine), conversations, now, new_id
                ),
                database_answers=partial(database_answers, engine),
                office=office,
                follow_up=follow_up,
                floor=partial(
                    build_floor,
                    SqlHandover(engine),
                    SqlAgentStore(engine),
                    SqlQueueReader(engine),
                    SqlLooks(engine),
                    SqlCaseReplies(engine, joins.keeping.kept),
                    SqlCaseNotices(engine),
                    SqlDeliveryLedger(engine),
                    calendar=office.calendar,
                    phrases=phrases,
                    window=service_window(webhooks),
                    law=joins.keeping.law,
                    hold_s=settings.undo_s,
                    assign=settings.assign_waiting,
                    now=now,
                    new_id=new_id,
                ),
                echo=partial(build_echo, events, after=await events.last_cursor()),
                reconciler=Reconciler(SqlReconciliation(engine), now=now),
                back_office=back_office,
                studio=studio,
                releasing=releasing,
                upkeep=partial(
                    build_upkeep,
                    settings,
                    SqlRawWebhooks(engine),
                    SqlFailedTalks(engine),
                    now=now,
                ),
                notices=partial(
                    notice_worker, settings, engine, cases, joins.keeping, phrases, now, new_id
                ),
                mirroring=mirrorings(settings, http, SqlMirrorStore(engine), cases, now=now),
                ratings=SqlRatingStore(engine),
                surveys=surveys,
            )
    finally:
        await engine.dispose()


def _furnished(
    settings: Settings,
    http: ClientSession,
    phrases: Catalogue,
    *,
    desk: Callable[[FloorParts, Attachments, SendingStore, Wakeup, RasaAssistant], Desk],
    cases: CaseService,
    conversations: SqlConversationStore,
    webhooks: GroupingStore,
    media: MediaQueue,
    ledger: DeliveryLedger,
    attachments: Callable[..., Attachments],
    blocks: BlockList,
    proving: Callable[[dict[str, Channel], Catalogue], WebchatProofs],
    database_answers: Callable[[], Awaitable[bool]],
    office: CalendarOffice,
    follow_up: FollowUp,
    floor: Callable[..., FloorParts],
    echo: Callable[[socketio.AsyncServer, WebchatChannel, Told], EventFollower],
    reconciler: Reconciler,
    back_office: BackOffice,
    studio: Studio,
    releasing: ReleaseParts,
    upkeep: Callable[..., tuple[Running, ...]],
    notices: Callable[..., Running],
    mirroring: Sequence[Running],
    ratings: RatingStore,
    surveys: Surveys,
) -> House:
    lines = Lines(phrases, new_id=new_id)
    assistant = RasaAssistant(http, url=settings.rasa_url)
    breaker = Breaker(settings.give_up_s, time.monotonic)
    to_answer, to_send = AnswerPlaces(), SendPlaces()
    people = floor(cases=cases, lines=lines, to_send=to_send)
    files = attachments(lines=lines, to_send=to_send)
    inbox = Inbox(
        conversations,
        lines,
        flood=FloodLimits(settings.flood_burst, settings.flood_burst_s, settings.flood_hourly),
        now=now,
        new_id=new_id,
        to_answer=to_answer,
        to_send=to_send,
        default_language=settings.default_language,
        abuse=Abuse(blocks, LoopGuard(LoopLimits(most=settings.loop_after))),
    )
    sio, told = socket_server(settings.webchat_origins), Told()
    channels: dict[str, Channel] = {}
    uploads = build_webchat(
        settings,
        sio,
        told,
        files,
        reception=inbox,
        conversations=conversations,
        lines=lines,
        blocks=blocks,
        proofs=proving(channels, phrases),
        now=now,
        new_id=new_id,
    )
    webchat = WebchatChannel(sio, told)
    channels[webchat.name] = webchat
    whatsapp = whatsapp_for(
        settings,
        http,
        inbox=inbox,
        store=webhooks,
        media=media,
        files=files,
        ledger=ledger,
        window=people.window,
        phrases=phrases,
        now=now,
        new_id=new_id,
    )
    if whatsapp is not None:
        channels[whatsapp.channel.name] = whatsapp.channel
    house = House(
        settings=settings,
        database_answers=database_answers,
        cases=cases,
        conversations=conversations,
        assistant=assistant,
        breaker=breaker,
        sio=sio,
        executor=build_executor(
            cases=cases,
            pins=conversations,
            phrases=phrases,
            calendar=office.calendar,
            on_duty=people.roster.anybody,
            now=now,
        ),
        domain=forms_only(PROJECT / "domain.yml"),
        workers=(
            *build_workers(
                settings,
                conversations,
                assistant,
                Attention(EscalationRules.load().hear, people.roster.anybody, phrases.say),
                lines,
                channels,
                (to_answer, to_send),
                people,
                files_alone(files, cases, assistant, conversations, lines, new_id),
                breaker,
                RatingTurns(ratings, lines, now=now),
                said_by=releasing.releasing.model.said_by,
                rush=None if whatsapp is None else whatsapp.rush,
                now=now,
                new_id=new_id,
            ),
            echo(sio, webchat, told),
            reconciler,
            *upkeep(
                people.unattended,
                breaker=breaker,
                answers=assistant.loaded,
                to_answer=to_answer,
            ),
            *back_office.furnish(
                database=database_answers,
                rasa=assistant.loaded,
                working=office.calendar.is_open,
                breaker=breaker,
            ),
            people.saying,
            *studio.workers(),
            *releasing.workers(),
            *follow_up.workers(),
            notices(back_office.nudges(), people, to_send),
            files.scanning,
            *mirroring,
            *surveys.workers(people.window, lines, to_send),
            *((whatsapp.fetching,) if whatsapp is not None else ()),
        ),
        floor=people,
        desk=desk(people, files, conversations, to_send, assistant),
        whatsapp=whatsapp,
        attachments=files,
        uploads=uploads,
        back_office=back_office,
        studio=studio,
        releasing=releasing,
        surveys=surveys,
    )
    back_office.look_at(house.workers)
    return house
