"""Wire the screens of one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.audit import AuditLog
from accounts.ports import AccountStore
from cases.handling import Handling
from cases.service import CaseService
from cases.work import CaseWork
from conversations.attachments import AttachmentStore
from conversations.case_replies import CaseReplies
from conversations.notice_ports import NoticeStore
from conversations.queues import QueueReader
from desk.application import Pages
from desk.case_course_pages import CaseCoursePages
from desk.case_follow_up_pages import CaseFollowUpPages
from desk.case_notices import CaseNoticeFacts
from desk.case_pages import CasePages
from desk.case_reply_pages import CaseReplyPages
from desk.case_view import CaseView
from desk.case_work_pages import CaseWorkPages
from desk.rendering import Rendering
from desk.service_rules import ServiceRules


def case_pages(
    cases: CaseService,
    work: CaseWork,
    handling: Handling,
    accounts: AccountStore,
    audit: AuditLog,
    files: AttachmentStore,
    rendering: Rendering,
    replies: CaseReplies,
    notices: NoticeStore,
    service: ServiceRules,
    queues: QueueReader,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    zone: ZoneInfo,
) -> list[Pages]:
    """Return the pages of one case."""
    view = CaseView(
        cases, work, accounts, audit, files, rendering, now=now, new_id=new_id, zone=zone
    )
    answers = CaseReplyPages(replies, service, view, rendering)
    later = CaseFollowUpPages(cases, queues, view)
    course = CaseCoursePages(cases, handling, view, now=now, zone=zone)
    told = CaseNoticeFacts(notices)
    for more in (answers.facts, later.facts, course.facts, told.facts):
        view.show_too(more)
    return [CasePages(cases, view), CaseWorkPages(work, view), answers, later, course]
