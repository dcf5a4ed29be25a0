"""Wire the screens of one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.audit import AuditLog
from accounts.ports import AccountStore
from cases.service import CaseService
from cases.work import CaseWork
from conversations.attachments import AttachmentStore
from desk.application import Pages
from desk.case_pages import CasePages
from desk.case_view import CaseView
from desk.case_work_pages import CaseWorkPages
from desk.rendering import Rendering


def case_pages(
    cases: CaseService,
    work: CaseWork,
    accounts: AccountStore,
    audit: AuditLog,
    files: AttachmentStore,
    rendering: Rendering,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    zone: ZoneInfo,
) -> list[Pages]:
    """Return the pages of one case."""
    view = CaseView(
        cases, work, accounts, audit, files, rendering, now=now, new_id=new_id, zone=zone
    )
    return [CasePages(cases, view), CaseWorkPages(work, view)]
