"""Tell the owner, the supervisors or the head of a unit by mail that a case needs a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.model import Account, Role
from accounts.ports import AccountStore
from cases.chasing import Step
from cases.course import AGENT
from cases.departments import DEPARTMENTS
from cases.model import Case
from cases.notices import NoticeKind
from mail.letter import Letter
from mail.model import Mail, is_address
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from phrases.days import ZONE

MOMENT = "%Y-%m-%d %H:%M"
SUPERVISORS = frozenset({Step.SUPERVISOR, Step.HEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeMails:
    """The mail says which case, never what it is about: a mailbox is no place for that.

    Who owns a case hears of every step; of one that is late also the supervisors of its
    unit, and the managers of it at the last step. Of a confidential case only accounts that
    name its unit hear. The key of each mail names case, version and recipient.
    """

    outbox: MailOutbox
    accounts: AccountStore
    phrases: Catalogue
    desk_url: str

    async def tell(self, step: Step, case: Case) -> None:
        """Send the mails of one step."""
        if step is Step.CLOSE or not self.outbox.set_up:
            return
        for account in _responsible(step, case, await self.accounts.list()):
            key = f"nudge:{case.number}:{case.version}:{account.id}"
            await self.outbox.add(self._mail(f"nudge_mail_{step.value}", case, account, key))

    async def heard(self, kind: NoticeKind, case: Case, *, key: str) -> None:
        """Tell the owner that the customer has answered, or the supervisors of an objection."""
        if not self.outbox.set_up:
            return
        step = Step.SUPERVISOR if kind is NoticeKind.OBJECTED else Step.NUDGE
        for account in _responsible(step, case, await self.accounts.list()):
            once = f"{kind.value}:{key}:{account.id}"
            await self.outbox.add(self._mail(f"nudge_mail_{kind.value}", case, account, once))

    def _mail(self, phrase: str, case: Case, account: Account, key: str) -> Mail:
        language, say = account.language, self.phrases.say
        title = say(phrase, language, number=case.number)
        unit = DEPARTMENTS.get(case.department)
        facts = [(say("nudge_mail_unit", language), unit.name(language) if unit else "")]
        if case.clocks.resolve_due_at is not None:
            due = case.clocks.resolve_due_at.astimezone(ZONE).strftime(MOMENT)
            facts.append((say("nudge_mail_due", language), due))
        letter = Letter(
            language=language,
            title=title,
            paragraphs=[say("nudge_mail_text", language)],
            facts=facts,
            link=(say("nudge_mail_open", language), f"{self.desk_url}/desk/cases/{case.number}"),
            issuer=say("desk_issuer", language),
        )
        return Mail(
            key=key[:128],
            to=(account.email,),
            subject=title,
            text=letter.text(),
            html=letter.html(),
            language=language,
        )


def _responsible(step: Step, case: Case, people: Sequence[Account]) -> Sequence[Account]:
    def hears(one: Account) -> bool:
        if f"{AGENT}{one.id}" == case.course.owner:
            return True
        if step is Step.HEAD and one.may(Role.MANAGER):
            return True
        late = step in SUPERVISORS or (case.course.owned_by_unit and step is not Step.ASK_AGAIN)
        return late and one.may(Role.SUPERVISOR)

    def sees(one: Account) -> bool:
        named = case.department in one.departments
        return named if case.confidential else one.serves(case.department)

    return [
        one for one in people if one.active and is_address(one.email) and sees(one) and hears(one)
    ]
