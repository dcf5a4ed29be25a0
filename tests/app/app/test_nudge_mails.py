"""Who hears of a step of the ladder, and what the mail does not say."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from accounts.model import Account, Role
from app.nudge_mails import NudgeMails
from cases.chasing import Step
from cases.course import Course
from kernel.language import Language
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from stores.sql_account_store import SqlAccountStore
from stores.sql_mail_store import SqlMailStore
from tests.contracts.case_store import a_case

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


class Tray:
    """Keeps what is carried."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    async def carry(self, message: EmailMessage, recipient: str) -> None:
        self.got.append((recipient, message.as_string()))


def account(name: str, *roles: Role, unit: str = "") -> Account:
    return Account(
        id=name,
        email=f"{name}@dept.example",
        name_ar="موظف",
        name_en=name,
        roles=frozenset(roles),
        departments=frozenset({unit} if unit else ()),
        language=Language.EN,
    )


PEOPLE = (
    account("noura", Role.AGENT, unit="DPS"),
    account("saif", Role.SUPERVISOR, unit="DPS"),
    account("huda", Role.SUPERVISOR, unit="REV"),
    account("maha", Role.MANAGER, unit="DPS"),
    account("omar", Role.MANAGER),
)
OWNED = Course(owner="agent:noura")
QUEUED = Course(owner="unit:DPS")


@pytest.mark.parametrize(
    ("step", "course", "confidential", "hear"),
    [
        (Step.NUDGE, OWNED, False, {"noura"}),
        (Step.ASK_AGAIN, OWNED, False, {"noura"}),
        (Step.NUDGE, QUEUED, False, {"saif"}),
        (Step.SUPERVISOR, QUEUED, False, {"saif"}),
        (Step.HEAD, OWNED, False, {"noura", "saif", "maha", "omar"}),
        (Step.HEAD, OWNED, True, {"noura", "saif", "maha"}),  # omar names no unit
        (Step.CLOSE, OWNED, False, set()),
    ],
)
async def test_each_step_is_heard_by_those_responsible(
    engine: AsyncEngine, step: Step, course: Course, confidential: bool, hear: set[str]
) -> None:
    accounts, tray = SqlAccountStore(engine), Tray()
    for one in PEOPLE:
        await accounts.add(one, password_hash=None, actor="system:test", at=NOW)
    ids = iter(f"mail-{n}" for n in range(99))
    outbox = MailOutbox(
        SqlMailStore(engine),
        tray,
        sender="desk@dept.example",
        sender_name="بدّالة",
        now=lambda: NOW,
        new_id=lambda: next(ids),
    )
    mails = NudgeMails(
        outbox=outbox, accounts=accounts, phrases=Catalogue.load(), desk_url="https://desk.example"
    )
    case = replace(a_case(), course=course, confidential=confidential)
    await mails.tell(step, case)
    await mails.tell(step, case)  # told twice, heard once
    await outbox.send_due()
    assert sorted(to.partition("@")[0] for to, _ in tray.got) == sorted(hear)
    for _, text in tray.got:
        assert case.number in text
        assert "INV-9" not in text
